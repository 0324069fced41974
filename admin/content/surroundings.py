"""What a piece of content is judged with when it is saved: of all the drafts those that it names, near or far."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from difflib import get_close_matches
from typing import Any, Final

from engine import Around, assets_in, logic_in, segments_in, texts_in
from modules import EVENTS, FACTS, ContentStore, Name
from rules import Json, RuleError, parse

TOGETHER: Final[Mapping[str, tuple[str, ...]]] = {
    "types": (),
    "segments": ("attributes",),
    "rules": ("attributes",),
    "policies": ("attributes",),
    "triggers": ("attributes",),
    "modules": ("attributes", "locales"),
    "locales": ("locales",),
}
"""Kind -> the kinds that it is judged with whole: few files, which declare something together. What is of no kind
here is judged by itself."""

REPEATED: Final = frozenset({"segments", "rules"})
"""Kinds of which it is told that a segment asks the same."""


def surroundings_of(store: ContentStore, kind: str, key: str, body: Mapping[str, Any]) -> Around:
    """The drafts that this content is to be judged with, for the same findings as with all drafts of the kinds that
    it can name. The work hangs on what it names, not on how much there is."""
    logic = [one for _, one in logic_in(kind, dict(body))]
    segments = {one for some in logic for one in segments_in(some)}
    names: set[Name] = {*_named(kind, body), *(("segments", one) for one in segments)}
    if kind == "segments":
        names |= {(kind, key), *_behind(store, segments)}
    found = store.shown(names, TOGETHER[kind])
    contents = dict(store.judged(found))
    more = _nearest(store, body, found) if kind == "modules" else set()
    more |= _asking_alike(store, kind, logic, Around(contents).bodies())
    if more:
        contents |= store.judged(store.shown(more - contents.keys()))
    missed = {missing for missing, _ in names - found.keys() - {(kind, key)}}
    known: dict[str, Collection[str]] = {one: store.known(one) for one in ("types", "segments") if one in missed}
    return Around(dict(sorted(contents.items(), key=_in_order)), known)


def _in_order(entry: tuple[Name, bytes]) -> tuple[bool, Name]:
    # What stands first is named as what others repeat: attributes and segments in the order of their keys.
    return entry[0][0] != "attributes", entry[0]


def _named(kind: str, body: Mapping[str, Any]) -> Iterator[Name]:
    """What a module or a trigger names and is judged with."""
    if kind == "triggers":
        yield from (("segments", body["when"][way]) for way in ("entered", "left") if way in body["when"])
    if kind == "modules":
        yield "types", str(body.get("type"))
        yield from (("rules", one) for one in _rules(body))
        for _, asset in assets_in(body):
            yield from (("assets", asset), ("asset-details", asset))


def _rules(body: Mapping[str, Any]) -> list[str]:
    targeted = (row.get("targeting") for row in (body, *body.get("variants", ())))
    return list(dict.fromkeys(one for one in targeted if isinstance(one, str)))


def _nearest(store: ContentStore, body: Mapping[str, Any], found: Mapping[Name, str]) -> set[Name]:
    """The rules that are nearest in name to those that are not there: they are the remedy."""
    missing = [one for one in _rules(body) if ("rules", one) not in found]
    known = store.known("rules") if missing else ()
    return {("rules", near) for one in missing for near in get_close_matches(one, known, n=1)}


def _behind(store: ContentStore, segments: set[str]) -> set[Name]:
    """Segments, and those that they ask for in turn: a circle closes among them."""
    found: set[Name] = set()
    new: set[Name] = {("segments", one) for one in segments}
    while new:
        found |= new
        bodies = Around(store.judged(store.shown(new))).bodies().values()
        asked = {one for body in bodies for one in segments_in(body.get("logic"))}
        new = {("segments", one) for one in asked} - found
    return found


def _asking_alike(store: ContentStore, kind: str, logic: list[Json], bodies: Mapping[Name, Any]) -> set[Name]:
    """Segments that may ask the same, and those that tell which keys below a wildcard are usual."""
    below = _wildcards(logic, bodies)
    targets = [one for some in logic for one in _reads(some)] if kind in REPEATED else []
    return set(store.asking("segments", targets, below)) if targets or below else set()


def _wildcards(logic: list[Json], bodies: Mapping[Name, Any]) -> list[str]:
    """The wildcards, each as what its keys stand below, of which logic names a key."""
    texts = {text for some in logic for text in texts_in(some)}
    above = {
        row["path"].removesuffix("*")
        for (kind, _), body in bodies.items()
        if texts and kind == "attributes"
        for row in body.get("attributes", ())
        if row["path"].endswith(".*")
    }
    return sorted(path for path in above if any(text.startswith(path) for text in texts))


def _reads(logic: Json) -> Iterator[Name]:
    """What logic asks for, as it stands in the graph of uses. Nothing is repeated by what cannot be read."""
    try:
        rule = parse(logic)
    except RuleError:
        return
    yield from ((FACTS, path) for path in rule.reads)
    yield from ((EVENTS, one) for one in rule.reads_events)
    yield from (("segments", one) for one in rule.reads_segments)
