"""What the routes of releases tell: releases, their changes, and what was found, as the one who asks may see it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from typing import Any

from flask import Request, g

from admin.deps import Deps
from admin.releasing.overlay import Name, Overlay
from admin.releasing.publishing import Admit
from admin.releasing.schemas import PUBLISH, UNPUBLISH
from admin.requests.conditions import edits, written
from admin.sight.visible import Visible
from admin.sight.writing import PUBLISH as PUBLISH_RIGHT
from admin.sight.writing import check_publish
from layouts import WHOLE, Changes, Entry, Manifest, Release, ReleaseChanged, difference_of
from rules import Finding


def told(release: Release) -> dict[str, Any]:
    """A release as the API shows it."""
    due = release.due
    shown = {"at": due.local, "zone": due.zone, "instant": due.at} if due else None
    return {**asdict(release), "due": shown}


def tagged(release: Release, status: int = 200) -> tuple[dict[str, Any], int, dict[str, str]]:
    """A release with its version as ETag."""
    return told(release), status, written(str(release.version))


def told_entries(deps: Deps, entries: Iterable[Entry]) -> list[dict[str, Any]]:
    """Changes of a release, but for those of content that is kept from whoever asks."""
    visible = Visible(g.principal)
    some = list(entries)
    hidden = [one for one in some if not visible.whole(one.kind)]
    bodies = deps.store.content({digest for one in hidden for digest in (one.digest, one.base) if digest})
    seen = [one for one in some if visible.whole(one.kind) or _sees(visible, one, bodies)]
    drafts = {name: deps.store.get(*name) for name in {one.name for one in seen}}
    return [_told_entry(one, drafts[one.name]) for one in seen]


def _sees(visible: Visible, one: Entry, bodies: Mapping[str, bytes]) -> bool:
    return any(
        digest in bodies and visible.sees(one.kind, one.key, bodies[digest])
        for digest in (one.digest, one.base)
        if digest
    )


def _told_entry(one: Entry, draft: Any) -> dict[str, Any]:
    return {
        "kind": one.kind,
        "key": one.key,
        "locale": None if one.locale == WHOLE else one.locale,
        "action": UNPUBLISH if one.digest is None else PUBLISH,
        "revision": one.digest,
        "base": one.base,
        "behind": one.digest is not None and draft is not None and draft.digest != one.digest,
        "by": one.by,
        "at": one.at,
    }


def judged(deps: Deps, overlay: Overlay, served: Manifest, more: Iterable[Finding] = ()) -> dict[str, Any]:
    """Whether this may be published, what is wrong with it and whether it brings that, and what it changes."""
    everything, before = deps.publishing.judge.judge(overlay, served)
    found = [one for one in (*everything, *more) if one.severity != "note"]
    contents = _contents(deps, overlay, served, found)
    seen = Visible(g.principal).findings(contents, found)
    return {
        "ok": not any(one.severity == "error" for one in found),
        "findings": [{**_plain(one), "new": was not in before} for one, was in zip(seen, found, strict=True)],
        "difference": difference(overlay.changes),
    }


def difference(changes: Changes) -> dict[str, list[str]]:
    """The names of these changes."""
    found = difference_of(changes)
    return {part: [f"{kind}/{key}" for kind, key in getattr(found, part)] for part in ("added", "removed", "changed")}


def check_rights(deps: Deps, action: str, overlay: Overlay) -> None:
    """Raise `NotAllowed` if whoever asks may not do this with one of these changes."""
    if not g.principal.limited(action):
        return
    load = overlay.load(deps.store.content)
    bodies = load([digest for both in overlay.changes.values() for digest in both if digest])
    sides = (
        (*name, bodies.get(before or ""), bodies.get(after or "")) for name, (before, after) in overlay.changes.items()
    )
    check_publish(g.principal, sides, action)


def admitter(deps: Deps) -> Admit:
    """Refuses to publish what whoever asks may not publish."""
    return lambda overlay, _: check_rights(deps, PUBLISH_RIGHT, overlay)


def expected(request: Request, release: Release) -> int | None:
    """The version that a request acts on, None where it sets no condition. Raises `ReleaseChanged` if it is another."""
    if "If-Match" not in request.headers or request.if_match.star_tag:
        return None
    if str(release.version) not in edits(request.if_match):
        raise ReleaseChanged(release.id, None, release.version)
    return release.version


def _contents(deps: Deps, overlay: Overlay, served: Manifest, found: Iterable[Finding]) -> dict[Name, bytes]:
    """The content that these findings are about."""
    steps = (finding.pointer.split("/") for finding in found)
    names = {(one[1], one[2]) for one in steps if len(one) > 2}
    manifest = overlay.manifest(served)
    digests = {name: manifest[name] for name in names if name in manifest}
    bodies = overlay.load(deps.store.content)(set(digests.values()))
    return {name: bodies[digest] for name, digest in digests.items() if digest in bodies}


def _plain(finding: Finding) -> dict[str, Any]:
    return {name: getattr(finding, name) for name in finding.__slots__}
