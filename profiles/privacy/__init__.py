"""Privacy: what is told of people is sealed, handed out, put right, held still and forgotten."""

from profiles.privacy.asking import REQUEST_KINDS, Kind, RequestKind, Standing
from profiles.privacy.erasing import Erased, Eraser
from profiles.privacy.exporting import Exporter, schema_of
from profiles.privacy.holdings import NOT_PERSONAL, STORES
from profiles.privacy.requests import Request, RequestFilter, Requests
from profiles.privacy.retention import Keeping, Retention
from profiles.privacy.scrubbing import Scrubber
from profiles.privacy.sealing import Sealer, mark_names, names_known
from profiles.privacy.stores import Kept, Person, Store

__all__ = [
    "NOT_PERSONAL",
    "REQUEST_KINDS",
    "STORES",
    "Erased",
    "Eraser",
    "Exporter",
    "Keeping",
    "Kept",
    "Kind",
    "Person",
    "Request",
    "RequestFilter",
    "RequestKind",
    "Requests",
    "Retention",
    "Scrubber",
    "Sealer",
    "Standing",
    "Store",
    "mark_names",
    "names_known",
    "schema_of",
]
