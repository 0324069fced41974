"""Compiling a release whole: bytes by digest in, a catalogue out."""

from __future__ import annotations

import gc
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from itertools import islice
from typing import Any, Final

import orjson

from engine.candidates import Candidate
from engine.catalogue import Catalogue
from engine.crowds import MANY
from engine.errors import CatalogueError
from engine.linking import Linker
from engine.packing import Packer
from engine.pieces import Frame, Load, Name, Pieces, details_of, frame_of, pieces_of
from engine.plans import Planner
from engine.shared import Shared
from engine.shelf import Shelf
from rules import Clausebook

BATCH: Final = 2_000
"""Modules whose bytes are held at once."""


def compile_catalogue(release: str, manifest: Mapping[Name, str], load: Load, *, many: int = MANY) -> Catalogue:
    """The catalogue of a release whose content passed `validate`. Raises `CatalogueError` where it cannot link.

    A layout that as many modules fit as `many` gets an index of their targets.
    """
    with _uncollected():
        pieces: Pieces = Shared(pieces_of(manifest, load))
        frame = frame_of(pieces)
        linker = Linker(frame.types, frame.revisions, frame.rules, frame.taking_part, Packer())
        modules: Shared[str, Candidate] = Shared(_candidates(linker, manifest, load))
        for layout in frame.layouts.values():
            linker.check(layout, modules)
        if linker.findings:
            raise CatalogueError(linker.findings)
        clausebook = Clausebook()
        planner, shelf = Planner(modules.get, frame.policies, many, clausebook), Shelf.of(modules.each())
        plans = {key: planner.plan(layout, shelf) for key, layout in frame.layouts.items()}
        clausebook.forget()
        return Catalogue(
            release=release,
            plans=plans,
            modules=modules,
            assets=Shared(_of("assets", manifest)),
            details=Shared(details_of(manifest, load)),
            told=Shared(_of("asset-details", manifest)),
            pieces=pieces,
            examples=linker.packer.examples,
            many=many,
            **shared_by(frame),
        )


def _of(kind: str, manifest: Mapping[Name, str]) -> dict[str, str]:
    return {key: digest for (its_kind, key), digest in manifest.items() if its_kind == kind}


def _candidates(linker: Linker, manifest: Mapping[Name, str], load: Load) -> Iterator[tuple[str, Candidate]]:
    digests = ((key, digest) for (kind, key), digest in manifest.items() if kind == "modules")
    while some := list(islice(digests, BATCH)):
        found = load({digest for _, digest in some})
        for key, digest in some:
            yield key, linker.candidate(key, orjson.loads(found[digest]), digest)


def shared_by(frame: Frame) -> dict[str, Any]:
    """What a catalogue takes from its frame as it is."""
    return {
        "types": frame.types,
        "policies": frame.policies,
        "segments": frame.segments,
        "vocabulary": frame.vocabulary,
        "locales": frame.locales,
        "experiments": frame.experiments,
        "triggers": frame.triggers,
    }


@contextmanager
def _uncollected() -> Iterator[None]:
    """Without looking for cycles: there are none, and each look would begin again with the first of a million."""
    collects = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collects:
            gc.enable()
