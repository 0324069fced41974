"""What a changed type means to what was noted of its modules: their fields are read by other kinds now."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from sqlalchemy import Connection, delete, select

from modules.field import Field
from modules.listing.tables import listed
from modules.listing.writing import enlist
from modules.module_type import ModuleType
from modules.store import bodies
from modules.store.batches import batches
from modules.store.deriving import derive
from modules.store.knowing import Types, type_of
from modules.store.values import Name
from modules.tables import drafts, edges, published


def reread(
    connection: Connection, before: Mapping[str, str | None], types: Types, along: Collection[Name] = ()
) -> None:
    """Read the modules of these types anew where that makes a difference; each is given with its digest before. Those
    that are saved `along` with it are not."""
    read = bodies.read(connection, {digest for digest in before.values() if digest})
    for key, digest in before.items():
        old = type_of(key, read.get(digest or "", b""))
        new = types.of({"type": key}).get(key)
        if new is not None and (old is None or _differs(old, new)):
            _reread(connection, key, types, along)


def _differs(old: ModuleType, new: ModuleType) -> bool:
    """Whether a field that both have is of another kind now, or localised. What only one has, no body holds."""
    before, after = dict(_shape(old.fields)), dict(_shape(new.fields))
    return any(before[name] != after[name] for name in before.keys() & after.keys())


def _shape(fields: Mapping[str, Field], at: str = "") -> Iterator[tuple[str, Any]]:
    for name, one in fields.items():
        yield f"{at}/{name}", (one.kind.name, one.localised)
        yield from _shape(one.of, f"{at}/{name}")


def _reread(connection: Connection, key: str, types: Types, along: Collection[Name]) -> None:
    same = (listed.c.kind == drafts.c.kind) & (listed.c.key == drafts.c.key)
    of_type = select(drafts.c.kind, drafts.c.key, drafts.c.digest).join(listed, same)
    rows = connection.execute(of_type.where(listed.c.kind == "modules", listed.c.type == key))
    names: dict[Name, str] = {(k, name): digest for k, name, digest in rows if (k, name) not in along}
    for batch in batches(names):
        read = bodies.read(connection, set(batch.values()))
        _forget(connection, batch)
        derive(connection, {(*name, digest): read[digest] for name, digest in batch.items()}, types)
    enlist(connection, names, types)


def _forget(connection: Connection, batch: Mapping[Name, str]) -> None:
    """Forget what these bodies name, but for those that are published: there the type is still the other."""
    e, p = edges.c, published.c
    served = select(p.digest).where(p.kind == e.kind, p.key == e.key, p.digest == e.digest)
    keys = [key for _, key in batch]
    here = (e.kind == "modules") & e.key.in_(keys) & e.digest.in_(list(batch.values()))
    connection.execute(delete(edges).where(here, ~served.exists()))
