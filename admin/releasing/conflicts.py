"""What happened around the changes of a release since they were put into it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

import orjson

from admin.releasing.overlay import Load, Name
from layouts import WHOLE, Entry, Manifest
from modules import SHARED
from rules import Finding


def conflicts(
    entries: Iterable[Entry], served: Manifest, others: Mapping[Name, Sequence[str]], load: Load
) -> Iterator[Finding]:
    """Warnings: what was published anew in the same place, and what other releases that wait change as well.

    A release says what it wants, so it is published all the same: a whole piece replaces what is there, a locale only
    that locale.
    """
    moved = [one for one in entries if served.get(one.name) not in {one.base, one.digest}]
    bodies = load({digest for one in moved for digest in (one.base, served.get(one.name)) if digest})
    for one in moved:
        before, now = bodies.get(one.base or ""), bodies.get(served.get(one.name) or "")
        if one.locale == WHOLE or part_of(before, one.locale) != part_of(now, one.locale):
            yield _moved(one)
    for (kind, key), releases in sorted(others.items()):
        also = ", ".join(releases)
        message = (
            f"{also} {'changes' if len(releases) == 1 else 'change'} it as well: whichever is published last stays"
        )
        yield Finding(f"/{kind}/{key}", message, "see that they come in the right order", "warning", "also-changed")


def part_of(content: bytes | None, locale: str) -> object:
    """What a body says in one locale, variants too; for `SHARED`, all that belongs to none."""
    body = None if content is None else orjson.loads(content)
    if not isinstance(body, dict):
        return None
    variants = {one["key"]: one.get("locales", {}).get(locale) for one in body.get("variants", ())}
    if locale != SHARED:
        return body.get("locales", {}).get(locale), variants
    shells = [{name: value for name, value in one.items() if name != "locales"} for one in body.get("variants", ())]
    return {name: value for name, value in body.items() if name not in {"locales", "variants"}}, shells


def _moved(one: Entry) -> Finding:
    at = f"/{one.kind}/{one.key}" + ("" if one.locale in {WHOLE, SHARED} else f"/locales/{one.locale}")
    message = "something else was published here since this was put into the release: it will be replaced"
    return Finding(at, message, "compare the two, and put it in again", "warning", "published-meanwhile")
