"""Routes about consent: what a person allows, what they said, and why something was allowed at a moment."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any, Final, TypeAlias
from uuid import uuid4

from flask import g
from flask_smorest import Blueprint

from admin.content.cursors import cursor_of, place_of
from admin.deps import Deps, InForce
from admin.people.consent_schemas import (
    ABOUT,
    ConsentSchema,
    GivenConsentSchema,
    RecordsQuerySchema,
    WhyAnsweredSchema,
    WhySchema,
)
from admin.people.eyes import attribute_at
from admin.refusals import UnknownFact
from modules import UnknownContent
from profiles import Account, Because, ConsentState, EventError, Given, Profile, checked_evidence, said_in
from rules import NECESSARY, Instant, Purpose

Body: TypeAlias = dict[str, Any]

WORDS: Final[Mapping[Because, str]] = {
    Because.NECESSARY: "what is necessary needs no consent",
    Because.BASIS: "it rests on another basis than consent",
    Because.ANSWER: "the person said so",
    Because.GPC: "the browser sends Global Privacy Control",
    Because.TCF: "the TC string says so",
    Because.DEFAULT: "nobody answered",
    Because.RESTRICTED: "nothing of this person is used while they have it restricted",
    Because.UNREACHABLE: "nobody can say what was answered",
}


def add_consent_routes(blueprint: Blueprint, deps: Deps) -> None:
    """Add the routes."""

    @blueprint.route("/people/<profile_id>/consent")
    @blueprint.arguments(RecordsQuerySchema, location="query")
    @blueprint.response(200, ConsentSchema)
    def consent(query: Body, profile_id: str) -> Body:
        """What a person allows now, and the records of what they said, newest first, a page at a time"""
        return _told(deps, profile_id, **query)

    @blueprint.route("/people/<profile_id>/consent", methods=["POST"])
    @blueprint.arguments(GivenConsentSchema)
    @blueprint.response(201, ConsentSchema)
    def give(body: Body, profile_id: str) -> Body:
        """Write down what a person said; it holds at once, and over what pages go on stamping"""
        profile, now = deps.people.by_id(profile_id), deps.clock()
        deps.consents.write(profile, _given(deps, body, now), author=g.author, now=now)
        return _told(deps, profile_id, limit=100, after="")

    @blueprint.route("/people/consent/why", methods=["POST"])
    @blueprint.arguments(WhySchema)
    @blueprint.response(200, WhyAnsweredSchema)
    def why(body: Body) -> Body:
        """Why a purpose, an attribute, a type of event or a segment was allowed at a moment, and whether it is now"""
        profile, now = deps.people.by_id(body["profile"]), deps.clock()
        at = now if body["at"] is None else min(body["at"], now)
        about = next((name, body[name]) for name in ABOUT if name in body)
        then = _moment(deps, profile, about, deps.served_at(at), at)
        return {**then, "now": _moment(deps, profile, about, deps.served_at(now), now)}


def _told(deps: Deps, profile_id: str, *, limit: int, after: str) -> Body:
    profile, purposes = deps.people.by_id(profile_id), deps.vocabulary().purposes
    before = tuple(place_of(after, (int, float), int)) if after else None
    found = deps.consents.listed(profile_id, before=before, limit=limit + 1)
    more = cursor_of(found[limit - 1][1].at, found[limit - 1][0]) if len(found) > limit else None
    asked = dict.fromkeys([*profile.consent, *purposes])
    accounts = deps.consents.accounts(profile, asked, purposes, deps.clock())
    said = [asdict(one) for _, event in found[:limit] for one in said_in(event)]
    told = [_account(one, purposes) for one in accounts]
    return {"region": profile.region, "purposes": told, "records": said, "next": more}


def _given(deps: Deps, body: Body, now: Instant) -> Given:
    purpose, at = body["purpose"], now if body["at"] is None else body["at"]
    described = deps.vocabulary().purposes.get(purpose)
    if purpose == NECESSARY or (described is not None and not described.answerable):
        raise EventError("purpose", "is one that nobody answers", "name a purpose that rests on consent or interest")
    if at > now:
        raise EventError("at", "lies in the future", "send the time at which it was said")
    evidence = checked_evidence(body["evidence"], "evidence")
    state = ConsentState(body["state"])
    return Given(purpose, state, at, str(uuid4()), body["region"], body["text_version"], evidence)


def _moment(deps: Deps, profile: Profile, about: tuple[str, str], served: InForce, at: Instant) -> Body:
    accounts = deps.consents.accounts(profile, _asked(about, served), served.vocabulary.purposes, at)
    allowed = all(one.permission for one in accounts)
    told = [_account(one, served.vocabulary.purposes) for one in accounts]
    return {"at": at, "release": served.release, "allowed": allowed, "purposes": told}


def _asked(about: tuple[str, str], served: InForce) -> Iterable[str]:
    """The purposes that something takes in what was served. Raises `UnknownFact`, `UnknownContent`."""
    kind, name = about
    vocabulary = served.vocabulary
    if kind == "purpose":
        return [name]
    if kind == "attribute":
        attribute = attribute_at(vocabulary, name)
        if attribute is None:
            raise UnknownFact(name)
        return [attribute.purpose]
    if kind == "event":
        if name not in vocabulary.events:
            raise UnknownFact(name)
        return [vocabulary.events[name]]
    segment = next((one for one in served.segments if one.key == name), None)
    if segment is None:
        raise UnknownContent("segments", name, [one.key for one in served.segments])
    attributes = (attribute_at(vocabulary, path) for path in sorted(segment.rule.reads))
    read = [one.purpose for one in attributes if one is not None]
    events = [vocabulary.events[event] for event in sorted(segment.rule.reads_events) if event in vocabulary.events]
    own = [segment.purpose] if segment.purpose else []
    return dict.fromkeys([*own, *read, *events])


def _account(one: Account, purposes: Mapping[str, Purpose]) -> Body:
    found, described = one.permission, purposes.get(one.permission.purpose)
    return {
        "purpose": found.purpose,
        "title": described.title if described else found.purpose,
        "basis": described.basis if described else None,
        "allowed": found.allowed,
        "because": found.because,
        "text": _text(one),
        "region": found.region,
        "entry": found.entry,
        "at": found.at,
        "record": asdict(one.record) if one.record else None,
    }


def _text(one: Account) -> str:
    found = one.permission
    words = f"{'Yes' if found.allowed else 'No'}: {WORDS[found.because]}"
    if found.because is Because.DEFAULT:
        where = f"in {found.region}" if found.region else "in an unknown region, where the strictest holds,"
        return f"{words}, and {where} the default is {'yes' if found.allowed else 'no'}"
    if found.at is None:
        return words
    moment = datetime.fromtimestamp(found.at, UTC).isoformat(timespec="seconds")
    by = f", by {one.record.origin}" if one.record else ""
    text = f", to the text {one.record.text_version}" if one.record and one.record.text_version else ""
    return f"{words} ({moment}{by}{text})"
