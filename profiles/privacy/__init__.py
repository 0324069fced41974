"""Privacy: what is told of people is sealed, handed out, put right, held still and forgotten."""

from profiles.privacy.asking import REQUEST_KINDS, Kind, RequestKind, Standing
from profiles.privacy.erasing import Erased, Eraser
from profiles.privacy.exporting import Exporter, schema_of
from profiles.privacy.holdings import NOT_PERSONAL, STORES
from profiles.privacy.requests import Request, RequestFilter, Requests
from profiles.privacy.sealing import Sealer, mark_names, names_known
from profiles.privacy.stores import Kept, Person, Store

__all__ = [
    "NOT_PERSONAL",
    "REQUEST_KINDS",
    "STORES",
    "Erased",
    "Eraser",
    "Exporter",
    "Kept",
    "Kind",
    "Person",
    "Request",
    "RequestFilter",
    "RequestKind",
    "Requests",
    "Sealer",
    "Standing",
    "Store",
    "mark_names",
    "names_known",
    "schema_of",
]
