"""Parts: the channel-neutral form of a module's fields. Types yield parts, channels show parts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from rules import Json


@dataclass(frozen=True, slots=True)
class Hole:
    """A personal merge field in authored text: `{{ profile.first_name | default("there") }}`.

    `default` None means: without the fact the module may not be shown.
    """

    path: str
    default: str | None = None


@dataclass(frozen=True, slots=True)
class Merge:
    """Text with holes: `("Hello ", Hole("profile.first_name", "there"))`. `rich` marks sanitised HTML."""

    segments: tuple[str | Hole, ...]
    rich: bool = False

    @property
    def needs(self) -> frozenset[str]:
        """The fact paths without which this text cannot be filled."""
        return frozenset(s.path for s in self.segments if isinstance(s, Hole) and s.default is None)


@dataclass(frozen=True, slots=True)
class Heading:
    """A title line."""

    field: str
    text: Merge


@dataclass(frozen=True, slots=True)
class Body:
    """Running text, plain or (when `text.rich`) sanitised HTML."""

    field: str
    text: Merge


@dataclass(frozen=True, slots=True)
class Image:
    """A picture. `src` is an asset name of the release or an https URL; `alt` is empty only for decoration.

    Where it is None, what the asset's own details say in the reader's locale stands for it.
    """

    field: str
    src: str
    alt: str | None


@dataclass(frozen=True, slots=True)
class Action:
    """Something to do: a labelled link. `url` is absolute, or a path on the site that shows it."""

    field: str
    label: Merge
    url: Merge


@dataclass(frozen=True, slots=True)
class ItemsSpec:
    """How an items part is filled: hand-picked ids first, then `count` in all from a recommender.

    `where` narrows candidates by item attributes, e.g. `{"category": "coffee"}`.
    """

    count: int
    pick: tuple[str, ...] = ()
    recommend: str | None = None
    where: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Items:
    """A list of things from the catalogue feed, filled for the person at decision time."""

    field: str
    spec: ItemsSpec


@dataclass(frozen=True, slots=True)
class Data:
    """A typed value for machines (a number, a date, a choice); shown by channels only where a template asks."""

    field: str
    value: Json


Part: TypeAlias = Heading | Body | Image | Action | Items | Data
"""One part of a module, whichever it is."""
