"""How events get in: each counts once however often it comes, and is committed with those that come beside it."""

from profiles.ingest.collecting import no_collection
from profiles.ingest.groups import Groups
from profiles.ingest.observing import UNSEEN, Observer
from profiles.ingest.seen import SEEN_DAYS, Places, Seen, Trimmer, claim, forget_old, renew

__all__ = [
    "SEEN_DAYS",
    "UNSEEN",
    "Groups",
    "Observer",
    "Places",
    "Seen",
    "Trimmer",
    "claim",
    "forget_old",
    "no_collection",
    "renew",
]
