"""What each route takes: one line a route. A route that is not listed is closed to everybody.

To add a route, add a line here: "METHOD /path" as the manual writes it -> an action of `accounts.ACTIONS`, or
`PUBLIC` (nobody need be known), `ANYBODY` (whoever is known, whatever they may) or `PERSON` (any person). Then say in
tests/cases/roles.json who is to be let in; of a route that writes, in tests/service/test_acts.py what acts it leaves.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from typing import Final

HERE: Final = "/v1/manage/"
"""How every path of the management API begins."""

PUBLIC: Final = "public"
"""What a route takes that asks nobody who they are."""

ANYBODY: Final = "anybody"
"""What a route takes that everybody may who is known: it is about themselves."""

PERSON: Final = "person"
"""The same for routes that only a person has a use for: a key has no password."""

PERMISSIONS: Mapping[str, str] = {
    # the front door and what operators look at
    "GET /": PUBLIC,
    "GET /healthz": PUBLIC,
    "GET /readyz": PUBLIC,
    "GET /metrics": PUBLIC,
    "GET /openapi.json": PUBLIC,
    "GET /docs": PUBLIC,
    "GET /docs/": PUBLIC,
    "GET /docs/{path}": PUBLIC,
    "GET /assets/{name}": PUBLIC,
    "GET /assets/{digest}/{name}": PUBLIC,
    "GET /assets/{digest}/{size}/{name}": PUBLIC,
    "GET /intarsia-1.js": PUBLIC,
    "GET /shop": PUBLIC,
    "GET /shop/": PUBLIC,
    "GET /shop/{path}": PUBLIC,
    "GET /shop/config.json": PUBLIC,
    # delivery and tracking
    "POST /v1/assemble": "deliver",
    "POST /v1/live/tickets": "deliver",
    "GET /v1/pages/{layout}": "deliver",
    "GET /v1/layouts/{key}": "deliver",
    "GET /v1/version": "deliver",
    "POST /v1/render/email": "render",
    "POST /v1/chat/slack": "render",
    "POST /v1/track": "track",
    "POST /v1/identify": "track",
    "POST /v1/page": "track",
    "POST /v1/screen": "track",
    "POST /v1/group": "track",
    "POST /v1/alias": "track",
    "POST /v1/batch": "track",
    "POST /v1/import": "track",
    "POST /v1/t": "track",
    "POST /v1/i": "track",
    "POST /v1/p": "track",
    "POST /v1/s": "track",
    "POST /v1/g": "track",
    "POST /v1/a": "track",
    "POST /v1/b": "track",
    "POST /beacon/v1/batch": "track",
    # signing in, and oneself
    "POST /v1/manage/session": PUBLIC,
    "GET /v1/manage/session": ANYBODY,
    "DELETE /v1/manage/session": PERSON,
    "PUT /v1/manage/session/password": PERSON,
    "POST /v1/manage/session/link": PUBLIC,
    "POST /v1/manage/session/totp": PERSON,
    "POST /v1/manage/session/totp/confirm": PERSON,
    "POST /v1/manage/session/totp/off": PERSON,
    "GET /v1/manage/signin/link": PUBLIC,
    "GET /v1/manage/signin/oidc": PUBLIC,
    "GET /v1/manage/signin/oidc/callback": PUBLIC,
    "GET /v1/manage/sessions": ANYBODY,
    "DELETE /v1/manage/sessions": PERSON,
    "DELETE /v1/manage/sessions/{session_id}": ANYBODY,
    # accounts, roles, keys
    "GET /v1/manage/accounts": "account.manage",
    "POST /v1/manage/accounts": "account.manage",
    "GET /v1/manage/accounts/{name}": "account.manage",
    "PATCH /v1/manage/accounts/{name}": "account.manage",
    "POST /v1/manage/accounts/{name}/link": "account.manage",
    "DELETE /v1/manage/accounts/{name}/totp": "account.manage",
    "GET /v1/manage/roles": ANYBODY,
    "GET /v1/manage/roles/{name}": ANYBODY,
    "PUT /v1/manage/roles/{name}": "role.manage",
    "DELETE /v1/manage/roles/{name}": "role.manage",
    "GET /v1/manage/keys": "key.manage",
    "POST /v1/manage/keys": "key.manage",
    "GET /v1/manage/keys/{name}": "key.manage",
    "DELETE /v1/manage/keys/{name}": "key.manage",
    "POST /v1/manage/keys/{name}/rotate": "key.manage",
    "DELETE /v1/manage/keys/{name}/old": "key.manage",
    # content
    "GET /v1/manage/openapi.json": "content.read",
    "GET /v1/manage/search": "content.read",
    "GET /v1/manage/{kind}": "content.read",
    "GET /v1/manage/{kind}/{key}": "content.read",
    "GET /v1/manage/{kind}/{key}/history": "content.read",
    "PUT /v1/manage/{kind}/{key}": "content.write",
    "POST /v1/manage/assets": "content.write",
    "DELETE /v1/manage/{kind}/{key}": "content.write",
    "GET /v1/manage/{kind}/{key}/diff": "content.read",
    "POST /v1/manage/{kind}/{key}/restore": "content.write",
    "POST /v1/manage/{kind}/{key}/merge": "content.write",
    "GET /v1/manage/{kind}/{key}/usage": "content.read",
    "GET /v1/manage/{kind}/{key}/references": "content.read",
    "POST /v1/manage/{kind}/{key}/archive": "content.write",
    "POST /v1/manage/{kind}/{key}/unarchive": "content.write",
    "POST /v1/manage/bulk": "content.write",
    "POST /v1/manage/delete": "content.write",
    "POST /v1/manage/archive": "content.write",
    "POST /v1/manage/unarchive": "content.write",
    "GET /v1/manage/types/{key}/sample": "content.read",
    "GET /v1/manage/types/{key}/schema": "content.read",
    "GET /v1/manage/types/{key}/migrations": "content.read",
    "POST /v1/manage/types/{key}/migrations": "content.write",
    "GET /v1/manage/types/{key}/migrations/{migration}": "content.read",
    "POST /v1/manage/types/{key}/migrations/{migration}/revert": "content.write",
    "POST /v1/manage/validate": "content.read",
    "POST /v1/manage/explain": "explain",
    "POST /v1/manage/could-see": "content.read",
    # comments
    "GET /v1/manage/comments": "content.read",
    "PATCH /v1/manage/comments/{comment}": "comment.write",
    "DELETE /v1/manage/comments/{comment}": "comment.write",
    "GET /v1/manage/{kind}/{key}/comments": "content.read",
    "POST /v1/manage/{kind}/{key}/comments": "comment.write",
    # previews
    "GET /v1/manage/previews": "preview.share",
    "POST /v1/manage/previews": "preview.share",
    "DELETE /v1/manage/previews/{preview}": "preview.share",
    # releases
    "GET /v1/manage/releases": "content.read",
    "POST /v1/manage/releases": "release.write",
    "POST /v1/manage/releases/rollback": "release.publish",
    "GET /v1/manage/releases/{release}": "content.read",
    "PATCH /v1/manage/releases/{release}": "release.write",
    "POST /v1/manage/releases/{release}/changes": "release.write",
    "POST /v1/manage/releases/{release}/changes/drop": "release.write",
    "POST /v1/manage/releases/{release}/refresh": "release.write",
    "POST /v1/manage/releases/{release}/validate": "content.read",
    "GET /v1/manage/releases/{release}/compare": "content.read",
    "POST /v1/manage/releases/{release}/submit": "release.write",
    "POST /v1/manage/releases/{release}/approve": "release.approve",
    "POST /v1/manage/releases/{release}/send-back": "release.approve",
    "POST /v1/manage/releases/{release}/reopen": "release.write",
    "POST /v1/manage/releases/{release}/cancel": "release.write",
    "POST /v1/manage/releases/{release}/schedule": "release.publish",
    "POST /v1/manage/releases/{release}/publish": "release.publish",
    "POST /v1/manage/{kind}/{key}/publish": "release.publish",
    "POST /v1/manage/{kind}/{key}/unpublish": "release.publish",
    # who is told of changes
    "GET /v1/manage/topics": "webhook.manage",
    "GET /v1/manage/webhooks": "webhook.manage",
    "POST /v1/manage/webhooks": "webhook.manage",
    "GET /v1/manage/webhooks/{webhook}": "webhook.manage",
    "PATCH /v1/manage/webhooks/{webhook}": "webhook.manage",
    "DELETE /v1/manage/webhooks/{webhook}": "webhook.manage",
    "POST /v1/manage/webhooks/{webhook}/secret": "webhook.manage",
    "POST /v1/manage/webhooks/{webhook}/ping": "webhook.manage",
    "POST /v1/manage/webhooks/{webhook}/replay": "webhook.manage",
    "POST /v1/manage/webhooks/{webhook}/redrive": "webhook.manage",
    "GET /v1/manage/webhooks/{webhook}/deliveries": "webhook.manage",
    "GET /v1/manage/webhooks/{webhook}/deliveries/{seq}": "webhook.manage",
    "GET /v1/manage/webhooks/{webhook}/attempts": "webhook.manage",
    # events that break their schema, and figures
    "GET /v1/manage/quarantine": "event.manage",
    "GET /v1/manage/quarantine/{seq}": "event.manage",
    "POST /v1/manage/quarantine/{seq}/redrive": "event.manage",
    "POST /v1/manage/quarantine/redrive": "event.manage",
    "POST /v1/manage/quarantine/discard": "event.manage",
    "GET /v1/manage/data-quality": "report.read",
    # people
    "GET /v1/manage/people/matches": "profile.merge",
    "GET /v1/manage/people/matches/{seq}": "profile.merge",
    "POST /v1/manage/people/matches/{seq}/accept": "profile.merge",
    "POST /v1/manage/people/matches/{seq}/refuse": "profile.merge",
    "POST /v1/manage/people/find": "profile.read",
    "POST /v1/manage/people/requests": "profile.request",
    "GET /v1/manage/people/requests": "profile.request",
    "GET /v1/manage/people/requests/{seq}": "profile.request",
    "POST /v1/manage/people/requests/{seq}/carry-out": "profile.request",
    "POST /v1/manage/people/requests/{seq}/refuse": "profile.request",
    "POST /v1/manage/people/requests/{seq}/extend": "profile.request",
    "GET /v1/manage/people/export-schema": "profile.export",
    "GET /v1/manage/people/{profile_id}/export": "profile.export",
    "POST /v1/manage/people/erasures/lift": "profile.erase",
    "GET /v1/manage/people/{profile_id}": "profile.read",
    "GET /v1/manage/people/{profile_id}/links": "profile.merge",
    "POST /v1/manage/people/merge": "profile.merge",
    "POST /v1/manage/people/{profile_id}/split": "profile.merge",
    "POST /v1/manage/people/{profile_id}/rejoin": "profile.merge",
    # segments and static lists
    "GET /v1/manage/people/segments": "report.read",
    "GET /v1/manage/people/segments/{key}": "report.read",
    "POST /v1/manage/people/segments/preview": "report.read",
    "GET /v1/manage/people/{profile_id}/segments": "profile.read",
    "GET /v1/manage/people/lists": "report.read",
    "GET /v1/manage/people/lists/{key}": "report.read",
    "GET /v1/manage/people/lists/{key}/people": "profile.read",
    "PUT /v1/manage/people/lists/{key}": "list.manage",
    "POST /v1/manage/people/lists/{key}/add": "list.manage",
    "POST /v1/manage/people/lists/{key}/remove": "list.manage",
    "DELETE /v1/manage/people/lists/{key}": "list.manage",
    "GET /v1/manage/people/{profile_id}/events": "profile.read",
    "GET /v1/manage/people/{profile_id}/consent": "profile.read",
    "POST /v1/manage/people/{profile_id}/consent": "profile.consent",
    "POST /v1/manage/people/consent/why": "profile.read",
    "GET /v1/manage/people/{profile_id}/history": "profile.read",
    # triggers
    "GET /v1/manage/people/triggers": "webhook.manage",
    "GET /v1/manage/people/triggers/firings": "webhook.manage",
    "GET /v1/manage/people/triggers/deliveries": "webhook.manage",
    "GET /v1/manage/people/triggers/stream": "webhook.manage",
    "POST /v1/manage/people/triggers/replay": "webhook.manage",
    # the audit log
    "GET /v1/manage/audit": "audit.read",
    "GET /v1/manage/audit/export": "audit.read",
}
"""Method and path -> what it takes."""

_HOLE = re.compile(r"<(?:[^<>:]+:)?([^<>:]+)>")


@cache
def needed(method: str, rule: str) -> str | None:
    """What a route takes, by its method and its Flask rule; None for one that is not listed: it is closed."""
    return PERMISSIONS.get(f"{'GET' if method == 'HEAD' else method} {path_of(rule)}")


def path_of(rule: str) -> str:
    """A Flask rule as the manual and the OpenAPI document write it: `/v1/manage/{kind}`."""
    return _HOLE.sub(r"{\1}", rule)
