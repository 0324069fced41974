"""The usage graph: edges are written when a body is saved, and read within the digests of any state."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import astuple, dataclass
from itertools import islice
from typing import Final, TypeAlias

from sqlalchemy import ColumnElement, Connection, Select, Table, false, or_, select, tuple_

from modules.errors import ModulesError
from modules.reference import EVENTS, FACTS, Reference
from modules.store import bodies
from modules.store.batches import batches
from modules.store.knowing import plain
from modules.store.values import Manifest, Name
from modules.tables import drafts, edges, published
from rules import Finding
from storage import among, insert

LONGEST_POINTER: Final = 400
NAMED_STATES: Final = ("drafts", "published")
"""States that can be looked into by their names."""

_STATES: Final[Mapping[str, Table]] = dict(zip(NAMED_STATES, (drafts, published), strict=True))

Within: TypeAlias = str | Manifest
"""A state to look into: `drafts`, `published`, or any manifest."""


@dataclass(frozen=True, slots=True, order=True)
class Use:
    """That content names another: who does, where in it, and in which of its bodies."""

    kind: str
    key: str
    pointer: str
    digest: str


class InUse(ModulesError):
    """Content that may not be put away: others name it. `uses` are the first hundred of `count`."""

    def __init__(self, names: Sequence[Name], uses: Sequence[Use], count: int | None = None) -> None:
        self.names = tuple(names)
        self.uses = tuple(uses[:100])
        self.count = len(uses) if count is None else count
        what = ", ".join("/".join(name) for name in self.names[:3]) + (" …" if len(self.names) > 3 else "")
        users = ", ".join(dict.fromkeys(f"{use.kind}/{use.key}" for use in self.uses[:5])) or "what you do not see"
        super().__init__(f"{what} is used in {self.count} place(s), by {users}; change them first, or override it")

    @property
    def findings(self) -> tuple[Finding, ...]:
        """Each use, as a pointer that begins with the user's `/kind/key`."""
        remedy = "take it out there, or let both go at once"
        return tuple(
            Finding(f"/{use.kind}/{use.key}{use.pointer}", f"{use.kind}/{use.key} uses it here", remedy)
            for use in self.uses
        )


def write(connection: Connection, found: Mapping[tuple[str, str, str], Sequence[Reference]]) -> None:
    """Note what bodies name; each is given by kind, key and digest."""
    rows = [
        {"kind": kind, "key": key, "digest": digest, "pointer": one.pointer[:LONGEST_POINTER], "to_kind": one.to_kind,
         "to_key": one.to_key}
        for (kind, key, digest), references in found.items()
        for one in references
    ]  # fmt: skip
    if rows:
        connection.execute(insert(connection, edges).on_conflict_do_nothing(), rows)


def references(connection: Connection, wanted: Manifest) -> dict[Name, list[Reference]]:
    """What each of these bodies names, in the order of the places."""
    found: dict[Name, list[Reference]] = {name: [] for name in wanted}
    c = edges.c
    for batch in batches(wanted):
        here = among(c.kind, c.key, batch) & c.digest.in_(list(batch.values()))
        asked = select(c.kind, c.key, c.digest, c.to_kind, c.to_key, c.pointer).where(here)
        for kind, key, digest, *told in connection.execute(asked.order_by(c.pointer, c.to_key)):
            if wanted[(kind, key)] == digest:
                found[(kind, key)].append(Reference(*told))
    return found


def held(connection: Connection, names: Iterable[Name], archived: bool) -> dict[Name, str]:
    """The digests of those of these drafts that are there; the `archived` ones only if wanted."""
    t = drafts.c
    found: dict[Name, str] = {}
    for batch in batches(dict.fromkeys(names)):
        asked = select(t.kind, t.key, t.digest).where(among(t.kind, t.key, batch))
        rows = connection.execute(asked if archived else asked.where(t.archived_at.is_(None)))
        found |= {(kind, key): digest for kind, key, digest in rows}
    return found


def users(
    connection: Connection, kind: str, key: str, within: Within, after: Use | None = None, limit: int | None = None
) -> list[Use]:
    """Who names this content in a state, in the order of kinds, keys and places, from the first behind `after`."""
    c = edges.c
    others = (c.kind != kind) | (c.key != key)
    asked = select(*USE).where(_to(targets_of(connection, kind, key)), others).order_by(c.kind, c.key, c.pointer)
    if after is not None:
        asked = asked.where(tuple_(c.kind, c.key, c.pointer) > tuple_(*astuple(after)[:3]))
    if isinstance(within, str):
        asked = _in_state(asked, _STATES[within]).limit(limit)
        return [Use(*row) for row in connection.execute(asked)]
    uses = (Use(*row) for row in connection.execute(asked))
    return list(islice((use for use in uses if within.get((use.kind, use.key)) == use.digest), limit))


def users_outside(connection: Connection, names: Collection[Name], *, archived: bool) -> list[Use]:
    """Who names any of these among the drafts without being one of them; the `archived` ones count if wanted."""
    targets = {target: None for name in names for target in targets_of(connection, *name)}
    found: dict[Use, None] = {}
    for batch in batches(targets):
        asked = _in_state(select(*USE).where(_to(batch)), drafts)
        if not archived:
            asked = asked.where(drafts.c.archived_at.is_(None))
        uses = (Use(*row) for row in connection.execute(asked))
        found |= {use: None for use in uses if (use.kind, use.key) not in names}
    return sorted(found)


def targets_of(connection: Connection, kind: str, key: str) -> list[Name]:
    """What stands in the edges for this content: itself, or the facts and events that it registers."""
    if kind != "attributes":
        return [(kind, key)]
    paths, events = _registered(connection, key)
    named_facts = connection.execute(select(edges.c.to_key).where(edges.c.to_kind == FACTS).distinct()).scalars()
    facts = [(FACTS, fact) for fact in named_facts if any(_covers(path, fact) for path in paths)]
    return [*facts, *((EVENTS, event) for event in events)]


def ways_to(connection: Connection, name: Name, through: Collection[str]) -> set[Name]:
    """This content, and whatever of the kinds `through` names it among the drafts, directly or by way of others."""
    found, new = {name}, {name}
    while new:
        uses = (use for batch in batches(dict.fromkeys(new)) for use in _naming(connection, batch, through))
        new = set(uses) - found
        found |= new
    return found


def asking(connection: Connection, kind: str, targets: Collection[Name], below: Collection[str]) -> set[Name]:
    """The drafts of a kind, archived ones left out, that name any of these targets, or a fact below these paths. Few
    drafts are of such a kind: they are gone through, not all that name the same."""
    c, d = edges.c, drafts.c
    facts = [c.to_key.startswith(path, autoescape=True) for path in below]
    wanted = _to(targets) | ((c.to_kind == FACTS) & or_(false(), *facts))
    asked = _in_state(select(c.kind, c.key, c.pointer, c.digest), drafts).where(
        d.kind == kind, c.kind == kind, d.archived_at.is_(None), wanted
    )
    return {(row.kind, row.key) for row in connection.execute(asked)}


def _naming(connection: Connection, targets: Iterable[Name], kinds: Collection[str]) -> list[Name]:
    asked = _in_state(select(*USE).where(_to(targets), edges.c.kind.in_(list(kinds))), drafts)
    return [(row.kind, row.key) for row in connection.execute(asked)]


def _registered(connection: Connection, key: str) -> tuple[list[str], list[str]]:
    """Paths of facts, and types of events, in the draft of this set and in what is published of it."""
    paths, events = [], []
    for table in _STATES.values():
        here = (table.c.kind == "attributes") & (table.c.key == key)
        digest = connection.execute(select(table.c.digest).where(here)).scalar()
        for content in bodies.read(connection, [digest] if digest else []).values():
            body = plain(content) or {}
            paths += [one["path"] for one in body.get("attributes", ())]
            events += [one["type"] for one in body.get("events", ())]
    return paths, events


def _covers(path: str, fact: str) -> bool:
    """Whether an attribute registers a fact: it is the same, or the fact is a part of it."""
    whole = path.removesuffix(".*")
    return fact == path or fact.startswith(f"{whole}.")


def _to(targets: Iterable[Name]) -> ColumnElement[bool]:
    return among(edges.c.to_kind, edges.c.to_key, targets)


def _in_state(asked: Select[str, str, str, str], table: Table) -> Select[str, str, str, str]:
    t, c = table.c, edges.c
    return asked.join(table, (t.kind == c.kind) & (t.key == c.key) & (t.digest == c.digest))


USE = (edges.c.kind, edges.c.key, edges.c.pointer, edges.c.digest)
