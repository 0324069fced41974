"""The models that a module may ask for, each a ladder: who can say nothing leaves the answer to the next rung."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from recommender.interactions import Touch

PERSONAL = "personal"
"""Stands for the collaborative recommender of the loaded bundle, whichever library fitted it."""


@dataclass(frozen=True, slots=True)
class Rung:
    """One recommender of a ladder: how many different items it must know of a person, and what it is called."""

    recommender: str
    needs: int
    answered_by: str


@dataclass(frozen=True, slots=True)
class Ladder:
    """One model. Items touched with `leave_out` or more of weight are not recommended (None: none is left out)."""

    key: str
    summary: str
    rungs: tuple[Rung, ...]
    leave_out: float | None = None


POPULAR = Rung("popular", needs=0, answered_by="popular this month")

LADDERS: Mapping[str, Ladder] = {
    ladder.key: ladder
    for ladder in (
        Ladder(
            key="for-you",
            summary="What people like this one take, and what this one did not buy or put in the cart yet.",
            # 3: with fewer items a collaborative answer is worse than popularity (up to 60 % at one item).
            rungs=(Rung(PERSONAL, needs=3, answered_by="for you"), POPULAR),
            leave_out=Touch.ADDED,
        ),
        Ladder(
            key="buy-again",
            summary="What this person bought most often and most recently; nothing for a stranger.",
            rungs=(Rung("again", needs=1, answered_by="buy again"),),
        ),
        Ladder(key="popular", summary="What most people take now.", rungs=(POPULAR,)),
    )
}
"""Every model that a module may ask for, by its key."""
