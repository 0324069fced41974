"""The shop as a cache sees it: what is published, what an answer is filed under, what is told."""

from __future__ import annotations

from typing import Any

import orjson
from sqlalchemy import select
from werkzeug.test import TestResponse

from service.publishing import publisher_of
from storage import news
from tests.service.conftest import Shop
from tests.service.shop import card

HOME = "/v1/layouts/home"
BOLD = {"key": "bold", "locales": {"en": {"heading": "WELCOME!"}}}
"""The variant that the experiment of the shop shows."""


def hero(heading: str, **more: Any) -> dict[str, Any]:
    """The hero in other words."""
    return card(heading, **{"tags": ["hero"], "variants": [BOLD], **more})


def publish(shop: Shop, **kinds: dict[str, Any]) -> None:
    """Save these bodies (None: delete) and publish all drafts."""
    for kind, bodies in kinds.items():
        for key, body in bodies.items():
            if body is None:
                shop.house.contents.delete(kind, key, author="test", now=shop.clock())
            else:
                shop.house.contents.put_all({(kind, key): orjson.dumps(body)}, author="test", now=shop.clock())
    publisher_of(shop.house).publish("next", "test")


def keys(answer: TestResponse) -> set[str]:
    """What an answer is filed under."""
    return set(answer.headers["Surrogate-Key"].split())


def told(shop: Shop, topic: str) -> list[dict[str, Any]]:
    """The bodies of the notices of a topic, oldest first."""
    with shop.house.database.read() as connection:
        wanted = select(news.c.body).where(news.c.topic == topic).order_by(news.c.seq)
        return list(connection.execute(wanted).scalars())
