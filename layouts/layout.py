"""Layouts: named arrangements of slots, each slot with a contract."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Slot:
    """A place in a layout: which types and tags fit, how many, what is pinned, what stands in.

    A module fits when its type is in `types` and it carries every tag of `tags` (both empty: anything fits).
    """

    key: str
    title: str = ""
    types: frozenset[str] = frozenset()
    tags: frozenset[str] = frozenset()
    minimum: int = 0
    maximum: int = 1
    pinned: tuple[str, ...] = ()
    fallback: str | None = None
    diverse_by: str | None = None

    def accepts(self, module_type: str, tags: frozenset[str]) -> bool:
        """Whether a module of this type with these tags fits the contract."""
        return (not self.types or module_type in self.types) and self.tags <= tags


@dataclass(frozen=True, slots=True)
class Layout:
    """An arrangement for a purpose. `fallback` (a module) stands in for any slot whose own fallback fails;
    `static` is plain text shown when even that cannot be rendered."""

    key: str
    title: str
    slots: tuple[Slot, ...]
    channels: frozenset[str] = frozenset()
    fallback: str | None = None
    static: str = ""
    settings: dict[str, str] = field(default_factory=dict)
    """Per-purpose words with merge fields, e.g. a mail's `subject` and `preheader`."""
