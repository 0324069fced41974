"""Keys for what had other names: the same thing gets the same key at every import."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import count

from connectors.importing.words import key_of


@dataclass(slots=True)
class Keys:
    """Gives keys. `known` holds those of the imports before (id in the source -> key); `taken` may not be given."""

    known: dict[str, str] = field(default_factory=dict)
    taken: set[str] = field(default_factory=set)

    def give(self, id_: str, wishes: Iterable[str]) -> str:
        """The key of this thing: the one it has, else the first wish that is free, else one with its id."""
        if id_ in self.known:
            return self.known[id_]
        wanted = [wish for wish in wishes if wish] or ["entry"]
        in_use = self.taken | set(self.known.values())
        key = next((wish for wish in wanted if wish not in in_use), None) or self._other(wanted[-1], id_, in_use)
        self.known[id_] = key
        self.taken.add(key)
        return key

    def of(self, id_: str) -> str | None:
        """The key of something that has got one."""
        return self.known.get(id_)

    def _other(self, wish: str, id_: str, in_use: set[str]) -> str:
        told_apart = f"{wish}-{key_of(id_)[-12:].strip('-')}".strip("-")
        tries = (told_apart if n == 1 else f"{told_apart}-{n}" for n in count(1))
        return next(key for key in tries if key not in in_use)
