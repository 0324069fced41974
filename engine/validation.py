"""Checking a whole release before it is published: an author's mistake fails here, never at a visitor's."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from engine.around import NOTHING, Around
from engine.catalogue import Catalogue
from engine.compiler import compile_catalogue
from engine.errors import CatalogueError
from engine.judging import Bodies, Surroundings, judge, logic_in, of_these, read, types_of
from engine.pieces import Name
from engine.rivals import late_variants, repeats, rivalries
from engine.vocabulary import vocabulary_of, with_keys
from profiles import SegmentError
from rules import Checker, Finding, Rule, Vocabulary, parse


def validate(contents: Mapping[Name, bytes], *, notes: bool = False, around: Around = NOTHING) -> list[Finding]:
    """Everything wrong with this content as a release; pointers begin with `/kind/key`. Without errors it may be
    published. With `notes` it is also told what is merely good to know.

    What lies `around` is of the same release: where it holds what the content names, and was sound when it was saved,
    the content is judged as it would be with all that there is. Of what stands in both, the content counts.
    """
    bodies, findings = read(contents)
    beside = {name: body for name, body in around.bodies().items() if name not in contents}
    together = {**beside, **bodies}
    judged = Surroundings(
        types={**around.types(), **types_of(bodies)}, checker=Checker(_vocabulary(together, around)),
        names={**around.contents, **contents}, bodies=beside,
    )  # fmt: skip
    findings += [one for one in judge(bodies, judged) if notes or one.severity != "note"]
    if not any(one.severity == "error" for one in findings) and around.is_sound:
        findings += of_these(_together({**around.contents, **contents}, together), contents)
    return findings


def _together(contents: Mapping[Name, bytes], bodies: Bodies) -> Iterator[Finding]:
    """What shows when all of it is linked."""
    manifest = {name: f"{name[0]}/{name[1]}" for name in contents}
    by_digest = {digest: contents[name] for name, digest in manifest.items()}
    made, wrong = linked(lambda: compile_catalogue("check", manifest, lambda _: by_digest))
    yield from wrong
    if made is not None:
        in_order = ((name, bodies[name]) for name in contents if name in bodies)
        yield from (*rivalries(made), *repeats(_named(in_order), made), *late_variants(made, made.modules.each()))


def linked(make: Callable[[], Catalogue]) -> tuple[Catalogue | None, list[Finding]]:
    """A catalogue, or what is wrong with its links."""
    try:
        return make(), []
    except CatalogueError as error:
        return None, list(error.findings)
    except SegmentError as error:
        remedy = "let no segment depend on itself"
        return None, [Finding(f"/segments/{key}/logic", str(error), remedy) for key in dict.fromkeys(error.keys)]


def _vocabulary(bodies: Bodies, around: Around) -> Vocabulary:
    sets = [body for (kind, _), body in sorted(bodies.items(), key=lambda one: one[0]) if kind == "attributes"]
    segments = {key for kind, key in bodies if kind == "segments"}
    known = vocabulary_of(sets, segments.union(around.names.get("segments", ())))
    return with_keys(known, (one for name, body in bodies.items() for _, one in logic_in(name[0], body)))


def _named(bodies: Iterable[tuple[Name, dict[str, Any]]]) -> Iterator[tuple[str, str, Rule]]:
    for (kind, key), body in bodies:
        if kind in {"rules", "segments"}:
            yield kind, key, parse(body["logic"])
