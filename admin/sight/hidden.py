"""What somebody cannot see stays as it is when they save the rest."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from accounts import NotAllowed, Principal
from admin.sight.visible import Visible


def with_hidden(principal: Principal, kind: str, key: str, old: Any, new: Any) -> Any:
    """The new body with everything of the old one that the principal cannot see; `new` itself where that is nothing.

    Raises `NotAllowed` where the new body holds something hidden itself, whatever its value: to accept the right one
    would tell which it is.
    """
    visible = Visible(principal)
    if visible.whole(kind) or kind not in PARTS or new is None:
        return new
    if visible.body(kind, key, new) != new:
        raise NotAllowed("content.read", f"a field or locale in what was sent for {kind}/{key}; leave it out")
    seen = None if old is None else visible.body(kind, key, old)
    return new if seen == old else PARTS[kind](old, seen, new)


def _module(old: Any, seen: Any, new: Any) -> Any:
    made = {**new, "locales": _locales(old["locales"], seen["locales"], new["locales"])}
    if "variants" in new:
        before, shown = variants_of(old), variants_of(seen)
        made["variants"] = [
            _variant(before[one["key"]], shown[one["key"]], one) if one["key"] in before else one
            for one in new["variants"]
        ]
    return made


def _variant(old: Any, seen: Any, new: Any) -> Any:
    if seen == old:
        return new
    return {**new, "locales": _locales(old["locales"], seen["locales"], new.get("locales", {}))}


def _locales(old: Any, seen: Any, new: Any) -> dict[str, Any]:
    """A hidden locale has its place among the others: the first one stands in for those that a module lacks."""
    names = list(new) if seen.keys() == old.keys() else [*(n for n in old if n in new or n not in seen), *new]
    return {
        name: old[name] if name not in new else _fields(old[name], seen[name], new[name]) if name in old else new[name]
        for name in names
    }


def _fields(old: Any, seen: Any, new: Any) -> Any:
    if seen == old:
        return new
    return {**{name: new.get(name, value) for name, value in old.items() if name in new or name not in seen}, **new}


def _type(old: Any, seen: Any, new: Any) -> Any:
    parts = {part: _fields(old[part], seen[part], new.get(part, {})) for part in ("fields", "sample") if part in old}
    return {**new, **{part: made for part, made in parts.items() if made or part in new}}


def variants_of(body: Mapping[str, Any]) -> dict[str, Any]:
    """The variants of a module's body by their keys."""
    return {one["key"]: one for one in body.get("variants", ())}


PARTS = {"modules": _module, "types": _type}
"""Kinds with fields that may be hidden, and how they are put back."""
