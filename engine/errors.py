"""What can go wrong in compiling and deciding, with data and help."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import get_close_matches

from rules import Finding


class EngineError(Exception):
    """Base of the engine's errors."""


class UnknownLayout(EngineError):
    """A layout that the release does not have."""

    def __init__(self, layout: str, known: Sequence[str]) -> None:
        self.layout = layout
        self.known = tuple(sorted(known))
        near = get_close_matches(layout, self.known, n=1)
        hint = f"; did you mean {near[0]!r}?" if near else f"; known layouts: {', '.join(self.known) or 'none'}"
        super().__init__(f"no layout {layout!r} in the published release{hint}")


class UnknownModule(EngineError):
    """A module that the release does not have."""

    def __init__(self, module: str, known: Sequence[str]) -> None:
        self.module = module
        near = get_close_matches(module, known, n=1)
        hint = f"; did you mean {near[0]!r}?" if near else ""
        super().__init__(f"no module {module!r} in the published release{hint}")


class UnknownSlot(EngineError):
    """A slot that a layout does not have."""

    def __init__(self, layout: str, slot: str, known: Sequence[str]) -> None:
        self.layout = layout
        self.slot = slot
        near = get_close_matches(slot, known, n=1)
        hint = f"; did you mean {near[0]!r}?" if near else f"; it has {', '.join(known)}"
        super().__init__(f"no slot {slot!r} in the layout {layout!r}{hint}")


class UnknownSegment(EngineError):
    """A segment that the release does not have."""

    def __init__(self, segment: str, known: Sequence[str]) -> None:
        self.segment = segment
        near = get_close_matches(segment, known, n=1)
        hint = f"; did you mean {near[0]!r}?" if near else f"; known segments: {', '.join(sorted(known)) or 'none'}"
        super().__init__(f"no segment {segment!r} in the published release{hint}")


class CatalogueError(EngineError):
    """Content that cannot be compiled: every finding, each pointing into `kind/key`."""

    def __init__(self, findings: Sequence[Finding]) -> None:
        self.findings = tuple(findings)
        shown = "; ".join(f"{f.pointer}: {f.message}" for f in self.findings[:5])
        more = f" (and {len(self.findings) - 5} more)" if len(self.findings) > 5 else ""
        super().__init__(f"{len(self.findings)} problem(s) in the content: {shown}{more}")


class NothingPublished(EngineError):
    """A question before the first release."""

    def __init__(self) -> None:
        super().__init__("nothing is published yet; import content and run `./intarsia publish`")
