"""What can go wrong in this package; each error carries what, where and the remedy."""

from __future__ import annotations

import difflib
from collections.abc import Iterable


class RecommenderError(Exception):
    """The family of this package's errors."""


class UnknownChoiceError(RecommenderError):
    """A name that is not in its table: a model, or a field that items can be chosen by."""

    def __init__(self, what: str, name: str, known: Iterable[str]) -> None:
        self.what = what
        self.name = name
        self.known = tuple(sorted(known))
        near = difflib.get_close_matches(name, self.known, n=1)
        self.remedy = f"did you mean {near[0]!r}?" if near else f"there are: {', '.join(self.known)}"
        super().__init__(f"no {what} {name!r}; {self.remedy}")


class NothingToLearnError(RecommenderError):
    """Training was asked for, but no interaction falls on an item of the catalogue."""

    def __init__(self, seen: int, items: int, window_days: float) -> None:
        self.seen = seen
        self.items = items
        self.window_days = window_days
        self.remedy = "import items and interactions first, or widen the window"
        super().__init__(
            f"nothing to learn from: {seen} interactions, {items} items, "
            f"none of them meet within {window_days:g} days; {self.remedy}"
        )


class BundleError(RecommenderError):
    """A stored model that must not be served: truncated, altered, or of another schema."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        self.remedy = "keep the model that serves now, and train again"
        super().__init__(f"bundle refused: {reason}; {self.remedy}")
