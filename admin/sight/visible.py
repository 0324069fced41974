"""What one principal sees of content: types, locales and fields that are kept from them are not there."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from accounts import NotAllowed, Principal
from modules import JsonError, read_json
from rules import Finding

READ: Final = "content.read"


def type_of(kind: str, key: str, body: Any) -> str | None:
    """The module type that content is of: that of a module, or the type itself; None for what has none."""
    if kind == "types":
        return key
    named = body.get("type") if kind == "modules" and isinstance(body, Mapping) else None
    return named if isinstance(named, str) else None


@dataclass(frozen=True, slots=True)
class Visible:
    """The eyes of a principal. Every answer that holds content, or anything made of it, goes through here."""

    principal: Principal

    def whole(self, kind: str | None = None) -> bool:
        """Whether they see all there is (of a kind): then nothing needs to be looked at."""
        return not self.principal.limited(READ, kind)

    def sees(self, kind: str, key: str, content: bytes) -> bool:
        """Whether they see anything of this content."""
        return self.whole(kind) or self.principal.may_type(READ, kind, type_of(kind, key, _read(kind, content)))

    def hides(self, kind: str, of_type: str | None, locale: str | None, field: str) -> bool:
        """Whether a field is kept from them in this locale; with None, whether there is a locale where it is.

        A search, a filter or a sort looks at no field that is hidden: what was found would tell what it holds.
        """
        return not self.whole(kind) and not self.principal.may_field(READ, kind, of_type, locale, field)

    def knows(self, of_type: str, field: str) -> bool:
        """Whether they see a field of modules of this type in any locale at all: else there is no such field."""
        return self.principal.may_somewhere(READ, "modules", of_type, field)

    def content(self, kind: str, key: str, content: bytes) -> bytes:
        """The bytes as they see them; exactly those that were saved where nothing is hidden. `NotAllowed` if nothing
        is to be seen."""
        if self.whole(kind):
            return content
        body = _read(kind, content)
        seen = self.body(kind, key, body)
        return content if seen == body else write_json(seen)

    def body(self, kind: str, key: str, body: Any) -> Any:
        """A JSON body as they see it; `NotAllowed` if nothing of it is to be seen."""
        if self.whole(kind):
            return body
        of_type = type_of(kind, key, body)
        if not self.principal.may_type(READ, kind, of_type):
            raise NotAllowed(READ, f"the type {of_type!r}" if of_type else kind)
        if kind == "modules":
            return self._module(of_type, body)
        return self._type(key, body) if kind == "types" else body

    def findings(self, contents: Mapping[tuple[str, str], bytes], found: Iterable[Finding]) -> list[Finding]:
        """Findings with pointers that begin with `/kind/key`; one about something hidden says no more than where."""
        told = []
        for one in found:
            kind, key, *path = [*one.pointer.split("/")[1:], "", ""]
            content = contents.get((kind, key))
            heard = content is None or self._may_hear(kind, key, content, path)
            told.append(one if heard else replace(one, **_UNTOLD))
        return told

    def findings_in(self, kind: str, key: str, content: bytes, found: Iterable[Finding]) -> list[Finding]:
        """The same for pointers into one piece of content."""
        return [
            one if self._may_hear(kind, key, content, one.pointer.split("/")[1:]) else replace(one, **_UNTOLD)
            for one in found
        ]

    def hears(self, kind: str, key: str, content: bytes, pointer: str) -> bool:
        """Whether they see the place in this content that a JSON pointer leads to."""
        return self._may_hear(kind, key, content, pointer.split("/")[1:])

    def _may_hear(self, kind: str, key: str, content: bytes, path: list[str]) -> bool:
        if self.whole(kind):
            return True
        body = _read(kind, content)
        try:
            seen = self.body(kind, key, body)
        except NotAllowed:
            return False
        return still_leads(body, seen, path)

    def _module(self, of_type: str | None, body: Any) -> Any:
        seen = {**body, "locales": self._locales(of_type, body.get("locales"))}
        if isinstance(body.get("variants"), list):
            seen["variants"] = [
                {**one, "locales": self._locales(of_type, one["locales"])} if "locales" in one else one
                for one in body["variants"]
                if isinstance(one, dict)
            ]
        return seen

    def _locales(self, of_type: str | None, locales: Any) -> dict[str, dict[str, Any]]:
        may = self.principal
        return {
            locale: {
                name: value for name, value in fields.items() if may.may_field(READ, "modules", of_type, locale, name)
            }
            for locale, fields in (locales.items() if isinstance(locales, dict) else ())
            if isinstance(fields, dict) and may.may_locale(READ, "modules", of_type, locale)
        }

    def _type(self, key: str, body: Any) -> Any:
        hidden = {name for name in body.get("fields", {}) if self.hides("types", key, None, name)}
        parts = {part: body[part] for part in ("fields", "sample") if isinstance(body.get(part), dict)}
        kept = {part: {n: v for n, v in held.items() if n not in hidden} for part, held in parts.items()}
        return {**body, **kept}


def write_json(body: Any) -> bytes:
    """A body as a file of ours: readable, in UTF-8, with a newline at its end."""
    return (json.dumps(body, ensure_ascii=False, indent=2) + "\n").encode()


_UNTOLD: Mapping[str, Any] = {
    "message": "something that is kept from you is wrong here",
    "remedy": "ask somebody who may see it",
    "witness": None,
    "proof": "",
}


def _read(kind: str, content: bytes) -> Any:
    """The JSON of content, None where it holds none."""
    try:
        return None if kind == "assets" else read_json(content)
    except JsonError:
        return None


def still_leads(body: Any, seen: Any, path: list[str]) -> bool:
    """Whether a JSON pointer's steps lead to the same place in what is left of a body. A place that is not in the
    body itself is no secret of it."""
    steps = [path[:end] for end in range(1, len(path) + 1)]
    return all(_leads(seen, some) or not _leads(body, some) for some in steps)


def _leads(body: Any, path: list[str]) -> bool:
    """Whether a JSON pointer's steps lead to something."""
    for step in path:
        name = step.replace("~1", "/").replace("~0", "~")
        if isinstance(body, dict) and name in body:
            body = body[name]
        elif isinstance(body, list) and name.isdigit() and int(name) < len(body):
            body = body[int(name)]
        else:
            return False
    return True
