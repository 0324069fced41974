"""What a second editor is told: both sides, what they were made of, and what they come to together."""

from __future__ import annotations

from typing import Any

from flask import g
from werkzeug.datastructures import ETags

from admin.deps import Deps
from admin.errors import ContentRefused, EditConflict, StaleEdit
from admin.refusals import AdminError
from admin.sight.visible import Visible
from modules import KINDS, Absent, Clash, Revision, check_content, merge, read_json


def conflict(deps: Deps, given: ETags, stale: StaleEdit, content: bytes) -> AdminError:
    """The refusal of a stale edit: with a merge where the content that it began from is known, else without."""
    kind, key = stale.kind, stale.key
    draft = deps.store.get(kind, key)
    base = next((one for one in deps.store.history(kind, key) if given.contains(one.digest)), None)
    if draft is None or base is None or not KINDS[kind].is_json:
        return stale
    wrong = check_content(kind, key, content)
    if wrong:
        return ContentRefused(kind, key, wrong)
    theirs = deps.store.revision(kind, key, draft.version)
    return EditConflict(kind, key, settle(deps, base, theirs, content))


def settle(deps: Deps, base: Revision, theirs: Revision, content: bytes) -> dict[str, Any]:
    """Three sides of a body, as whoever asks sees them, and what they come to. What is hidden is not theirs to settle:
    it stays as it is saved."""
    bodies, visible = deps.store.content({base.digest, theirs.digest}), Visible(g.principal)
    old, their = (visible.body(one.kind, one.key, read_json(bodies[one.digest])) for one in (base, theirs))
    mine = read_json(content)
    merged = merge(old, mine, their)
    return {
        "base": {**_who(base), "body": old},
        "mine": {"body": mine},
        "theirs": {**_who(theirs), "body": their},
        "merged": merged.body,
        "conflicts": [_clash(one) for one in merged.clashes],
    }


def _who(revision: Revision) -> dict[str, Any]:
    return {name: getattr(revision, name) for name in ("version", "digest", "author", "created_at")}


def _clash(clash: Clash) -> dict[str, Any]:
    """A side that is not there is left out; null is a value."""
    sides = {name: getattr(clash, name) for name in ("base", "mine", "theirs")}
    there = {name: value for name, value in sides.items() if not isinstance(value, Absent)}
    return {"pointer": clash.pointer, "what": "order" if clash.order else "value", **there}
