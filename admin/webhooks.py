"""Routes for webhooks: who is told of changes, how it went, and telling again."""

from __future__ import annotations

from collections.abc import Callable
from secrets import token_bytes, token_hex
from typing import Any, TypeAlias

from flask import g, request
from flask.views import MethodView
from flask_smorest import Blueprint

from admin.content.drafts import IF_MATCH
from admin.deps import Deps
from admin.requests.conditions import edit_of, editable, unchanged, written
from admin.schemas import ROW
from admin.webhook_schemas import (
    AttemptPageSchema,
    DeliveryPageSchema,
    NewWebhookSchema,
    TopicsSchema,
    WebhookAnswerSchema,
    WebhookAttemptsSchema,
    WebhookChangeSchema,
    WebhookDeliveriesSchema,
    WebhookDeliverySchema,
    WebhookRedrivenSchema,
    WebhookRedriveSchema,
    WebhookReplayedSchema,
    WebhookReplaySchema,
    WebhookRotateSchema,
    WebhookSchema,
    WebhookSecretSchema,
    WebhooksSchema,
)
from connectors import Answer, State, Webhook, secret_of
from storage import TOPICS

Body: TypeAlias = dict[str, Any]

HOUR = 3600.0


def add_webhook_routes(blueprint: Blueprint, deps: Deps) -> None:
    """Add the routes for receivers of news, and for what each was told."""
    sender = deps.webhooks

    @blueprint.route("/topics")
    @blueprint.response(200, TopicsSchema)
    def topics() -> Body:
        """All that a webhook can ask for"""
        return {"items": list(TOPICS.values())}

    @blueprint.route("/webhooks")
    class Webhooks(MethodView):
        @blueprint.response(200, WebhooksSchema)
        def get(self) -> Body:
            """Who is told of changes"""
            return {"items": sender.hooks.all(deps.clock())}

        @blueprint.arguments(NewWebhookSchema)
        @blueprint.response(201, WebhookSecretSchema)
        def post(self, body: Body) -> Body:
            """Tell a receiver from now on; its secret is shown this once"""
            secret = _secret()
            made = sender.hooks.create(f"wh_{token_hex(8)}", secret, **body, author=g.author, now=deps.clock())
            return _with_secret(made, secret)

    @blueprint.route("/webhooks/<webhook>")
    class OneWebhook(MethodView):
        @blueprint.response(200, WebhookSchema)
        def get(self, webhook: str) -> Webhook:
            """One receiver"""
            found = sender.hooks.get(webhook, deps.clock())
            editable(_edit(found))
            return found

        @blueprint.doc(parameters=IF_MATCH)
        @blueprint.arguments(WebhookChangeSchema, required=False)
        @blueprint.response(200, WebhookSchema)
        def patch(self, body: Body, webhook: str) -> tuple[Webhook, int, dict[str, str]]:
            """Change where or of what it is told; made active again, it goes on where it stopped"""
            by: Body = {"author": g.author, "now": deps.clock(), "admit": _unchanged(webhook)}
            changed = sender.hooks.change(webhook, body, **by)
            return changed, 200, written(_edit(changed))

        @blueprint.doc(parameters=IF_MATCH)
        @blueprint.response(204)
        def delete(self, webhook: str) -> None:
            """Tell it no more, and forget what it was told"""
            sender.hooks.delete(webhook, author=g.author, now=deps.clock(), admit=_unchanged(webhook))

    @blueprint.route("/webhooks/<webhook>/secret", methods=["POST"])
    @blueprint.arguments(WebhookRotateSchema, required=False)
    @blueprint.response(200, WebhookSecretSchema)
    def rotate(body: Body, webhook: str) -> Body:
        """Sign with another secret, shown this once; the one before signs too for a while"""
        secret = _secret()
        overlap = body["overlap_hours"] * HOUR
        changed = sender.hooks.rotate(webhook, secret, overlap=overlap, author=g.author, now=deps.clock())
        return _with_secret(changed, secret)

    @blueprint.route("/webhooks/<webhook>/ping", methods=["POST"])
    @blueprint.response(200, WebhookAnswerSchema)
    def ping(webhook: str) -> Answer:
        """Try a receiver out: one message of the topic `webhook.ping`, sent at once"""
        return sender.ping(webhook, author=g.author)

    _add_telling_again(blueprint, deps)
    _add_ledger(blueprint, deps)


def _add_telling_again(blueprint: Blueprint, deps: Deps) -> None:
    queue = deps.webhooks.queue

    @blueprint.route("/webhooks/<webhook>/replay", methods=["POST"])
    @blueprint.arguments(WebhookReplaySchema)
    @blueprint.response(202, WebhookReplayedSchema)
    def replay(body: Body, webhook: str) -> Body:
        """Send again all that came after a cursor, as far back as news are kept"""
        return {"first": queue.replay(webhook, body["after"], author=g.author, now=deps.clock())}

    @blueprint.route("/webhooks/<webhook>/redrive", methods=["POST"])
    @blueprint.arguments(WebhookRedriveSchema, required=False)
    @blueprint.response(202, WebhookRedrivenSchema)
    def redrive(body: Body, webhook: str) -> Body:
        """Try dead letters again: those that are named, or all"""
        return {"redriven": queue.redrive(webhook, body["deliveries"], author=g.author, now=deps.clock())}


def _add_ledger(blueprint: Blueprint, deps: Deps) -> None:
    ledger = deps.webhooks.ledger

    @blueprint.route("/webhooks/<webhook>/deliveries")
    @blueprint.arguments(DeliveryPageSchema, location="query")
    @blueprint.response(200, WebhookDeliveriesSchema)
    def deliveries(query: Body, webhook: str) -> Body:
        """What a receiver was told and is to be told, newest first; `state=dead` are the dead letters"""
        state = State(query["state"]) if query["state"] else None
        rows = ledger.deliveries(webhook, state=state, before=query["after"], limit=query["limit"] + 1)
        return _page(rows, query["limit"], "seq")

    @blueprint.route(f"/webhooks/<webhook>/deliveries/<{ROW}:seq>")
    @blueprint.response(200, WebhookDeliverySchema)
    def delivery(webhook: str, seq: int) -> Body:
        """One message with its attempts, newest first"""
        found, tries = ledger.delivery(webhook, seq)
        return {**{name: getattr(found, name) for name in type(found).__slots__}, "attempts": tries}

    @blueprint.route("/webhooks/<webhook>/attempts")
    @blueprint.arguments(AttemptPageSchema, location="query")
    @blueprint.response(200, WebhookAttemptsSchema)
    def attempts(query: Body, webhook: str) -> Body:
        """Every attempt to reach a receiver, newest first"""
        return _page(ledger.attempts(webhook, before=query["after"], limit=query["limit"] + 1), query["limit"], "id")


def _page(rows: list[Any], limit: int, by: str) -> Body:
    return {"items": rows[:limit], "next": getattr(rows[limit - 1], by) if len(rows) > limit else None}


def _edit(hook: Webhook) -> str:
    """What an edit acts on: what was chosen, not how the sending goes."""
    return edit_of(hook.chosen)


def _unchanged(webhook: str) -> Callable[[Webhook | None], None]:
    return unchanged(request, "webhooks", webhook, _edit)


def _secret() -> str:
    return secret_of(token_bytes(32))


def _with_secret(hook: Webhook, secret: str) -> Body:
    return {**{name: getattr(hook, name) for name in Webhook.__slots__}, "secret": secret}
