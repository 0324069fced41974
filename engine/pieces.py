"""Pieces: content other than modules, parsed, and what a release makes of all of them together."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, TypeAlias, cast

import orjson

from engine.candidates import Policy, Target, target_of
from engine.catalogue import Catalogue, Piece
from engine.shared import Shared
from engine.vocabulary import vocabulary_of
from experiments import Experiment, parse_experiment
from layouts import Layout, parse_layout
from modules import AssetDetails, Locales, ModuleType, parse_details, parse_locales, parse_type
from profiles import Segment, Segments, Triggers, parse_trigger
from rules import Json, Vocabulary, parse

Name: TypeAlias = tuple[str, str]
"""Kind and key."""

Load: TypeAlias = Callable[[Collection[str]], Mapping[str, bytes]]
"""Digests -> the bytes of each."""

Pieces: TypeAlias = Shared[Name, Piece]

Body: TypeAlias = dict[str, Json]


def _plain(_: str, body: Body) -> Body:
    return body


def _rule(key: str, body: Body) -> Target:
    return target_of(key, body["logic"])


def _segment(key: str, body: Body) -> Segment:
    purpose = str(body.get("purpose", ""))
    return Segment(key, str(body.get("title", key)), parse(body["logic"]), purpose=purpose)


def segments_of(bodies: Mapping[str, Body]) -> Segments:
    """The segments in these bodies by key."""
    return Segments.of(_segment(key, body) for key, body in bodies.items())


def _policy(key: str, body: Body) -> Policy:
    logic = body.get("logic")
    tags = frozenset(cast("list[str]", body.get("tags", [])))
    passes = body.get("unknown") == "yes"
    return Policy(key, tags, None if logic is False else target_of(f"policy {key}", logic, unknown_passes=passes))


def _type(key: str, body: Body) -> ModuleType:
    return parse_type(key, body, trusted=True)


PARSED: Final[Mapping[str, Callable[[str, Body], object]]] = {
    "attributes": _plain,
    "locales": _plain,
    "types": _type,
    "rules": _rule,
    "segments": _segment,
    "policies": _policy,
    "experiments": parse_experiment,
    "triggers": parse_trigger,
    "layouts": parse_layout,
    "asset-details": parse_details,
}
"""Kind -> what becomes of a body. What stands in none of these a release only carries."""

APART: Final = frozenset({"modules", "assets", "asset-details"})
"""Kinds of which there may be very many: each is kept by itself."""


def pieces_of(manifest: Mapping[Name, str], load: Load) -> dict[Name, Piece]:
    """The pieces among this content, but for those kinds that are kept apart."""
    return dict(_parsed({name: digest for name, digest in manifest.items() if name[0] not in APART}, load))


def details_of(manifest: Mapping[Name, str], load: Load) -> dict[str, AssetDetails]:
    """What is said of assets, by their names."""
    wanted = {name: digest for name, digest in manifest.items() if name[0] == "asset-details"}
    return {key: piece.value for (_, key), piece in _parsed(wanted, load)}


def _parsed(wanted: Mapping[Name, str], load: Load) -> Iterator[tuple[Name, Piece]]:
    found = load(set(wanted.values())) if wanted else {}
    for (kind, key), digest in wanted.items():
        yield (kind, key), Piece(digest, PARSED.get(kind, _plain)(key, orjson.loads(found[digest])))


@dataclass(frozen=True, slots=True)
class Frame:
    """All of a release but its modules, plans and assets; each in the order of the keys."""

    types: Mapping[str, ModuleType]
    revisions: Mapping[str, str]
    """Type -> the digest of its bytes."""
    rules: Mapping[str, Target]
    layouts: Mapping[str, Layout]
    policies: tuple[Policy, ...]
    segments: Segments
    vocabulary: Vocabulary
    locales: Locales
    experiments: Mapping[str, Experiment]
    taking_part: Mapping[str, tuple[Experiment, ...]]
    """Module -> the running experiments that name it."""
    triggers: Triggers


def frame_of(pieces: Pieces, previous: Catalogue | None = None, kinds: Collection[str] = ()) -> Frame:
    """What the pieces are together. Of the previous release is taken what depends on nothing of these kinds: what it
    has in them is changed.

    Raises `SegmentError` where segments go in a circle.
    """
    of = _by_kind(pieces)
    experiments = {key: one for key, one in _values(of["experiments"]).items() if one.running}
    if previous is None or "segments" in kinds:
        segments = Segments.of(_values(of["segments"]).values())
    else:
        segments = previous.segments
    if previous is None or not {"segments", "attributes"}.isdisjoint(kinds):
        vocabulary = vocabulary_of(_values(of["attributes"]).values(), (segment.key for segment in segments))
    else:
        vocabulary = previous.vocabulary
    return Frame(
        types=_values(of["types"]),
        revisions={key: piece.digest for key, piece in of["types"].items()},
        rules=_values(of["rules"]),
        layouts=_values(of["layouts"]),
        policies=tuple(_values(of["policies"]).values()),
        segments=segments,
        vocabulary=vocabulary,
        locales=parse_locales(_values(of["locales"]), trusted=True),
        experiments=experiments,
        taking_part=taking_part(experiments),
        triggers=Triggers.of(_values(of["triggers"]).values()),
    )


def _by_kind(pieces: Pieces) -> dict[str, dict[str, Piece]]:
    found: dict[str, dict[str, Piece]] = {kind: {} for kind in PARSED}
    for (kind, key), piece in sorted(pieces.pairs(), key=lambda pair: pair[0]):
        found.setdefault(kind, {})[key] = piece
    return found


def _values(pieces: Mapping[str, Piece]) -> dict[str, Any]:
    return {key: piece.value for key, piece in pieces.items()}


def taking_part(experiments: Mapping[str, Experiment]) -> dict[str, tuple[Experiment, ...]]:
    """Module -> the experiments that name it, in their order."""
    found: dict[str, tuple[Experiment, ...]] = {}
    for experiment in experiments.values():
        for key in dict.fromkeys(key for variation in experiment.variations for key in variation.modules):
            found[key] = (*found.get(key, ()), experiment)
    return found
