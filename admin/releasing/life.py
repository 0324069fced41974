"""Routes for one release: what it changes, and the steps of its life."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from flask import g, request
from flask.views import MethodView
from flask_smorest import Blueprint

from admin.content.drafts import IF_MATCH
from admin.content.usage import OVERRIDE
from admin.deps import Deps
from admin.releasing.comparing import CompareQuerySchema, ComparisonSchema, compared
from admin.releasing.conflicts import conflicts
from admin.releasing.schemas import (
    DueSchema,
    PublishSchema,
    ReleaseDetailSchema,
    ReleaseNoteSchema,
    ReleasePlacesSchema,
    ReleaseSchema,
    ReleaseWordsSchema,
    ValidationSchema,
    WishesSchema,
)
from admin.releasing.telling import admitter, check_rights, expected, judged, tagged, told_entries
from admin.releasing.wishes import Wishes
from admin.requests.conditions import editable
from admin.sight.writing import PUBLISH
from layouts import WHOLE, Action, Due, Place, Release, Status, Taken
from modules import to_instant

Answer = tuple[dict[str, Any], int, dict[str, str]]

WRITE: Final = "release.write"

STEPS: Final[Mapping[str, tuple[Action, str]]] = {
    "submit": (Action.SUBMIT, "Send a release to be reviewed; nobody changes it from then on"),
    "approve": (Action.APPROVE, "Approve a release as it is"),
    "send-back": (Action.REOPEN, "Open a release again for its authors, and say why"),
    "reopen": (Action.REOPEN, "Open a release again, so that it can be changed; what was approved is so no longer"),
    "cancel": (Action.CANCEL, "End a release that was not published"),
}
"""Steps that change the status alone, by the last word of their routes."""


def add_life_routes(blueprint: Blueprint, deps: Deps) -> None:
    """Add the routes for one release."""

    @blueprint.route("/releases/<release>")
    class OneRelease(MethodView):
        @blueprint.response(200, ReleaseDetailSchema)
        def get(self, release: str) -> dict[str, Any]:
            """One release, what it changes, and its life so far"""
            found = deps.releases.get(release)
            # Its version does not tell whether it is behind the drafts.
            editable(str(found.version))
            return _detail(deps, found)[0]

        @blueprint.doc(parameters=IF_MATCH)
        @blueprint.arguments(ReleaseWordsSchema)
        @blueprint.response(200, ReleaseSchema)
        def patch(self, body: dict[str, str], release: str) -> Answer:
            """Give an open release another name or description"""
            found = deps.releases.get(release)
            name, words = body.get("name", found.name), body.get("description", found.description)
            return tagged(deps.waiting.describe(release, name=name, description=words, **_stamp(deps, found)))

    @blueprint.route("/releases/<release>/changes", methods=["POST"])
    @blueprint.arguments(WishesSchema)
    @blueprint.response(200, ReleaseDetailSchema)
    def put_changes(body: dict[str, Any], release: str) -> Answer:
        """Put changes into an open release; each replaces the one in its place"""
        return _put(deps, release, Wishes(deps.store, deps.publishing.served()[1]).places(body["changes"]))

    @blueprint.route("/releases/<release>/changes/drop", methods=["POST"])
    @blueprint.arguments(ReleasePlacesSchema)
    @blueprint.response(200, ReleaseDetailSchema)
    def drop_changes(body: dict[str, Any], release: str) -> Answer:
        """Take changes out of an open release"""
        places = [(one["kind"], one["key"], at) for one in body["changes"] for at in one["locales"] or [WHOLE]]
        return _detail(deps, deps.waiting.drop(release, places, **_stamp(deps, deps.releases.get(release))))

    @blueprint.route("/releases/<release>/refresh", methods=["POST"])
    @blueprint.response(200, ReleaseDetailSchema)
    def refresh(release: str) -> Answer:
        """Let an open release change everything to the drafts as they are now"""
        return _put(deps, release, _refreshed(deps, release))

    _add_judging(blueprint, deps)
    for word, (action, summary) in STEPS.items():
        _add_step(blueprint, deps, word, action, summary)


def _add_judging(blueprint: Blueprint, deps: Deps) -> None:
    @blueprint.route("/releases/<release>/validate", methods=["POST"])
    @blueprint.response(200, ValidationSchema)
    def validate(release: str) -> dict[str, Any]:
        """What is wrong with what would be served if this release were published now, and what it would change"""
        return _judged(deps, release)

    @blueprint.route("/releases/<release>/compare")
    @blueprint.arguments(CompareQuerySchema, location="query")
    @blueprint.response(200, ComparisonSchema)
    def compare(query: dict[str, Any], release: str) -> dict[str, Any]:
        """What a release changes against another, or against what is served"""
        return compared(deps, release, **query)

    @blueprint.route("/releases/<release>/schedule", methods=["POST"])
    @blueprint.arguments(DueSchema)
    @blueprint.response(200, ReleaseSchema)
    def schedule(body: dict[str, str], release: str) -> Answer:
        """Let a release be published at a moment; once more, to move the moment"""
        found = deps.releases.get(release)
        check_rights(deps, PUBLISH, deps.publishing.overlay(release)[0])
        due = Due(to_instant(body["at"], body["zone"]), body["at"], body["zone"])
        return tagged(deps.waiting.schedule(release, due, **_stamp(deps, found)))

    @blueprint.route("/releases/<release>/publish", methods=["POST"])
    @blueprint.arguments(PublishSchema, required=False)
    @blueprint.response(200, ReleaseSchema)
    def publish(body: dict[str, Any], release: str) -> Answer:
        """Publish a release that waits, now"""
        return _publish(deps, release, body["note"], body["override"] or "")


def _publish(deps: Deps, release: str, note: str, override: str) -> Answer:
    if override:
        g.principal.require(OVERRIDE)
    version = expected(request, deps.releases.get(release))
    made = deps.publishing.publish_open(
        release, g.author, admit=admitter(deps), note=note, override=override, version=version
    )
    return tagged(made)


def _add_step(blueprint: Blueprint, deps: Deps, word: str, action: Action, summary: str) -> None:
    def step(body: dict[str, str], release: str) -> Answer:
        found = deps.releases.get(release)
        if found.status is Status.SCHEDULED:
            g.principal.require(PUBLISH)  # who may not set a moment may not take it away
        taken = Taken(action, g.author, deps.clock(), body["note"])
        return tagged(deps.waiting.step(release, taken, version=expected(request, found)))

    step.__name__, step.__doc__ = f"{word.replace('-', '_')}_release", summary
    checked = blueprint.arguments(ReleaseNoteSchema, required=False)(blueprint.response(200, ReleaseSchema)(step))
    blueprint.route(f"/releases/<release>/{word}", methods=["POST"])(checked)


def _stamp(deps: Deps, found: Release) -> dict[str, Any]:
    """Who does something with a release, when, and with which version of it."""
    return {"by": g.author, "now": deps.clock(), "version": expected(request, found)}


def _detail(deps: Deps, release: Release) -> Answer:
    entries, steps = deps.waiting.entries(release.id), deps.waiting.steps(release.id)
    shown, status, headers = tagged(release)
    return {**shown, "changes": told_entries(deps, entries), "steps": steps}, status, headers


def _put(deps: Deps, release: str, places: Mapping[Place, str | None]) -> Answer:
    found = deps.releases.get(release)
    overlay, _ = deps.publishing.over(places, g.author)
    check_rights(deps, WRITE, overlay)
    return _detail(deps, deps.waiting.put(release, places, **_stamp(deps, found)))


def _refreshed(deps: Deps, release: str) -> dict[Place, str | None]:
    """The same places with the drafts of now; what has no draft any more stays as it is."""
    made: dict[Place, str | None] = {}
    for one in deps.waiting.entries(release):
        draft = deps.store.get(*one.name) if one.digest else None
        made[(*one.name, one.locale)] = draft.digest if draft and draft.archived_at is None else one.digest
    return made


def _judged(deps: Deps, release: str) -> dict[str, Any]:
    overlay, served = deps.publishing.overlay(release)
    entries, others = deps.waiting.entries(release), deps.waiting.others(release)
    return judged(deps, overlay, served, conflicts(entries, served, others, deps.store.content))
