"""Composing what is published of a module, locale by locale: German goes out, and French stays what it was.

A body has a part for each locale: its fields, and those of each variant. All else is the *shared* part: type, tags,
targeting, schedule, which variants there are and in what order, the order of the locales, and the values of fields that
are not localised.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

import orjson

SHARED: Final = "*"
"""Stands among locales for the shared part."""

Body: TypeAlias = dict[str, Any]
Locales: TypeAlias = dict[str, dict[str, Any]]


def compose(
    published: bytes | None, draft: bytes | None, locales: Collection[str], shared_fields: Collection[str] = ()
) -> bytes | None:
    """What is to be published when `locales` are taken from the draft, and all others stay as they are published.

    A locale that the draft has not is taken away; without a draft, all that are named are, and with the last one the
    module (None). A module of which nothing is published yet brings its shared part along; else that goes out only if
    `SHARED` is among the locales. `shared_fields` are those of the type that are not localised.

    Where nothing differs from the draft, or from what is published, the answer is those very bytes.
    """
    old, new = _read(published), _read(draft)
    if new is None and (old is None or SHARED in locales):
        return None
    frame = new if new is not None and (old is None or SHARED in locales) else old
    assert frame is not None
    made = _Composing(frame, old or {}, new or {}, frozenset(locales), frozenset(shared_fields)).body()
    if not made["locales"]:
        return None
    for body, content in ((new, draft), (old, published)):
        if body is not None and _same(made, body):
            return content
    return orjson.dumps(made, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)


def type_in(published: bytes | None, draft: bytes | None, locales: Collection[str]) -> str | None:
    """The module type of what `compose` makes of the same: whose `shared_fields` it wants."""
    old, new = _read(published), _read(draft)
    frame = new if new is not None and (old is None or SHARED in locales) else old
    named = frame.get("type") if frame is not None else None
    return named if isinstance(named, str) else None


def locales_of(content: bytes) -> tuple[str, ...] | None:
    """The locales of a body in their order; None of content that has no parts for locales."""
    found = orjson.loads(content)
    locales = found.get("locales") if isinstance(found, dict) else None
    return tuple(locales) if isinstance(locales, dict) else None


@dataclass(frozen=True, slots=True)
class _Composing:
    """`frame` is the body that the shared part comes from: one of the other two."""

    frame: Body
    published: Body
    draft: Body
    taken: frozenset[str]
    shared_fields: frozenset[str]

    def body(self) -> Body:
        locales = self._mixed(self.frame, self.published, self.draft)
        made = {**self.frame, "locales": self._settled(locales, self.frame["locales"])}
        if "variants" in self.frame:
            made["variants"] = [self._variant(one, made["locales"]) for one in self.frame["variants"]]
        return made

    def _variant(self, frame: Body, locales: Locales) -> Body:
        old, new = (_variant(body, frame["key"]) for body in (self.published, self.draft))
        # A variant that the draft no longer has is there until the shared part goes out: so are its words.
        mixed = self._mixed(frame, old or {}, old or {} if new is None else new)
        here = {locale: fields for locale, fields in mixed.items() if locale in locales}
        if not here and (own := self._own(frame.get("locales", {}))):
            here = {next(iter(locales)): own} if locales else {}
        made = self._settled(here, frame.get("locales", {}))
        return {**frame, "locales": made} if made or "locales" in frame else frame

    def _mixed(self, frame: Body, old: Body, new: Body) -> Locales:
        """The parts of the locales, in the order of the frame."""
        before, after = old.get("locales", {}), new.get("locales", {})
        order = dict.fromkeys([*frame.get("locales", {}), *after, *before])
        sides = {locale: after if locale in self.taken else before for locale in order}
        return {locale: dict(side[locale]) for locale, side in sides.items() if locale in side}

    def _settled(self, locales: Locales, frame: Locales) -> Locales:
        """With the values of the fields that are not localised: those of the frame, and in the first locale."""
        own = self._own(frame)
        made = {
            locale: {k: v for k, v in fields.items() if k not in self.shared_fields or _equal(v, own, k)}
            for locale, fields in locales.items()
        }
        if made:
            first = next(iter(made))
            missing = {name: value for name, value in own.items() if name not in made[first]}
            made[first] = {**made[first], **missing}
        return made

    def _own(self, frame: Locales) -> dict[str, Any]:
        first: dict[str, Any] = next(iter(frame.values()), {})
        return {name: value for name, value in first.items() if name in self.shared_fields}


def _equal(value: Any, own: Mapping[str, Any], name: str) -> bool:
    return name in own and bool(own[name] == value)


def _variant(body: Body, key: str) -> Body | None:
    return next((one for one in body.get("variants", ()) if one["key"] == key), None)


def _same(one: Body, other: Body) -> bool:
    """Whether two bodies say the same: the order of names matters nowhere but among the locales."""
    return one == other and _orders(one) == _orders(other)


def _orders(body: Body) -> list[list[str]]:
    return [list(one.get("locales", {})) for one in (body, *body.get("variants", ()))]


def _read(content: bytes | None) -> Body | None:
    found: Body | None = None if content is None else orjson.loads(content)
    return found
