"""The envelope of an answer: which decision it is, how each slot was filled and why. Joins of prepared bytes."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import TYPE_CHECKING

import orjson

from channels.escapes import one_line

if TYPE_CHECKING:
    from engine import Content, Filled, Page, Placement

CLOSE, COMMA = b"}", b","
LEVELS = "01234"
UNASSIGNED = b'"assigned":[]}'


def head(page: Page) -> bytes:
    """The members that say which decision this is, without the closing brace; of nobody's page, which one it is."""
    if page.nobodys:
        return orjson.dumps({"layout": page.layout, "channel": page.channel, "locale": page.locale})[:-1]
    told = {
        "layout": page.layout,
        "channel": page.channel,
        "locale": page.locale,
        "release": page.release,
        "decision_id": page.decision_id,
        "level": int(page.level),
        "valid_until": page.valid_until,
        "notes": page.notes,
    }
    return orjson.dumps(told)[:-1]


def slot_head(filled: Filled) -> bytes:
    """The members that say which slot this is and how it was filled, without the closing brace."""
    return _slot_head(filled.slot, filled.why.filled_by)


@lru_cache(maxsize=4_096)
def _slot_head(slot: str, filled_by: str) -> bytes:
    return orjson.dumps({"slot": slot, "filled_by": filled_by})[:-1]


def chosen(placement: Placement, *, why: bool = True) -> bytes:
    """The members that say why this module stands here, without the opening brace.

    The assigned variations are told in any case: whoever shows the module reports the exposure.
    """
    if why:
        return placement.encoded
    return orjson.dumps({"assigned": placement.assigned})[1:] if placement.assigned else UNASSIGNED


def reasons_of(page: Page, label: Callable[[Placement], bytes]) -> bytes:
    """The whole answer as JSON with names and reasons instead of contents. `label` is `label_of` its content."""
    out, lead = [head(page)], b',"slots":['
    for filled in page.filled:
        out += (lead, slot_head(filled), b',"modules":[')
        lead = b""
        for placement in filled.placements:
            out += (lead, label(placement), COMMA, placement.encoded)
            lead = COMMA
        out += (b'],"why":', filled.why.encoded, CLOSE)
        lead = COMMA
    out.append(b"]}" if page.filled else b',"slots":[]}')
    return b"".join(out)


def names_of(page: Page, label: Callable[[Placement], bytes]) -> bytes:
    """The whole answer as JSON with names alone: what a page needs that reports what it shows."""
    slots = []
    for filled in page.filled:
        modules = b",".join(label(one) + COMMA + chosen(one, why=False) for one in filled.placements)
        slots.append(slot_head(filled) + b',"modules":[' + modules + b"]}")
    return b"".join((head(page), b',"slots":[', COMMA.join(slots), b"]}"))


def label_of(content: Content) -> bytes:
    """What a module is called, as JSON without the closing brace."""
    told = {"key": content.module, "type": content.type.key, "variant": content.variant, "locale": content.locale}
    return orjson.dumps(told)[:-1]


_one_line = lru_cache(maxsize=64)(one_line)


def headers_of(page: Page) -> list[tuple[str, str]]:
    """The same identity for those who read headers only."""
    release = _one_line(page.release)
    told = [("Intarsia-Release", release), ("Intarsia-Level", LEVELS[page.level]), ("X-Content-Version", release)]
    return told if page.nobodys else [("Intarsia-Decision", page.decision_id), *told]
