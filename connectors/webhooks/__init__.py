"""Webhooks: news of the outbox sent to whoever asked for them, as Standard Webhooks wants it."""

from connectors.webhooks.addresses import Guard
from connectors.webhooks.keeping import Ledger
from connectors.webhooks.queue import Queue
from connectors.webhooks.replaying import PeopleNews, Wanted
from connectors.webhooks.sender import Sender
from connectors.webhooks.signing import LENGTH, secret_of
from connectors.webhooks.subscriptions import Webhooks
from connectors.webhooks.transport import Transport
from connectors.webhooks.values import (
    Answer,
    Attempt,
    BadWebhook,
    Delivery,
    Message,
    State,
    UnknownDelivery,
    UnknownWebhook,
    Webhook,
    WebhookError,
)

__all__ = [
    "LENGTH",
    "Answer",
    "Attempt",
    "BadWebhook",
    "Delivery",
    "Guard",
    "Ledger",
    "Message",
    "PeopleNews",
    "Queue",
    "Sender",
    "State",
    "Transport",
    "UnknownDelivery",
    "UnknownWebhook",
    "Wanted",
    "Webhook",
    "WebhookError",
    "Webhooks",
    "secret_of",
]
