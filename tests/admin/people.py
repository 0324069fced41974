"""What the management API works with where it is about people: of a world without segments, attributes and triggers."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from admin import InForce
from profiles import (
    NO_TRIGGERS,
    STORES,
    Backfill,
    Census,
    Consents,
    Eraser,
    Exporter,
    FiringRecord,
    Identities,
    Intake,
    Lists,
    Matches,
    Past,
    Profiles,
    Quality,
    Quarantine,
    Requests,
    Segments,
    Thresholds,
)
from rules import Vocabulary
from storage import Database, HotCopies, Ledger


def about_people(database: Database, ledger: Path = Path("/dev/null")) -> dict[str, Any]:
    """These parts of `Deps`."""
    nobody, hot = Segments.of(()), HotCopies(None)
    world = (database, lambda: nobody, Vocabulary, hot)
    intake, identities = Intake(*world), Identities(*world)
    eraser = Eraser(database, hot, Ledger(ledger), STORES)
    return {
        "quarantine": Quarantine(database, intake),
        "quality": Quality(database),
        "people": Profiles(database, hot),
        "identities": identities,
        "matches": Matches(database, identities.merge, Thresholds(), lambda _: False),
        "census": Census(database, lambda: nobody, Vocabulary),
        "lists": Lists(*world),
        "backfill": Backfill(*world),
        "requests": Requests(database, intake, eraser, Exporter(database, STORES)),
        "past": Past(database),
        "consents": Consents(database, intake),
        "served_at": lambda _: InForce(None, Vocabulary(), nobody),
        "segments": lambda: nobody,
        "vocabulary": Vocabulary,
        "firings": FiringRecord(database),
        "triggers": lambda: NO_TRIGGERS,
    }
