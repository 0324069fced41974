"""What is wrong with a trigger among the rest of a release: what it names must be there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from difflib import get_close_matches
from typing import Any, Final

from rules import Attribute, Checker, FactType, Finding, Vocabulary

PROPERTIES: Final = Attribute("properties.*", FactType.OBJECT, "what the event told")
"""What a trigger's rule may read beside facts: it is not registered, and so of any type."""


def of_events(checker: Checker) -> Checker:
    """A checker of rules that are asked of one event and its person."""
    known = checker.vocabulary
    return Checker(replace(known, attributes={**known.attributes, PROPERTIES.path: PROPERTIES}))


def trigger_findings(body: Mapping[str, Any], known: Vocabulary) -> Iterator[Finding]:
    """Names in a trigger that must exist elsewhere; pointers begin with its own body."""
    when = body["when"]
    for way in ("entered", "left"):
        if way in when and when[way] not in known.segments:
            remedy = _meant(when[way], known.segments, "make the segment first")
            yield Finding(f"/when/{way}", f"there is no segment {when[way]!r}", remedy)
    if "event" in when and when["event"] not in known.events:
        remedy = _meant(when["event"], known.events, "register the event type first: it says which consent it needs")
        yield Finding("/when/event", f"there is no event type {when['event']!r}", remedy)
    for number, action in enumerate(body["do"]):
        for name, told in action.items():
            for place, path in enumerate(told.get("attributes", ())):
                yield from _told(f"/do/{number}/{name}/attributes/{place}", path, known)


def _told(at: str, path: str, known: Vocabulary) -> Iterator[Finding]:
    if path.startswith("properties."):
        return
    above = f"{path.rpartition('.')[0]}.*"
    attribute = known.attributes.get(path) or known.attributes.get(above)
    if attribute is None:
        remedy = _meant(path, known.attributes, "register the attribute first: it says which consent it needs")
        yield Finding(at, f"there is no attribute {path!r}", remedy)
    elif attribute.sensitive:
        message = f"{path!r} is sensitive, and is told to another system"
        yield Finding(at, message, "leave it out where the receiver can do without", severity="warning")


def _meant(name: str, known: Any, otherwise: str) -> str:
    near = get_close_matches(name, known, n=1)
    return f"did you mean {near[0]!r}?" if near else otherwise
