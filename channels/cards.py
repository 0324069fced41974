"""Item cards: prepared once per item and channel; only the reason why this person gets it is added later."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from channels.channel import View
from channels.fragments import Shelf

if TYPE_CHECKING:
    from engine import ItemCard

Because: TypeAlias = Callable[[str], bytes]
"""A reason in a reader's words, or none -> how the channel shows it."""

MakeCard: TypeAlias = Callable[["ItemCard", View, bool], tuple[bytes, bytes]]
"""A card, and whether prices take a comma -> the bytes before and after its reason."""


@dataclass(frozen=True, slots=True)
class CardStyle:
    """How a channel shows items: each card, its reason, and what stands around and between them."""

    make: MakeCard
    because: Because
    opening: bytes = b""
    between: bytes = b""
    closing: bytes = b""


@dataclass(frozen=True, slots=True)
class MadeCard:
    """A card up to the reason, and after it; `plain` is the whole card without one."""

    card: ItemCard
    before: bytes
    after: bytes
    plain: bytes


def join_cards(cards: Sequence[ItemCard], style: CardStyle, shelf: Shelf, view: View, comma: bool) -> bytes:
    """The cards in order, each prepared at most once while the item stays as it is."""
    out = []
    for card in cards:
        made = shelf.cards.get(card.id)
        if not isinstance(made, MadeCard) or not _same(made.card, card):
            before, after = style.make(card, view, comma)
            made = MadeCard(card, before, after, before + style.because("") + after)
            shelf.keep_card(made, card.id)
        out.append(made.before + style.because(card.because) + made.after if card.because else made.plain)
    return style.opening + style.between.join(out) + style.closing


def _same(one: ItemCard, other: ItemCard) -> bool:
    """Whether all but the reason is equal. Cards of one feed share their strings: this compares identities mostly."""
    return one is other or (
        one.name == other.name
        and one.price == other.price
        and one.url == other.url
        and one.image == other.image
        and one.category == other.category
        and one.brand == other.brand
        and one.currency == other.currency
    )
