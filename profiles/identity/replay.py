"""Who is who, told anew: events led to their people as if they came in now, without the links that are cut."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from itertools import islice

from profiles.events import Event
from profiles.identity.crowd import Crowd
from profiles.identity.links import CUT, MERGE, Cuts, Decision


@dataclass(slots=True)
class Replay:
    """The resolver of ingest over events in the order of the log, with what was decided in its place."""

    crowd: Crowd
    merges: list[Decision]
    """Joined by hand, the first decided last in the list."""
    mark: Callable[[str], str]
    owners: dict[int, str] = field(default_factory=dict)
    """Place in the log -> profile, as it was when the event came."""
    _names: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, decisions: Sequence[Decision], mark: Callable[[str], str]) -> Replay:
        """From nothing, under these decisions, which know names by their marks."""
        standing = [one for one in decisions if one.ended_at is None]
        cuts = Cuts(mark, frozenset((one.left, one.right) for one in standing if one.act == CUT))
        merges = sorted((one for one in standing if one.act == MERGE), key=lambda one: (one.seq, one.id), reverse=True)
        return cls(Crowd({}, {}, alone=True, cuts=cuts), merges, mark)

    def take(self, events: Iterable[tuple[int, Event]]) -> None:
        """Lead these to their people, each with its place in the log."""
        for seq, event in events:
            self._merge_until(seq)
            self.owners[seq] = self.crowd.owner(event, seq)

    def end(self) -> None:
        """Join those who were joined after the last event."""
        self._merge_until(None)

    def owner_of(self, seq: int) -> str:
        """Whose an event is after all joins."""
        return self.crowd.final(self.owners[seq])

    def people(self) -> dict[str, tuple[str, ...]]:
        """Profile id -> its names, in the order in which they came."""
        merged = self.crowd.merged
        return {one: profile.aliases for one, profile in self.crowd.profiles.items() if one not in merged}

    def _merge_until(self, seq: int | None) -> None:
        while self.merges and (seq is None or self.merges[-1].seq < seq):
            one = self.merges.pop()
            names = self._known()
            if one.left in names and one.right in names:
                self.crowd.join(names[one.left], names[one.right])

    def _known(self) -> dict[str, str]:
        """Mark -> name, of all names so far; each is marked once, however many merges there are."""
        for name in islice(self.crowd.owners, len(self._names), None):
            self._names[self.mark(name)] = name
        return self._names
