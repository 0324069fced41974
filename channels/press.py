"""The press: from a placement's content to its fragment, from the fragment to what one person sees."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, TypeAlias

from channels.cards import CardStyle, join_cards
from channels.channel import View
from channels.envelope import label_of, names_of, reasons_of
from channels.errors import RenderFailure, TemplateFault
from channels.fragments import Fragment, FragmentCache, Shelf, Told
from channels.money import writes_comma
from modules import Image, Part

if TYPE_CHECKING:
    from engine import Content, ItemCard, Page, Placement

Make: TypeAlias = Callable[["Content", View], Fragment]


def no_cards(_: str) -> bytes:
    """The cards of a module without items."""
    return b""


@dataclass(slots=True)
class Sheet:
    """What all modules of one answer share."""

    shelf: Shelf
    view: View
    told: Told
    comma: bool
    """Whether prices are written with a decimal comma."""


@dataclass(frozen=True, slots=True)
class Press:
    """One channel's way of making fragments and item cards, and the cache that keeps both."""

    channel: str
    make: Make
    style: CardStyle
    cache: FragmentCache
    part: str = ""
    """Which of several forms of the answer this makes, such as a mail's text."""

    def sheet(self, page: Page, view: View) -> Sheet:
        """The sheet of one answer. The shelf's name holds all that fragments depend on beside the content."""
        comma = writes_comma(page.locale)
        shelf = self.cache.shelf(page.release, self.channel, self.part, view.base_url, comma)
        return Sheet(shelf, view, Told(view.values), comma)

    def fill(self, out: list[bytes], placement: Placement, slot: bytes, sheet: Sheet) -> None:
        """Append the module as this person sees it. Raises `RenderFailure` with the module's name."""
        fragment = self.prepared(placement, sheet)
        cards = partial(self.cards, placement, sheet) if fragment.cards else no_cards
        fragment.fill(out, sheet.told, slot, cards)

    def cards(self, placement: Placement, sheet: Sheet, name: str) -> bytes:
        """The cards that were chosen for one items field; nothing where none were."""
        cards: Sequence[ItemCard] = placement.items.get(name, ())
        try:
            return join_cards(cards, self.style, sheet.shelf, sheet.view, sheet.comma)
        except Exception as error:
            raise _failure(placement, self.channel, error) from error

    def reasons(self, page: Page, sheet: Sheet) -> bytes:
        """The whole answer as JSON with names and reasons instead of contents."""
        return reasons_of(page, lambda placement: self.prepared(placement, sheet).label)

    def names(self, page: Page, sheet: Sheet) -> bytes:
        """The whole answer as JSON with what stands in each slot, and neither contents nor reasons."""
        return names_of(page, lambda placement: self.prepared(placement, sheet).label)

    def prepared(self, placement: Placement, sheet: Sheet) -> Fragment:
        """The fragment of a placement, made on first use. Raises `RenderFailure` with the module's name."""
        found = sheet.shelf.fragments.get(placement.content.digest)
        if found is not None:
            return found
        try:
            made = replace(
                self.make(described(placement.content, sheet.view), sheet.view), label=label_of(placement.content)
            )
            return sheet.shelf.keep(made, placement.content.digest)
        except Exception as error:  # whatever is wrong with one module must not cost the page
            raise _failure(placement, self.channel, error) from error


def described(content: Content, view: View) -> Content:
    """The content with what its assets show, where its author left that to them."""
    if not any(isinstance(part, Image) and part.alt is None for part in content.parts):
        return content
    return replace(content, parts=tuple(_described(part, content.locale, view) for part in content.parts))


def _described(part: Part, locale: str, view: View) -> Part:
    if isinstance(part, Image) and part.alt is None:
        return replace(part, alt=view.alt_of(part.src, locale) or "")
    return part


def _failure(placement: Placement, channel: str, error: Exception) -> RenderFailure:
    reason = str(error) if isinstance(error, TemplateFault) else f"{type(error).__name__}: {error}"
    return RenderFailure(placement.module, placement.slot, channel, reason)
