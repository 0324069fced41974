"""What an import could not take over as it was: field, entry, why, how often. Nothing is left out in silence."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

MOST_ENTRIES = 1_000
"""Entries that one line of a report names; all are counted."""


class Fate(StrEnum):
    """What became of something that could not be taken over as it was."""

    LOST = "lost"
    CHANGED = "changed"
    LEFT = "left out"


@dataclass(slots=True)
class Loss:
    """One thing that happened at one place of the source; `where` is a type and field, such as `post.body`."""

    fate: Fate
    where: str
    why: str
    count: int = 0
    entries: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Report:
    """Collects losses while an import runs, and what was taken over."""

    source: str
    losses: dict[tuple[Fate, str, str], Loss] = field(default_factory=dict)
    taken: dict[str, int] = field(default_factory=dict)

    def lost(self, where: str, why: str, entry: str = "") -> None:
        """Something that is not in the result."""
        self._tell(Fate.LOST, where, why, entry)

    def changed(self, where: str, why: str, entry: str = "") -> None:
        """Something that is in the result in another form."""
        self._tell(Fate.CHANGED, where, why, entry)

    def left(self, where: str, why: str, entry: str = "") -> None:
        """Something that no import takes over, on purpose."""
        self._tell(Fate.LEFT, where, why, entry)

    def count(self, kind: str, number: int = 1) -> None:
        """Something was taken over."""
        self.taken[kind] = self.taken.get(kind, 0) + number

    def sorted(self) -> list[Loss]:
        """What weighs most first: what is lost, then what changed, then what was left out."""
        fates = list(Fate)
        return sorted(self.losses.values(), key=lambda loss: (fates.index(loss.fate), loss.where, loss.why))

    def as_json(self) -> dict[str, Any]:
        """The whole report, for a file."""
        rows = [
            {"fate": loss.fate, "where": loss.where, "why": loss.why, "count": loss.count, "entries": loss.entries}
            for loss in self.sorted()
        ]
        return {"source": self.source, "taken": dict(sorted(self.taken.items())), "losses": rows}

    def _tell(self, fate: Fate, where: str, why: str, entry: str) -> None:
        loss = self.losses.setdefault((fate, where, why), Loss(fate, where, why))
        loss.count += 1
        if entry and len(loss.entries) < MOST_ENTRIES and (not loss.entries or loss.entries[-1] != entry):
            loss.entries.append(entry)
