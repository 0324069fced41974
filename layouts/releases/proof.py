"""What proves the releases: each move of the published pointer is an act of the audit log."""

from __future__ import annotations

from typing import Final

from sqlalchemy import case, select

from layouts.releases.telling import TOLD
from layouts.tables import publications, releases
from storage import Trail

PUBLICATIONS: Final = Trail(
    "publications",
    tuple(action for action, _ in TOLD.values()),
    select(
        publications.c.by.label("who"),
        case({step.value: action for step, (action, _) in TOLD.items()}, value=publications.c.action).label("action"),
        ("releases/" + publications.c.release_id).label("what"),
        releases.c.digest.label("after"),
        publications.c.at.label("at"),
    ).join(releases, releases.c.id == publications.c.release_id),
)
"""Every move of the published pointer, as the audit log tells of it."""
