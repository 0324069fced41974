"""Who is who: names of people, what joins them, and how that is undone."""

from profiles.identity.crowd import Crowd, Found, MustBeAlone, Outcome, Pair, blank
from profiles.identity.kinds import KINDS, MOST_NAMES, Kind, kind_of, pair_of

__all__ = [
    "KINDS",
    "MOST_NAMES",
    "Crowd",
    "Found",
    "Kind",
    "MustBeAlone",
    "Outcome",
    "Pair",
    "blank",
    "kind_of",
    "pair_of",
]
