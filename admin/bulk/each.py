"""Each operation by itself: one that is refused does not stop the others, and later ones see what earlier ones did."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import Final

from flask import g

from admin.bulk.judging import judge_modules
from admin.bulk.operations import Operation, Result
from admin.content.routes import delete
from admin.content.saving import Ready, answer, ready, save, stale_answer
from admin.content.usage import leave
from admin.deps import Deps
from admin.errors import ContentRefused, ModulesMoved, StaleEdit
from admin.releasing.direct import Answer, publish_one, unpublish_one
from admin.sight.visible import Visible
from admin.sight.writing import PUBLISH, WRITE
from admin.types.changes import watch_all
from modules import Archived, Conflict, Draft, MadeBy, Name, check_key

FEWEST: Final = 2
"""Modules that are worth judging together."""


def do_each(deps: Deps, operations: Sequence[Operation], made_by: MadeBy) -> list[Result]:
    """Do these in their order; the results are in it, too."""
    results: list[Result] = []
    for run in _runs(operations):
        if len(run) >= FEWEST:
            results += _save_modules(deps, run, made_by)
        else:
            results += [one.attempt(partial(DOES[one.op], deps, one, made_by)) for one in run]
    return results


def may(operation: Operation, action: str) -> None:
    """Raise what the address of a single call would be told: there is no such kind or key, or it is not theirs."""
    check_key(*operation.name)
    g.principal.require(action, operation.name[0])


def _runs(operations: Sequence[Operation]) -> Iterator[list[Operation]]:
    """Neighbours that may be judged together: modules that are saved, each of them once. All else is by itself."""
    run: list[Operation] = []
    for one in operations:
        fits = one.op == "save" and one.name[0] == "modules"
        if run and not (fits and one.name not in {other.name for other in run}):
            yield run
            run = []
        if fits:
            run.append(one)
        else:
            yield [one]
    if run:
        yield run


def _save(deps: Deps, one: Operation, made_by: MadeBy) -> Result:
    may(one, WRITE)
    return one.saved(save(deps, *one.name, one.content, one.condition, made_by))


def _delete(deps: Deps, one: Operation, _: MadeBy) -> Result:
    may(one, WRITE)
    delete(deps, *one.name, one.condition, one.override)
    return one.done(204)


def _archive(deps: Deps, one: Operation, _: MadeBy) -> Result:
    leave(deps, f"{one.op}d", [one.name], one.override)
    return one.done(204)


def _publish(deps: Deps, one: Operation, _: MadeBy) -> Result:
    may(one, PUBLISH)
    kind, key = one.name
    wish = {"kind": kind, "key": key, **{name: one.wish.get(name) for name in ("locales", "revision", "override")}}
    told: Answer = (publish_one if one.op == "publish" else unpublish_one)(deps, {**wish, "note": one.wish["note"]})
    release, status, headers = told
    return one.done(status, etag=headers["ETag"].strip('"'), release=release)


DOES: Final[Mapping[str, Callable[[Deps, Operation, MadeBy], Result]]] = {
    "save": _save,
    "delete": _delete,
    "archive": _archive,
    "unarchive": _archive,
    "publish": _publish,
    "unpublish": _publish,
}
"""What can be done -> how it is done alone."""


def _save_modules(deps: Deps, run: Sequence[Operation], made_by: MadeBy) -> list[Result]:
    """Save these as each by itself would be, but judge them in one pass and save those that are right at once."""
    results: dict[Name, Result] = {}
    held: dict[Name, Ready] = {}
    drafts = deps.store.drafts_of([one.name for one in run])
    for one in run:
        try:
            found = _ready(deps, one, drafts.get(one.name))
        except Exception as error:  # noqa: BLE001 -- told as a problem, as that of a request is; the others go on
            results[one.name] = one.refused(error)
            continue
        if isinstance(found, Ready):
            held[one.name] = found
        else:
            results[one.name] = found
    results |= _settle(deps, {one.name: one for one in run}, held, made_by)
    return [results[one.name] for one in run]


def _ready(deps: Deps, one: Operation, draft: Draft | None) -> Ready | Result:
    """What is to be judged and saved, or what is said of it already."""
    may(one, WRITE)
    content, condition = one.content, one.condition
    try:
        return ready(deps, *one.name, content, condition, draft)
    except StaleEdit as stale:
        return one.saved(stale_answer(deps, content, condition, draft, stale))


def _settle(
    deps: Deps, run: Mapping[Name, Operation], held: Mapping[Name, Ready], made_by: MadeBy
) -> dict[Name, Result]:
    if not held:
        return {}
    bodies = {name: one.content for name, one in held.items()}
    seen, judged, visible = watch_all(deps, bodies), judge_modules(deps, bodies), Visible(g.principal)
    told = {name: visible.findings_in(*name, held[name].content, judged.findings[name]) for name in held}
    wrong = {name: [one for one in told[name] if one.severity == "error"] for name in held if judged.errors(name)}
    results = {name: run[name].refused(ContentRefused(*name, found)) for name, found in wrong.items()}
    right = {name: one for name, one in held.items() if name not in wrong}
    expect: dict[Name, str | None] = {name: digest for one in seen for name, digest in one.expect.items()}
    expect |= {name: one.expect for name, one in right.items()}
    contents = {name: one.content for name, one in right.items()}
    try:
        saved = deps.store.change(contents, (), author=g.author, now=deps.clock(), expect=expect, made_by=made_by)
    except (Conflict, Archived, ModulesMoved):
        # Somebody else was faster, or one of them is put away: each is done by itself, and told what is so of it.
        return results | {name: run[name].attempt(partial(_save, deps, run[name], made_by)) for name in right}
    revisions = dict(zip(right, saved, strict=True))
    done = {name: answer(revisions[name], told[name], one.draft) for name, one in right.items()}
    return results | {name: run[name].saved(one) for name, one in done.items()}
