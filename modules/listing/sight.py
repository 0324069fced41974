"""What whoever asks may see: what is hidden from them is in no list, causes no hit and stands in no snippet."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol, TypeAlias

from sqlalchemy import ColumnElement, Connection, and_, exists, literal, not_, or_, select, true, tuple_

from modules.listing.tables import documents, spots, texts
from modules.listing.telling import OWN
from modules.listing.words import Terms

Spot: TypeAlias = tuple[str, str, str]
"""Kind, type and locale of documents; the last two may be empty."""


class Sight(Protocol):
    """Answers whether a field may be seen; without one, whether anything at all may (there, or in any locale)."""

    def __call__(self, kind: str, of_type: str, locale: str, name: str) -> bool:
        """Whether this may be seen; empty is what there is not."""


@dataclass(frozen=True, slots=True)
class Hidden:
    """What there is that may not be seen: whole spots, and fields of those that are `seen`."""

    spots: frozenset[Spot] = frozenset()
    seen: frozenset[Spot] = frozenset()
    fields: Mapping[Spot, frozenset[str]] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.spots or self.fields)


NOTHING = Hidden()


def hidden_from(connection: Connection, sight: Sight | None) -> Hidden:
    """Of all that any document ever had, what may not be seen."""
    if sight is None:
        return NOTHING
    whole: set[Spot] = set()
    seen: set[Spot] = set()
    some: dict[Spot, set[str]] = defaultdict(set)
    for row in connection.execute(select(spots.c.kind, spots.c.type, spots.c.locale, spots.c.field)):
        spot = (row.kind, row.type, row.locale)
        if not sight(*spot, OWN):
            whole.add(spot)
            continue
        seen.add(spot)
        if row.field != OWN and not sight(*spot, row.field):
            some[spot].add(row.field)
    return Hidden(frozenset(whole), frozenset(seen), {spot: frozenset(names) for spot, names in some.items()})


def visible(hidden: Hidden, terms: Terms) -> ColumnElement[bool]:
    """The condition that a document which holds these terms holds them also where they may be seen."""
    if not hidden:
        return true()
    spot = tuple_(documents.c.kind, documents.c.type, documents.c.locale)
    groups: dict[frozenset[str], list[Spot]] = defaultdict(list)
    for one, names in hidden.fields.items():
        groups[names].append(one)
    dim = [one for some in groups.values() for one in some]
    clear = not_(spot.in_([*hidden.spots, *dim]))
    return or_(clear, *(and_(spot.in_(some), _holds(terms, names)) for names, some in groups.items()))


def _holds(terms: Terms, hidden: frozenset[str]) -> ColumnElement[bool]:
    """Whether every term is in a field that is not hidden."""
    here = (texts.c.document == documents.c.id) & not_(texts.c.field.in_(sorted(hidden)))
    return and_(*(exists().where(here, texts.c.words.contains(word)) for word in _asked(terms)))


def contains(words: ColumnElement[str], terms: Terms) -> ColumnElement[bool]:
    """Whether folded words hold every term."""
    spaced = literal(" ") + words + " "
    return and_(*(spaced.contains(word) for word in _asked(terms)))


def _asked(terms: Terms) -> list[str]:
    # A word has letters and digits only: nothing in it is a pattern.
    return [f" {word} " for word in terms.whole] + ([f" {terms.prefix}"] if terms.prefix else [])
