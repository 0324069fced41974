"""What can go wrong with authored content, with data and help."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from difflib import get_close_matches

from rules import Finding


class ModulesError(Exception):
    """Base of this package's errors."""


class ContentError(ModulesError):
    """Authored content that may not be saved: every finding, each with a JSON pointer."""

    def __init__(self, what: str, findings: Sequence[Finding]) -> None:
        self.what = what
        self.findings = tuple(findings)
        shown = "; ".join(f"{f.pointer or '/'}: {f.message}" for f in self.findings[:5])
        super().__init__(f"{what} has {len(self.findings)} problem(s): {shown}")


class MergeError(ModulesError):
    """A merge field that cannot be read; `place` counts characters from 0."""

    def __init__(self, message: str, place: int, remedy: str) -> None:
        self.message = message
        self.place = place
        self.remedy = remedy
        super().__init__(f"{message} at character {place}: {remedy}")


class JsonError(ModulesError):
    """Bytes that are not JSON as we read it; line and column count from 1 where they are known."""

    def __init__(self, message: str, line: int | None = None, column: int | None = None) -> None:
        self.message = message
        self.line = line
        self.column = column
        super().__init__(message if line is None else f"{message} (line {line}, column {column})")


class Conflict(ModulesError):
    """Somebody else changed the content since it was read."""

    def __init__(self, kind: str, key: str, expected: str | None, found: str | None) -> None:
        self.kind = kind
        self.key = key
        self.expected = expected
        self.found = found
        now = f"is now {found[:12]}" if found else "is not there"
        then = f"{expected[:12]} was expected" if expected else "it was expected not to exist"
        super().__init__(f"{kind}/{key} {now}, but {then}; read it again and repeat the change")


class Archived(ModulesError):
    """A save of content that was put away."""

    def __init__(self, kind: str, key: str) -> None:
        self.kind = kind
        self.key = key
        super().__init__(f"{kind}/{key} is archived; take it out of the archive, then save")


class StillPublished(ModulesError):
    """Content that may not be put away: it is served."""

    def __init__(self, names: Sequence[tuple[str, str]]) -> None:
        self.names = tuple(names)
        what = ", ".join("/".join(name) for name in self.names[:5]) + (" …" if len(self.names) > 5 else "")
        super().__init__(f"{what} is published; unpublish it first, or override it")


class UnknownContent(ModulesError):
    """No such kind, or nothing of that kind under that key."""

    def __init__(self, kind: str, key: str | None, known: Iterable[str]) -> None:
        self.kind = kind
        self.key = key
        self.known = tuple(known)
        name, of = (kind, "kind of content") if key is None else (key, f"key in {kind}")
        super().__init__(f"no {of} {name!r}{hint(name, self.known)}")


class BadKey(ModulesError):
    """A key that cannot name content."""

    def __init__(self, kind: str, key: str, rule: str) -> None:
        self.kind = kind
        self.key = key
        self.rule = rule
        super().__init__(f"{key!r} cannot be a key in {kind}: {rule}")


def hint(name: str, known: Iterable[str]) -> str:
    """`; did you mean 'offer'?` where a known name is near, the known names where few, else nothing."""
    names = sorted(known)
    near = get_close_matches(name, names, n=1)
    if near:
        return f"; did you mean {near[0]!r}?"
    return f"; known: {', '.join(names)}" if 0 < len(names) <= 12 else ""


def step(name: str) -> str:
    """A name as one step of a JSON pointer (RFC 6901)."""
    return name.replace("~", "~0").replace("/", "~1")
