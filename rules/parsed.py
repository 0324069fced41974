"""A rule of any dialect once it is parsed: it is its tree, and equals whatever says the same."""

from __future__ import annotations

import json
from functools import cached_property

from rules.nodes import Node
from rules.values import Json


class Parsed:
    """A checked tree. It never changes, and equals every other one of the same dialect and the same logic."""

    def __init__(self, root: Node) -> None:
        self.root = root

    @property
    def logic(self) -> Json:
        """The JSON of the rule, a fresh copy."""
        return self.root.logic

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Parsed) and type(self) is type(other) and self._text == other._text

    def __hash__(self) -> int:
        return hash(self._text)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self._text})"

    @cached_property
    def _text(self) -> str:
        return json.dumps(self.logic, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
