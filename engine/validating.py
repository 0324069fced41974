"""Checking a change of a release before it is published: what changed, and what depends on it."""

from __future__ import annotations

from collections.abc import Collection, Container, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import orjson

from engine.asking import all_asking, keys_asked
from engine.catalogue import Catalogue
from engine.changing import overlay
from engine.depending import Dependents, Users
from engine.judging import Bodies, Surroundings, assets_in, judge, logic_in, read, types_of
from engine.pieces import Load, Name
from engine.rivals import late_variants
from engine.validation import linked
from engine.vocabulary import knowing, vocabulary_of
from modules import ModuleType
from rules import Checker, Finding, Vocabulary


def validate_changes(
    base: Catalogue,
    changes: Mapping[Name, bytes | None],
    load: Load,
    *,
    users: Users | None = None,
    notes: bool = False,
) -> list[Finding]:
    """What is wrong with a release after these changes (None: taken away) that was not wrong with it before: as
    `validate` finds it in all of it, but for modules that are never shown and rules that ask the same under two names,
    which only the whole can tell. The work is in proportion to what changed and what depends on it.

    `base` is a release that passed. `load` reads its bytes by digest; `users` tells who names assets, if that is known
    without reading all modules.
    """
    after = _After.of(base, changes, load)
    before, vocabulary = after.vocabularies()
    names = Dependents(base, changes, users).names(before, vocabulary)
    bodies = {**after.bodies, **{name: body for name in sorted(names) if (body := after.body(name)) is not None}}
    around = Surroundings(after.types, Checker(vocabulary), after, after.context(bodies))
    findings = after.findings + [one for one in judge(bodies, around) if notes or one.severity != "note"]
    if not any(one.severity == "error" for one in findings):
        digests = {name: None if data is None else _digest(name) for name, data in changes.items()}
        made, wrong = linked(lambda: overlay(base, digests, after.read, "check"))
        findings += wrong
        if made is not None:
            findings += late_variants(made, (made.modules[key] for kind, key in bodies if kind == "modules"))
    return findings


@dataclass(frozen=True, slots=True)
class _After(Container[Name]):
    """A release after some changes."""

    base: Catalogue
    changes: Mapping[Name, bytes | None]
    load: Load
    bodies: Bodies
    """Of what changed and is well-formed."""
    findings: list[Finding]
    """What is wrong with the rest."""
    types: Mapping[str, ModuleType]

    @classmethod
    def of(cls, base: Catalogue, changes: Mapping[Name, bytes | None], load: Load) -> _After:
        bodies, findings = read({name: data for name, data in changes.items() if data is not None})
        stay = {key: made for key, made in base.types.items() if ("types", key) not in changes}
        return cls(base, changes, load, bodies, findings, {**stay, **types_of(bodies)})

    def __contains__(self, name: object) -> bool:
        if name in self.changes:
            return self.changes[name] is not None  # type: ignore[index]
        return self.base.digest(*name) is not None  # type: ignore[misc]

    def body(self, name: Name) -> dict[str, Any] | None:
        """The body under a name, None where there is none, or none that is well-formed."""
        if name in self.changes:
            return self.bodies.get(name)
        kind, key = name
        if kind == "modules":
            module = self.base.modules.get(key)
            return module.body.unpack() if module else None
        digest = self.base.digest(kind, key)
        return None if digest is None else orjson.loads(self.load([digest])[digest])

    def read(self, digests: Collection[str]) -> dict[str, bytes]:
        """Bytes by digest, also of what changed."""
        own = {_digest(name): data for name, data in self.changes.items() if data is not None}
        known = {digest: own[digest] for digest in digests if digest in own}
        others = [digest for digest in digests if digest not in own]
        return {**known, **(self.load(others) if others else {})}

    def vocabularies(self) -> tuple[Vocabulary, Vocabulary]:
        """What rules could name before, and what they can afterwards."""
        before, after = self.base.vocabulary, self._vocabulary()
        if not any(path.endswith(".*") for one in (before, after) for path in one.attributes):
            return before, after
        known = list(all_asking(self.base))
        asked = keys_asked((one.document for one in known), before)
        left = [one.document for one in known if one.name not in self.changes]
        fresh = [orjson.dumps(logic) for name, body in self.bodies.items() for _, logic in logic_in(name[0], body)]
        return knowing(before, asked), knowing(after, keys_asked([*left, *fresh], after))

    def _vocabulary(self) -> Vocabulary:
        if not any(kind in {"attributes", "segments"} for kind, _ in self.changes):
            return self.base.vocabulary
        sets = [self.body(name) for name in self._all("attributes")]
        segments = (key for kind, key in self._all("segments") if self._is_sound((kind, key)))
        return vocabulary_of([body for body in sets if body is not None], segments)

    def _all(self, kind: str) -> list[Name]:
        names = {name for name in self.base.pieces if name[0] == kind} | {n for n in self.changes if n[0] == kind}
        return sorted(name for name in names if name in self)

    def _is_sound(self, name: Name) -> bool:
        return name not in self.changes or name in self.bodies

    def context(self, bodies: Bodies) -> dict[Name, dict[str, Any]]:
        """Bodies of what these name, as far as they are judged with it."""
        wanted = {*self._all("locales"), *self._named(bodies)} - bodies.keys()
        made = {name: body for name in sorted(wanted) if (body := self.body(name)) is not None}
        if any(kind == "types" for kind, _ in bodies):
            made |= {name: self._slots(name) for name in self._all("layouts") if name not in bodies}
        return made

    def _named(self, bodies: Bodies) -> Iterator[Name]:
        for (kind, _), body in bodies.items():
            if kind == "layouts":
                for slot in body["slots"]:
                    yield from (("modules", key) for key in (*slot.get("pinned", ()), slot.get("fallback")) if key)
            elif kind == "experiments":
                yield from (("modules", key) for one in body["variations"] for key in one.get("modules", ()))
            elif kind == "modules":
                yield from (("asset-details", asset) for _, asset in assets_in(body))

    def _slots(self, name: Name) -> dict[str, Any]:
        """A layout as far as types name its slots."""
        return {"slots": [{"key": place.slot.key} for place in self.base.plans[name[1]].places]}


def _digest(name: Name) -> str:
    """What stands for the digest of something that is not saved yet; no true one looks like it."""
    return f"new/{name[0]}/{name[1]}"
