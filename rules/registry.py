"""The attributes of a vocabulary, by path: what registers it, and what was meant where nothing does."""

from __future__ import annotations

from difflib import get_close_matches
from typing import Final, TypeAlias

from rules.errors import SHORT, meant
from rules.operators.scores import SCORE
from rules.values import Attribute, FactType, Vocabulary

NEAR: Final = 0.8
"""How alike two keys must be for one to be taken for the other's slip: `cofee` and `coffee` are 0.91, `cat-food` and
`dog-food` 0.63."""

Path: TypeAlias = tuple[str, ...]


class Registry:
    """Looks up paths in one vocabulary, each once."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._known = vocabulary.attributes
        self._found: dict[Path, Attribute | None] = {}

    def attribute(self, path: Path) -> Attribute | None:
        """The attribute that registers this path: itself, a wildcard, a list or object above it, or one below it."""
        if path not in self._found:
            self._found[path] = self._attribute(path)
        return self._found[path]

    def meant(self, path: Path) -> str:
        """What was probably meant by a path that nothing registers."""
        name, last = ".".join(path), path[-1].casefold()
        # No other fact is meant by a score that is not there; a title, or a name that stands elsewhere, is no slip.
        known = [one for one in self._known if path[0] != SCORE or one.startswith(f"{SCORE}.")]
        alike = [one for one in known if last in {one.rpartition(".")[2], self._known[one].title.casefold()}]
        if alike:
            return f"did you mean {alike[0]!r}?"
        return meant(name, known) or f"register the attribute {name!r} first"

    def doubts(self, path: Path) -> str:
        """What was probably meant by a key below a wildcard that is not known yet; empty where no key is near."""
        above = self._known.get(".".join([*path[:-1], "*"]))
        if above is None or not above.keys or path[-1] in above.keys or ".".join(path) in self._known:
            return ""
        near = get_close_matches(path[-1][:SHORT], above.keys, n=1, cutoff=NEAR)
        return f"did you mean {near[0]!r}?" if near else ""

    def _attribute(self, path: Path) -> Attribute | None:
        known = self._known
        name = ".".join(path)
        if name in known:
            return known[name]
        for size in range(len(path) - 1, 0, -1):
            above = ".".join(path[:size])
            if f"{above}.*" in known:
                return known[f"{above}.*"]
            if above in known and known[above].type in {FactType.LIST, FactType.OBJECT}:
                return Attribute(name, FactType.OBJECT, name)
        inside = any(other.startswith(f"{name}.") for other in known)
        return Attribute(name, FactType.OBJECT, name) if inside else None
