"""What can go wrong with layouts and releases, with data and help."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from difflib import get_close_matches

from rules import Finding


class LayoutsError(Exception):
    """Base of this package's errors."""


class LayoutError(LayoutsError):
    """A layout that may not be saved: every finding, each with a JSON pointer."""

    def __init__(self, key: str, findings: Sequence[Finding]) -> None:
        self.key = key
        self.findings = tuple(findings)
        shown = "; ".join(f"{f.pointer or '/'}: {f.message}" for f in self.findings[:5])
        super().__init__(f"layout {key!r} has {len(self.findings)} problem(s): {shown}")


class UnknownRelease(LayoutsError):
    """No release with that id or name."""

    def __init__(self, release: str, known: Iterable[str]) -> None:
        self.release = release
        self.known = tuple(known)
        near = get_close_matches(release, self.known, n=1)
        hint = f"; did you mean {near[0]!r}?" if near else f"; the latest are {', '.join(self.known[:5]) or 'none'}"
        super().__init__(f"no release {release!r}{hint}")


class NothingToRollBack(LayoutsError):
    """There is no release before the published one."""

    def __init__(self) -> None:
        super().__init__("nothing was published before the present release; name a release to go to, or publish one")


class PublishedMeanwhile(LayoutsError):
    """Another release is served than the one that a change was judged with."""

    def __init__(self, expected: str | None, found: str | None) -> None:
        self.expected = expected
        self.found = found
        was, now = expected or "nothing", found or "nothing"
        super().__init__(f"{now} is served, no longer {was}; judge the change again with what is served now")


class WrongStep(LayoutsError):
    """A step that the life of a release does not allow where it is."""

    def __init__(self, release: str, status: str, action: str, allowed: Iterable[str]) -> None:
        self.release = release
        self.status = status
        self.action = action
        self.allowed = tuple(allowed)
        ways = f"what can be done with it: {', '.join(self.allowed)}" if self.allowed else "nothing can be done with it"
        super().__init__(f"release {release} is {status}: it takes no {action!r}; {ways}")


class ReleaseChanged(LayoutsError):
    """A release is no longer what somebody read who acts on it."""

    def __init__(self, release: str, expected: int | None, found: int) -> None:
        self.release = release
        self.expected = expected
        self.found = found
        super().__init__(
            f"release {release} has changed since it was read: it is at version {found}, not {expected}; read it again"
        )


class NeverPublished(LayoutsError):
    """A release that was not published holds no state that could be served or read."""

    def __init__(self, release: str, status: str) -> None:
        self.release = release
        self.status = status
        super().__init__(f"release {release} is {status} and was never published; name one that was")


class EntryClash(LayoutsError):
    """A piece that a release would take whole, and by locale as well."""

    def __init__(self, release: str, name: str, held: str) -> None:
        self.release = release
        self.name = name
        super().__init__(f"release {release} takes {name} {held} already; take that out of it first")


class OwnWork(LayoutsError):
    """Somebody who approves what they had a hand in. `names` are such changes, as `kind/key`."""

    def __init__(self, release: str, who: str, names: Sequence[str]) -> None:
        self.release = release
        self.names = tuple(names)
        shown = ", ".join(self.names[:5]) + (" …" if len(self.names) > 5 else "")
        super().__init__(
            f"{who} had a hand in {shown}: somebody else has to approve release {release}, or these leave it"
        )
        self.findings = tuple(
            Finding(f"/{name}", f"{who} had a hand in this", "let somebody else approve it, or take it out")
            for name in self.names
        )


class NotApproved(LayoutsError):
    """A release that somebody has to approve before it is published."""

    def __init__(self, release: str) -> None:
        self.release = release
        super().__init__(
            f"release {release} is not approved; make a release of it, and let somebody approve that first"
        )
