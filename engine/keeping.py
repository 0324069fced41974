"""What was made for those who asked is kept for the next, but not without end: a library may be larger than memory."""

from __future__ import annotations

from typing import Final, Protocol
from weakref import ref

MOST: Final = 10_000
"""Things kept by all modules and places together: about 50 MB of bodies."""


class Forgetful(Protocol):
    """Keeps things that it can make again."""

    def forget(self) -> None:
        """Drop them."""
        ...


class Keeping:
    """Counts what is kept; of too much all is forgotten, which costs some milliseconds once. Whoever is no longer
    needed is not held here."""

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._keepers: list[ref[Forgetful]] = []
        self._things = 0

    def note(self, keeper: Forgetful, things: int = 1) -> None:
        """It keeps so many things more. Threads may share this: what two of them note at once may count as one."""
        self._keepers.append(ref(keeper))
        self._things += things
        if self._things >= self._most:
            keepers, self._keepers, self._things = self._keepers, [], 0
            for one in keepers:
                found = one()
                if found is not None:
                    found.forget()


KEEPING: Final = Keeping()
"""Of this process."""
