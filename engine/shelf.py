"""Which modules fit a slot."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from engine.candidates import Candidate
from layouts import Slot
from modules import ModuleType


@dataclass(frozen=True, slots=True)
class Shelf:
    """Modules by type and by tag, so that a slot looks only at those that may fit."""

    everything: Sequence[Candidate]
    by_type: Mapping[str, Sequence[Candidate]]
    by_tag: Mapping[str, Sequence[Candidate]]

    @classmethod
    def of(cls, candidates: Iterable[Candidate]) -> Shelf:
        """Some modules, in the order of their keys."""
        everything = sorted(candidates, key=_key)
        by_type: dict[str, list[Candidate]] = {}
        by_tag: dict[str, list[Candidate]] = {}
        for candidate in everything:
            by_type.setdefault(candidate.type.key, []).append(candidate)
            for tag in candidate.tags:
                by_tag.setdefault(tag, []).append(candidate)
        return cls(everything, by_type, by_tag)

    def fitting(self, layout: str, slot: Slot) -> list[Candidate]:
        """The modules that fit a slot, in the order of their keys."""
        made = {key for key, some in self.by_type.items() if is_made_for(layout, slot, some[0].type)}
        if slot.tags:
            rarest = min(slot.tags, key=lambda tag: len(self.by_tag.get(tag, ())))
            return [c for c in self.by_tag.get(rarest, ()) if c.type.key in made and slot.tags <= c.tags]
        if len(made) == len(self.by_type):
            return list(self.everything)
        return sorted((c for key in made for c in self.by_type[key]), key=_key)


def fits(layout: str, slot: Slot, candidate: Candidate) -> bool:
    """Whether a module fits the contract of a slot, and its type is made for the slot."""
    return slot.tags <= candidate.tags and is_made_for(layout, slot, candidate.type)


def is_made_for(layout: str, slot: Slot, made: ModuleType) -> bool:
    """Whether modules of a type may stand in a slot, if they have its tags."""
    return (not slot.types or made.key in slot.types) and made.fits(layout, slot.key, slot.tags)


def _key(candidate: Candidate) -> str:
    return candidate.key
