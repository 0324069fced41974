"""Checking a whole release before it is published: an author's mistake fails here, never at a visitor's."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from engine.catalogue import Catalogue
from engine.compiler import compile_catalogue
from engine.errors import CatalogueError
from engine.judging import Bodies, Surroundings, judge, logic_in, read, types_of
from engine.pieces import Name
from engine.rivals import late_variants, repeats, rivalries
from engine.vocabulary import vocabulary_of, with_keys
from profiles import SegmentError
from rules import Checker, Finding, Rule, Vocabulary, parse


def validate(contents: Mapping[Name, bytes], *, notes: bool = False) -> list[Finding]:
    """Everything wrong with this content as a release; pointers begin with `/kind/key`. Without errors it may be
    published. With `notes` it is also told what is merely good to know."""
    bodies, findings = read(contents)
    around = Surroundings(types_of(bodies), Checker(_vocabulary(bodies)), contents)
    findings += [one for one in judge(bodies, around) if notes or one.severity != "note"]
    if not any(one.severity == "error" for one in findings):
        manifest = {name: f"{name[0]}/{name[1]}" for name in contents}
        by_digest = {digest: contents[name] for name, digest in manifest.items()}
        made, wrong = linked(lambda: compile_catalogue("check", manifest, lambda _: by_digest))
        findings += wrong
        if made is not None:
            findings += rivalries(made) + repeats(_named(bodies), made) + late_variants(made, made.modules.each())
    return findings


def linked(make: Callable[[], Catalogue]) -> tuple[Catalogue | None, list[Finding]]:
    """A catalogue, or what is wrong with its links."""
    try:
        return make(), []
    except CatalogueError as error:
        return None, list(error.findings)
    except SegmentError as error:
        remedy = "let no segment depend on itself"
        return None, [Finding(f"/segments/{key}/logic", str(error), remedy) for key in dict.fromkeys(error.keys)]


def _vocabulary(bodies: Bodies) -> Vocabulary:
    sets = [body for (kind, _), body in sorted(bodies.items(), key=lambda one: one[0]) if kind == "attributes"]
    known = vocabulary_of(sets, (key for kind, key in bodies if kind == "segments"))
    return with_keys(known, (one for name, body in bodies.items() for _, one in logic_in(name[0], body)))


def _named(bodies: Bodies) -> Iterator[tuple[str, str, Rule]]:
    for (kind, key), body in bodies.items():
        if kind in {"rules", "segments"}:
            yield kind, key, parse(body["logic"])
