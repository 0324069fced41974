"""Whether the parts that are asked for are there to be asked for."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Final

from marshmallow import Schema

from admin.errors import BadPaths
from admin.reading.including import object_in
from admin.reading.paths import Tree, tree_of
from admin.reading.shapes import Shape, Wrong, content_shape, module_shape, shape_in, wrong
from admin.releasing.reading import State
from admin.sight.visible import Visible
from modules import KINDS
from rules import Finding

BODY: Final = "body"
MOST_NAMED: Final = 20
"""Names that a refusal lists."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What of an answer is wanted: some `paths`, or all of it without any; and how many steps deep what is named comes
    along, None for not at all."""

    paths: Sequence[str] = ()
    depth: int | None = None

    def __bool__(self) -> bool:
        return bool(self.paths) or self.depth is not None

    @property
    def tree(self) -> Tree:
        """The paths as a tree."""
        return tree_of(self.paths) if self.paths else None


@dataclass(frozen=True, slots=True)
class Offer:
    """What there is to be asked for: the names of a record and, of some kinds, of their bodies. `fields` are those of
    the module types that may be meant, as whoever asks sees them; None where no type is known."""

    record: Schema
    kinds: Sequence[str]
    fields: Collection[str] | None = None

    def check(self, paths: Iterable[str]) -> None:
        """Raise `BadPaths` with every path that leads nowhere."""
        shapes = list(self._shapes())
        found = [finding for path in paths if (finding := self._finding(path, shapes))]
        if found:
            raise BadPaths(found)

    def _shapes(self) -> Iterator[Shape]:
        record = shape_in(self.record)
        for kind in self.kinds:
            own = module_shape(self.fields) if kind == "modules" and self.fields is not None else content_shape(kind)
            yield {**record, BODY: own} if KINDS[kind].is_json else record

    def _finding(self, path: str, shapes: Sequence[Shape]) -> Finding | None:
        steps = path.split(".")
        found = [one for shape in shapes if (one := wrong(shape, steps))]
        if len(found) < len(shapes):
            return None
        step = found[0].step
        message = f"there is no {step!r}" if path == step else f"{path!r}: there is no {step!r}"
        return Finding("fields", message, self._remedy(steps, found))

    def _remedy(self, steps: list[str], found: Sequence[Wrong]) -> str:
        at, step, known = found[0].at, found[0].step, list(dict.fromkeys(name for one in found for name in one.known))
        fields = self.fields or ()
        near = [] if step in fields else get_close_matches(step, known, n=1)
        if not near and (field := get_close_matches(step, fields, n=1)):
            return f"did you mean '{BODY}.locales.*.{field[0]}'?"
        if near:
            return f"did you mean {'.'.join([*steps[:at], near[0], *steps[at + 1 :]])!r}?"
        some = ", ".join(sorted(known)[:MOST_NAMED]) + (" …" if len(known) > MOST_NAMED else "")
        return f"there are {some}" if known else "nothing lies below that; leave it out"


def fields_seen(state: State, visible: Visible, types: Sequence[str] | None) -> frozenset[str] | None:
    """The names of the fields of these module types of a state (None: of all) as whoever asks sees them; None where
    there is no such type."""
    wanted = state.keys("types") if types is None else types
    bodies: Mapping[tuple[str, str], bytes] = state.bodies(("types", key) for key in wanted)
    if not bodies:
        return None
    read = {key: object_in(content) or {} for (_, key), content in bodies.items()}
    found = ((key, name) for key, body in read.items() for name in body.get("fields", ()))
    return frozenset(name for key, name in found if visible.knows(key, name))
