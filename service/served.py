"""What was served at a moment, of what decides about people."""

from __future__ import annotations

import orjson

from admin import InForce
from engine import segments_of, vocabulary_of
from rules import Instant
from service.house import House

KINDS = frozenset({"attributes", "segments"})


def served_at(house: House, at: Instant) -> InForce:
    """The attributes, purposes and segments of the release that was served then; nothing before the first."""
    catalogue = house.published.catalogue
    moves = house.releases.publications()
    move = next((one for one in moves if one.at <= at), None)
    if move is None:
        return InForce(None, vocabulary_of([], []), segments_of({}))
    if catalogue is not None and move.release == catalogue.release:
        return InForce(catalogue.release, catalogue.vocabulary, catalogue.segments)
    held = {name: one for name, one in house.releases.manifest(move.release).items() if name[0] in KINDS}
    bodies = house.contents.content(set(held.values()))
    found = {name: orjson.loads(bodies[digest]) for name, digest in sorted(held.items())}
    sets = [body for (kind, _), body in found.items() if kind == "attributes"]
    segments = segments_of({key: body for (kind, key), body in found.items() if kind == "segments"})
    return InForce(move.release, vocabulary_of(sets, [one.key for one in segments]), segments)
