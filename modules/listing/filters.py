"""Each filter of a list as a condition, and as the keys that it leaves where it leaves few."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Connection,
    FromClause,
    Select,
    and_,
    exists,
    false,
    func,
    null,
    or_,
    select,
    union,
)

from modules.listing import fulltext
from modules.listing.contracts import Contract, contracts
from modules.listing.fulltext import Where
from modules.listing.sight import Hidden, contains, visible
from modules.listing.tables import documents, listed, listed_locales, listed_tags
from modules.listing.values import Filters
from modules.listing.words import terms_of
from modules.store import graph
from modules.store.values import Name
from modules.tables import drafts, edges
from storage import among

Keys: TypeAlias = "Select[str] | CompoundSelect[str]"


@dataclass(frozen=True, slots=True)
class Condition:
    """What a row must be; `keys` selects those of the rows that are, and unless `exactly` some others."""

    holds: ColumnElement[bool]
    keys: Keys | None = None
    exactly: bool = True


@dataclass(frozen=True, slots=True)
class Asked:
    """What every filter looks at."""

    connection: Connection
    kind: str
    filters: Filters
    hidden: Hidden

    def rows(self) -> Select[str]:
        """The keys of all rows that could be listed."""
        return select(listed.c.key).where(self.here)

    @property
    def here(self) -> ColumnElement[bool]:
        """The rows of this kind, in the archive or not."""
        return (listed.c.kind == self.kind) & (listed.c.archived == int(self.filters.archived))

    def among(self, keys: FromClause) -> tuple[FromClause, ColumnElement[bool]]:
        """The same rows, looked up by their keys: where they are selected from, and by which condition."""
        # An outer join that every condition makes an inner one: SQLite begins with the keys only if it must.
        here = (listed.c.kind == self.kind) & (listed.c.key == keys.c.key)
        return keys.outerjoin(listed, here), self.column("archived") == int(self.filters.archived)

    def column(self, name: str) -> ColumnElement[Any]:
        """A column to be compared row by row. SQLite, which knows no statistics, would else rather sort all rows that
        have a value than walk a few in their order."""
        plain: ColumnElement[Any] = listed.c[name]
        return func.coalesce(plain, null()) if self.connection.dialect.name == "sqlite" else plain


def conditions(asked: Asked) -> Iterator[Condition]:
    """A condition for each filter that is set, and one for what may not be seen."""
    for name, condition in FILTERS.items():
        wanted = getattr(asked.filters, name)
        if wanted not in (None, (), [], ""):
            yield from condition(asked, wanted)
    spots = {(of, locale) for kind, of, locale in asked.hidden.seen if kind == asked.kind}
    unseen = {of for kind, of, _ in asked.hidden.spots if kind == asked.kind} - {of for of, _ in spots}
    if unseen:
        yield Condition(asked.column("type").not_in(sorted(unseen)))


def _equal(name: str) -> Filter:
    def condition(asked: Asked, wanted: Any) -> Iterator[Condition]:
        yield Condition(asked.column(name) == wanted, asked.rows().where(listed.c[name] == wanted))

    return condition


def _since(asked: Asked, wanted: Any) -> Iterator[Condition]:
    yield Condition(asked.column("updated_at") >= wanted, asked.rows().where(listed.c.updated_at >= wanted))


def _ending(asked: Asked, wanted: Any) -> Iterator[Condition]:
    yield Condition(asked.column("ends_at") < wanted, asked.rows().where(listed.c.ends_at < wanted))


def _tags(asked: Asked, wanted: Any) -> Iterator[Condition]:
    t = listed_tags.c
    for tag in wanted:
        here = (t.kind == asked.kind) & (t.tag == tag)
        yield Condition(exists().where(here, t.key == listed.c.key), select(t.key).where(here))


def _locale(asked: Asked, wanted: Any) -> Iterator[Condition]:
    c, state = listed_locales.c, asked.filters.state
    here = (c.kind == asked.kind) & (c.locale == wanted)
    # Who asks for a locale and a state asks for the state of that locale.
    here = here if state is None else here & (c.state == state)
    yield Condition(exists().where(here, c.key == listed.c.key), select(c.key).where(here))


def _state(asked: Asked, wanted: Any) -> Iterator[Condition]:
    if asked.filters.locale is None:
        yield from _equal("state")(asked, wanted)


def _uses(asked: Asked, wanted: Any) -> Iterator[Condition]:
    for kind, key in wanted:
        yield _naming(asked, graph.targets_of(asked.connection, kind, key))


def _segment(asked: Asked, wanted: Any) -> Iterator[Condition]:
    yield _naming(asked, graph.ways_to(asked.connection, ("segments", wanted), ("segments", "rules")))


def _naming(asked: Asked, targets: Collection[Name]) -> Condition:
    """That a draft names any of these."""
    e, d = edges.c, drafts.c
    of_draft = (e.kind == d.kind) & (e.key == d.key) & (e.digest == d.digest)
    named = among(e.to_kind, e.to_key, targets)
    holds = exists().where(d.kind == asked.kind, of_draft, named, d.key == listed.c.key)
    keys = select(e.key).where(named, e.kind == asked.kind, exists().where(of_draft)).distinct()
    return Condition(holds, keys)


def _channel(asked: Asked, wanted: Any) -> Iterator[Condition]:
    found = contracts(asked.connection, wanted)
    if asked.kind == "modules":
        keys = [_carrying(asked, slot) for slot in found.slots]
        holds = or_(false(), *(_fitting(asked, slot) for slot in found.slots))
        yield Condition(holds, union(*keys) if keys else None, exactly=False)
    else:
        fitting = {one for slot in found.slots for one in slot.types} if asked.kind == "types" else found.layouts
        yield Condition(listed.c.key.in_(sorted(fitting)))


def _fitting(asked: Asked, slot: Contract) -> ColumnElement[bool]:
    t = listed_tags.c
    carried = (exists().where(t.kind == asked.kind, t.tag == tag, t.key == listed.c.key) for tag in sorted(slot.tags))
    return and_(asked.column("type").in_(sorted(slot.types)), *carried)


def _carrying(asked: Asked, slot: Contract) -> Keys:
    """The keys of those that carry the first of a slot's tags, or else are of its types: more than fit, never less."""
    if slot.tags:
        return select(listed_tags.c.key).where(listed_tags.c.kind == asked.kind, listed_tags.c.tag == min(slot.tags))
    return asked.rows().where(listed.c.type.in_(sorted(slot.types)))


def _text(asked: Asked, wanted: Any) -> Iterator[Condition]:
    terms = terms_of(wanted)
    if not terms:
        yield Condition(false())
        return
    match = fulltext.match(asked.connection, terms, Where([asked.kind], asked.filters.locale, asked.filters.archived))
    seen = visible(asked.hidden, terms)
    keys = select(documents.c.key).select_from(match.source).where(match.condition, seen).distinct()
    here = (documents.c.kind == asked.kind) & (documents.c.key == listed.c.key)
    here = here if asked.filters.locale is None else here & (documents.c.locale == asked.filters.locale)
    yield Condition(exists().where(here, contains(documents.c.words, terms), seen), keys)


Filter: TypeAlias = Callable[[Asked, Any], Iterator[Condition]]

FILTERS: Mapping[str, Filter] = {
    "type": _equal("type"),
    "tags": _tags,
    "locale": _locale,
    "state": _state,
    "channel": _channel,
    "uses": _uses,
    "segment": _segment,
    "text": _text,
    "updated_by": _equal("updated_by"),
    "updated_since": _since,
    "ends_before": _ending,
}
"""Filter -> the conditions that it makes of what is wanted."""
