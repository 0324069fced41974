"""What every channel takes and gives: a page and a view in, one rendered answer out."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Protocol

from rules import Json

if TYPE_CHECKING:
    from engine import Page


class Ability(StrEnum):
    """What a channel can show."""

    HTML = "html"
    RICH_TEXT = "rich text"
    TEMPLATES = "templates"
    IMAGES = "images"
    SVG = "svg"
    ACTIONS = "actions"
    ITEMS = "items"
    DATA = "data"


def _no_asset(_: str) -> bool:
    return False


def _no_alt(_: str, __: str) -> str | None:
    return None


@dataclass(frozen=True, slots=True)
class Picture:
    """What is known of an asset: its size in pixels, the addresses of smaller ones, and one that every reader knows."""

    width: int | None = None
    height: int | None = None
    srcset: str = ""
    """Addresses with their widths, as HTML writes them; empty where there is one size only."""
    shapes: Mapping[str, str] = field(default_factory=dict)
    """The same by shape, such as 16:9: cut around what matters."""
    focal: tuple[float, float] | None = None
    """What matters, as shares of width and height; None where nobody said so."""
    plain: str = ""
    """The address of a form that any reader can show, no larger than a mail needs."""


def _no_picture(_: str) -> Picture | None:
    return None


@dataclass(slots=True)
class View:
    """What a channel needs beside the page: facts for merge fields, addresses, and the layout's words."""

    values: Mapping[str, Json]
    """Nested facts by attribute path, as in `Facts.values`."""
    asset_url: Callable[[str], str]
    """Asset name -> address; answers from one release, the page's."""
    base_url: str = ""
    """Start of absolute links, such as `https://shop.example`; needed by mail, chat and mobile."""
    settings: Mapping[str, str] = field(default_factory=dict)
    """The layout's words with merge fields: a mail's `subject` and `preheader`, a page's `title`."""
    title: str = ""
    """The layout's title: stands in for a title or subject that is not set."""
    stylesheet: str = ""
    """Address of the style sheet that a whole web page links to; none when empty."""
    has_asset: Callable[[str], bool] = _no_asset
    """Whether the page's release holds an asset of this name."""
    alt_of: Callable[[str, str], str | None] = _no_alt
    """Asset name and locale -> what the picture shows."""
    picture: Callable[[str], Picture | None] = _no_picture
    """What is known of an asset of the page's release."""


@dataclass(slots=True)
class Rendered:
    """An answer ready to send. `extra` holds what does not fit one body: a mail's subject, HTML and text."""

    body: bytes
    media_type: str
    headers: Sequence[tuple[str, str]] = ()
    extra: Mapping[str, Any] = field(default_factory=dict)


class Channel(Protocol):
    """A renderer of pages: it knows parts, never a module type by name."""

    name: str
    summary: str
    media_type: str
    shared: bool
    """Whether a cache may keep, for everybody, an answer that is for nobody in particular."""
    abilities: frozenset[Ability]

    def render(self, page: Page, view: View, *, why: bool = True) -> Rendered:
        """The page in this channel's form, with its reasons unless `why` is false.

        Raises `RenderFailure` naming the first module that cannot be shown.
        """
        ...
