"""Many pieces of content judged in one pass, with what surrounds them read once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from typing import Any, Final, cast

from admin.content.checks import check_draft
from admin.content.retired import retired_findings
from admin.content.surroundings import TOGETHER
from admin.deps import Contents, Deps
from admin.errors import ContentRefused
from admin.types.changes import change_findings
from engine import Around, assets_in
from modules import LOOKED_AT, ContentStore, MigrationRunning, Name, check_content, read_json
from rules import Finding

LINKED: Final = frozenset(TOGETHER)
"""Kinds that are judged with others; content of all others is judged by itself until a release is made."""

AROUND: Final = ("attributes", "segments", "types", "locales")
"""Kinds whose drafts all lie around what is judged; of rules and pictures, those that modules name."""

SEEN: Final = LINKED | {"attributes", "assets", "asset-details"}
"""Kinds of what is looked at when others are judged."""

NAMED: Final = SEEN - {"modules", "asset-details"}
"""Kinds that others name. Where one of a call is wrong, it would be told of the others only that it is not there."""

MOST_PASSES: Final = 3
"""Passes in which what is wrong is told apart from the rest; what is left then is judged piece by piece."""


@dataclass(slots=True)
class Judged:
    """What was found in each piece, as pointers into it; `raised` is what forbids to judge it at all."""

    findings: dict[Name, list[Finding]] = field(default_factory=dict)
    raised: dict[Name, Exception] = field(default_factory=dict)

    def errors(self, name: Name) -> list[Finding]:
        """What refuses this piece."""
        return [one for one in self.findings.get(name, ()) if one.severity == "error"]


@dataclass(frozen=True, slots=True)
class Change:
    """Drafts as they would be: with what is saved and what comes `back` from the archive, without what is `gone`.

    What is `refused` already would have been among what is saved.
    """

    saved: Contents
    gone: frozenset[Name] = frozenset()
    back: frozenset[Name] = frozenset()
    refused: frozenset[Name] = frozenset()


def judge_together(deps: Deps, change: Change) -> Judged:
    """Judge all that is saved as the whole that it would be: pieces may name one another, in any order."""
    made = Judged({name: _by_itself(deps, name, content) for name, content in change.saved.items()})
    sound = {name: content for name, content in change.saved.items() if not made.errors(name)}
    linked = [name for name in sound if name[0] in LINKED]
    wrong = (change.saved.keys() - sound.keys()) | change.refused
    if not linked or any(kind in NAMED for kind, _ in wrong):
        return made
    around = _around(deps.store, sound, change)
    found = _by_name(deps.validate(_as_seen(sound), around=Around(around)))
    there = {**around, **change.saved}
    for name in linked:
        made.findings[name] = found.get(name, [])
        try:
            made.findings[name] += _of_types(deps, name, change, there, wrong=bool(made.errors(name)))
        except MigrationRunning as error:
            made.raised[name] = error
    return made


def judge_modules(deps: Deps, modules: Contents) -> Judged:
    """Judge modules each by itself, as if the others were not saved: none of them names another in a way that is judged
    before a release is made."""
    made, left = Judged(), dict(modules)
    for _ in range(MOST_PASSES):
        judged = judge_together(deps, Change(left))
        wrong = [name for name in left if judged.errors(name)]
        # What is right is linked only where nothing is wrong: it is told when it was judged without the others.
        made.findings |= {name: judged.findings[name] for name in (wrong or left)}
        if not wrong:
            return made
        left = {name: content for name, content in left.items() if name not in wrong}
    for name, content in left.items():
        made.findings[name] = _alone(deps, name, content)
    return made


def _by_itself(deps: Deps, name: Name, content: bytes) -> list[Finding]:
    return check_content(*name, content, deps.limits) if name[0] in LINKED else _alone(deps, name, content)


def _alone(deps: Deps, name: Name, content: bytes) -> list[Finding]:
    try:
        return check_draft(deps, *name, content)
    except ContentRefused as error:
        return list(error.findings)


def _of_types(deps: Deps, name: Name, change: Change, there: Contents, *, wrong: bool) -> list[Finding]:
    """What is asked of modules and types beside a release: `there` is all that this is judged with."""
    (kind, key), content = name, change.saved[name]
    found = _retired(deps.store, key, content, there) if kind == "modules" else []
    if kind == "types" and not wrong:
        moved = {other for of_kind, other in (*change.saved, *change.gone) if of_kind == "modules"}
        found += change_findings(deps, key, content, moved)
    return found


def _retired(store: ContentStore, key: str, content: bytes, there: Contents) -> list[Finding]:
    body = cast("dict[str, Any]", read_json(content))
    made = there.get(("types", str(body["type"])))
    return retired_findings(store, key, body, cast("dict[str, Any]", read_json(made)) if made else {})


def _as_seen(contents: Contents) -> dict[Name, bytes]:
    """What others can name, as a release is judged by it: pictures by their names."""
    return {
        name: LOOKED_AT if name[0] == "assets" else content for name, content in contents.items() if name[0] in SEEN
    }


def _around(store: ContentStore, saved: Contents, change: Change) -> dict[Name, bytes]:
    """The drafts around what is saved, of the kinds that it may name."""
    drafts = {(one.kind, one.key): one.digest for kind in AROUND for one in store.list(kind)}
    modules = [cast("dict[str, Any]", read_json(content)) for (kind, _), content in saved.items() if kind == "modules"]
    pictures = {asset for module in modules for _, asset in assets_in(module)}
    wanted = {(kind, asset) for asset in pictures for kind in ("assets", "asset-details")}
    wanted |= {("rules", rule) for rule in _rules_near(store, modules, saved)} | change.back
    for name in wanted - saved.keys() - drafts.keys():
        draft = store.get(*name)
        if draft and name[0] in SEEN and (draft.archived_at is None or name in change.back):
            drafts[name] = draft.digest
    there = {name: digest for name, digest in drafts.items() if name not in saved and name not in change.gone}
    return dict(store.judged(there))


def _rules_near(store: ContentStore, modules: Iterable[Mapping[str, Any]], saved: Contents) -> Iterator[str]:
    """The rules that modules name; instead of those that are not there the nearest in name, for the remedy."""
    rows = (row for module in modules for row in (module, *module.get("variants", ())))
    named = {row["targeting"] for row in rows if isinstance(row.get("targeting"), str)}
    unsaved = {rule for rule in named if ("rules", rule) not in saved}
    known = store.known("rules") if unsaved else ()
    for rule in sorted(unsaved):
        yield from [rule] if rule in known else [rule, *get_close_matches(rule, known, n=1)]


def _by_name(findings: Iterable[Finding]) -> dict[Name, list[Finding]]:
    """Findings by what they are about, as pointers into it."""
    found: dict[Name, list[Finding]] = {}
    for one in findings:
        _, kind, key, *_ = (*one.pointer.split("/", 3), "", "", "")
        prefix = f"/{kind}/{key}"
        related = tuple(pointer.removeprefix(prefix) for pointer in one.related)
        found.setdefault((kind, key), []).append(
            replace(one, pointer=one.pointer.removeprefix(prefix), related=related)
        )
    return found
