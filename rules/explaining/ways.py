"""Ways to make a part of a rule say what is wanted: what each fact may then be, and what that costs."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

KEPT: Final = 4
"""Ways of turning one part that are kept, the cheapest."""

ONLY_NOW: Final = 1
"""The mask that allows a fact as it is and nothing else."""


@dataclass(slots=True)
class Way:
    """One way to make a part of a rule say what is wanted: fact -> mask of the options that do, bit 0 for as it is.

    `turns` are predicates that must turn without anybody knowing how.
    """

    masks: dict[str, int] = field(default_factory=dict)
    turns: tuple[str, ...] = ()

    @property
    def cost(self) -> tuple[int, int]:
        """Predicates to turn nobody knows how, then facts to change."""
        return len(self.turns), sum(not mask & ONLY_NOW for mask in self.masks.values())

    def cost_with(self, other: Way) -> tuple[int, int] | None:
        """The cost of both at once; None where no value of a fact suits both."""
        turns, facts = self.cost
        for key, mask in other.masks.items():
            before = self.masks.get(key, -1)
            both = before & mask
            if not both:
                return None
            facts += (not both & ONLY_NOW) - (not before & ONLY_NOW)
        return turns + len(other.turns), facts

    def both(self, other: Way) -> Way:
        """Both at once."""
        masks = dict(self.masks)
        for key, mask in other.masks.items():
            masks[key] = masks.get(key, -1) & mask
        return Way(masks, self.turns + other.turns)


def all_of(parts: list[list[Way]]) -> list[Way]:
    """The cheapest ways to have all of the parts at once."""
    kept = [Way()]
    for ways in parts:
        costs = [(cost, mine, other) for mine in kept for other in ways if (cost := mine.cost_with(other)) is not None]
        costs.sort(key=lambda one: one[0])
        kept = [mine.both(other) for _, mine, other in costs[:KEPT]]
    return kept


def cheapest(ways: list[Way]) -> list[Way]:
    """The few cheapest of these ways, those of the first parts first, each once."""
    kept: list[Way] = []
    for way in sorted(ways, key=lambda way: way.cost):
        if way not in kept:
            kept.append(way)
        if len(kept) == KEPT:
            break
    return kept
