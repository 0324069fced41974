"""What somebody may write: each change of a body is held against their grants, and what they cannot see is kept.

Every write by way of the API goes through `admitted`, whatever route it comes by.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final, TypeAlias

from accounts import NotAllowed, Principal
from admin.sight.hidden import variants_of, with_hidden
from admin.sight.visible import READ, type_of, write_json
from modules import check_content, read_json

WRITE: Final = "content.write"

Spot: TypeAlias = tuple[str | None, str | None]
"""A locale and a field that a change is in; None where it is in what has none, such as tags."""

PUBLISH: Final = "release.publish"

PLACES: Final = ("locales", "variants")
"""Where a module holds fields by locale; all else of it belongs to no locale."""


def admitted(principal: Principal, kind: str, key: str, before: bytes | None, after: bytes | None) -> bytes | None:
    """The bytes to save in place of `before`: `after`, with what the principal cannot see as it was.

    Raises `NotAllowed` that names the type, locale or field that they may not change; None as `after` takes it away.
    Content that is wrong in itself comes back as it is: the check refuses it.
    """
    if not principal.limited(WRITE, kind) and not principal.limited(READ, kind):
        return after
    if after is not None and check_content(kind, key, after):
        return after
    old, new = _read(kind, before), _read(kind, after)
    kept = with_hidden(principal, kind, key, old, new)
    # Nobody writes what they cannot see.
    for action in (WRITE, READ):
        _check(principal, action, kind, key, old, kept, before == after)
    return after if kept is new else write_json(kept)


def check_publish(
    principal: Principal, changes: Iterable[tuple[str, str, bytes | None, bytes | None]], action: str = PUBLISH
) -> None:
    """Raise `NotAllowed` if a change that is to become public (kind, key, bytes before and after) is not theirs."""
    for kind, key, before, after in changes:
        if principal.limited(action, kind):
            _check(principal, action, kind, key, _read(kind, before), _read(kind, after), before == after)


def _check(principal: Principal, action: str, kind: str, key: str, old: Any, new: Any, equal: bool) -> None:
    """Raise `NotAllowed` at the first change that is not theirs to make."""
    principal.require(action, kind)
    types = list(dict.fromkeys(type_of(kind, key, body) for body in (old, new) if body is not None)) or [None]
    for of_type in types:
        if not principal.may_type(action, kind, of_type):
            raise NotAllowed(action, f"the type {of_type!r}" if of_type else kind)
        if kind == "modules":
            spots = _changes(old or {}, new or {}) if len(types) == 1 else [*_all_spots(old), *_all_spots(new)]
            for spot in sorted(set(spots), key=str):
                _spot(principal, action, f"modules/{key}", of_type, spot)
        elif not equal and (old is None or not _same(old, new)):
            _whole(principal, action, kind, f"{kind}/{key}", of_type)


def _spot(principal: Principal, action: str, name: str, of_type: str | None, spot: Spot) -> None:
    locale, field = spot
    if locale is None or field is None:
        _whole(principal, action, "modules", name, of_type)
    elif not principal.may_locale(action, "modules", of_type, locale):
        raise NotAllowed(action, f"the locale {locale!r} of {name}")
    elif not principal.may_field(action, "modules", of_type, locale, field):
        raise NotAllowed(action, f"the field {field!r} of {name}")


def _whole(principal: Principal, action: str, kind: str, name: str, of_type: str | None) -> None:
    # To see the rest of a body takes no more than to see its type.
    if action != READ and not principal.may_whole(action, kind, of_type):
        raise NotAllowed(action, f"{name} beyond single locales and fields")


def _read(kind: str, content: bytes | None) -> Any:
    return None if content is None or kind == "assets" else read_json(content)


def _changes(old: Any, new: Any) -> Iterator[Spot]:
    """Each spot in which two bodies of a module differ."""
    rest = [{name: value for name, value in body.items() if name not in PLACES} for body in (old, new)]
    if not _same(*rest) or _order(old) != _order(new):
        yield None, None
    yield from _changed_fields(old.get("locales", {}), new.get("locales", {}))
    before, after = variants_of(old), variants_of(new)
    for name in before.keys() | after.keys():
        yield from _changed_fields(before.get(name, {}).get("locales", {}), after.get(name, {}).get("locales", {}))


def _changed_fields(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Spot]:
    for locale in old.keys() | new.keys():
        before, after = old.get(locale, {}), new.get(locale, {})
        for field in before.keys() | after.keys():
            if field not in before or field not in after or not _same(before[field], after[field]):
                yield locale, field


def _all_spots(body: Any) -> Iterator[Spot]:
    yield None, None
    yield from _changes({}, body or {})


def _order(body: Mapping[str, Any]) -> Any:
    """What belongs to the whole of variants and locales: which variants there are, and which locale comes first."""
    shells = [{name: value for name, value in one.items() if name != "locales"} for one in body.get("variants", [])]
    return json.dumps([next(iter(body.get("locales", {})), None), shells], sort_keys=True)


def _same(one: Any, other: Any) -> bool:
    # As JSON: in Python 1 is True.
    return json.dumps(one, sort_keys=True) == json.dumps(other, sort_keys=True)
