"""Changing a type that has modules: what they can take is saved, all else is a migration."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any, cast

from flask import g, has_request_context
from sqlalchemy import Connection

from admin.deps import Deps
from admin.errors import ModulesMoved
from admin.sight.visible import Visible
from modules import (
    JsonError,
    MigrationRunning,
    Migrations,
    Name,
    Survey,
    What,
    check_content,
    modules_of,
    read_json,
)
from rules import Finding

MOST_SHOWN = 5


def migrations_of(deps: Deps) -> Migrations:
    """The migrations of this house."""
    return Migrations(deps.store, deps.database)


def change_findings(deps: Deps, key: str, content: bytes, besides: Collection[str] = ()) -> list[Finding]:
    """Why these bytes may not simply become the type, though they are right by themselves: modules would change, lose
    something or no longer pass, `besides` those that are saved along with it. Raises `MigrationRunning`."""
    migrations = migrations_of(deps)
    running = migrations.running(key)
    if running is not None:
        raise MigrationRunning(key, running)
    if deps.store.get("types", key) is None:
        return []
    plan = migrations.plan(key, content, {})
    return list(_told(key, migrations.survey(plan, besides))) if plan.moves else _retired(deps, key, content)


def _told(key: str, survey: Survey) -> Iterator[Finding]:
    way = f"change it with POST /v1/manage/types/{key}/migrations"
    shown = _sees_modules()
    for path, modules in survey.losses.items():
        some = f" such as {', '.join(list(modules)[:MOST_SHOWN])}" if shown else ""
        at = "/fields/" + path.replace("/", "/of/")
        message = (
            f"{survey.counts[path][What.LOST]} value(s) of {path!r} would be lost, in {len(modules)} module(s){some}"
        )
        yield Finding(at, message, f'{way} and say what becomes of them: "mapping": {{"{path}": …}}')
    if survey.invalid:
        first = list(survey.invalid.items())[: MOST_SHOWN if shown else 0]
        some = "; ".join(f"{one}{wrong[0].pointer}: {wrong[0].message}" for one, wrong in first)
        message = f"{survey.invalid_count} module(s) would no longer pass{': ' if some else ''}{some}"
        yield Finding("/fields", message, f"mend them first, or {way} and a mapping")
    elif survey.changed and not survey.losses:
        yield Finding("/fields", f"{survey.changed} module(s) would have to change with it", way)


def _sees_modules() -> bool:
    """Whether who asks may be told of any module: keys and values are in the examples."""
    return not has_request_context() or Visible(g.principal).whole("modules")


def _retired(deps: Deps, key: str, content: bytes) -> list[Finding]:
    """Who still uses a type that is retired: good to know."""
    if not cast("dict[str, Any]", read_json(content)).get("retired"):
        return []
    with deps.database.read() as connection:
        used = modules_of(connection, key)
    if not used or not _sees_modules():
        return []
    some = ", ".join(list(used)[:MOST_SHOWN]) + (" …" if len(used) > MOST_SHOWN else "")
    message = f"{len(used)} module(s) of it live on: {some}"
    return [Finding("/retired", message, f"GET /v1/manage/types/{key}/usage lists them", "note")]


@dataclass(frozen=True, slots=True)
class Watch:
    """What a save was checked against: `expect` are the drafts that must still be there, `more` looks at the rest."""

    expect: Mapping[Name, str | None] = field(default_factory=dict)
    more: Callable[[Connection], Mapping[Name, bytes]] | None = None


def watch(deps: Deps, kind: str, key: str, content: bytes) -> Watch:
    """What must not have changed when this content is saved: a module's type, the modules of a type that changes.

    Take it before the check. Content that is wrong in itself watches nothing.
    """
    if kind == "modules":
        named = _type_named(content)
        draft = deps.store.get("types", named) if named else None
        return Watch({("types", draft.key): draft.digest}) if draft else Watch()
    if kind == "types" and deps.store.get(kind, key) is not None and _moves(deps, key, content):
        with deps.database.read() as connection:
            seen = modules_of(connection, key)
        return Watch(more=partial(_same_modules, key, seen))
    return Watch()


def watch_all(deps: Deps, contents: Mapping[Name, bytes]) -> list[Watch]:
    """The same for many that are saved together."""
    types = {_type_named(content) for (kind, _), content in contents.items() if kind == "modules"}
    found = deps.store.drafts_of([("types", key) for key in types if key])
    others = (watch(deps, *name, content) for name, content in contents.items() if name[0] != "modules")
    return [Watch({name: draft.digest for name, draft in found.items()}), *others]


def _same_modules(key: str, seen: Mapping[str, str], connection: Connection) -> Mapping[Name, bytes]:
    if modules_of(connection, key) != seen:
        raise ModulesMoved(key)
    return {}


def _moves(deps: Deps, key: str, content: bytes) -> bool:
    return not check_content("types", key, content) and migrations_of(deps).plan(key, content, {}).moves


def _type_named(content: bytes) -> str | None:
    try:
        body = read_json(content)
    except JsonError:
        return None
    named = body.get("type") if isinstance(body, dict) else None
    return named if isinstance(named, str) else None
