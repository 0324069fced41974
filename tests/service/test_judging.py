"""A change is judged in proportion to itself, and as strictly as the whole of what would be served."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

import orjson
import pytest

from admin import Judge, Overlay
from modules import digest_of
from service.publishing import publisher_of
from tests.service.conftest import Shop
from tests.service.shop import card

LAYOUT: dict[str, Any] = {"title": "Other", "slots": [{"key": "top", "types": ["card"], "min": 1}]}
REF = {"title": "Ref", "fields": {"see": {"kind": "reference", "to": "card"}}}

PICTURE = {"title": "Picture", "fields": {"p": {"kind": "image"}}}
LOST = {"type": "picture", "locales": {"en": {"p": {"asset": "no.png", "alt": "x"}}}}
UNFIT = {"type": "fragile", "tags": ["hero"], "locales": {"en": {"heading": "x", "amount": 0}}}
BROKEN = {"title": "F", "fields": {"heading": {"kind": "text"}}, "templates": {"web": "{{ fields.nothing }}"}}
AWAY = {"type": "ref", "locales": {"en": {"see": "nobody"}}}

CHANGES: dict[str, dict[tuple[str, str], Any]] = {
    "nothing wrong": {("modules", "new"): card("New")},
    "an unknown rule": {("modules", "new"): card("New", targeting="nobody-knows")},
    "an unknown type": {("modules", "new"): {"type": "cart", "locales": {"en": {}}}},
    "a field too few": {("modules", "hero"): {"type": "card", "locales": {"en": {}}}},
    "a slot without a fallback": {("layouts", "other"): LAYOUT},
    "a fallback that is not there": {("layouts", "other"): {**LAYOUT, "fallback": "nobody"}},
    "an asset that is not there": {("types", "picture"): PICTURE, ("modules", "picture"): LOST},
    "a reference that leads nowhere": {("types", "ref"): REF, ("modules", "ref"): AWAY},
    "a rule that is gone": {("rules", "mobile"): None},
    "a type that is gone": {("types", "card"): None},
    "a module that is gone": {("modules", "hero"): None},
    "a body that cannot be rendered": {("modules", "new"): UNFIT},
    "a template that breaks": {("types", "fragile"): BROKEN},
}


def laid(shop: Shop, changes: Mapping[tuple[str, str], Any]) -> Overlay:
    """These changes over what is served; their bodies are nowhere but here."""
    onto, served = shop.house.publishing.served()
    fresh = {name: orjson.dumps(body) for name, body in changes.items() if body is not None}
    after = {name: digest_of(fresh[name]) if name in fresh else None for name in changes}
    return Overlay(onto, {name: (served.get(name), digest) for name, digest in after.items()}, fresh)


@pytest.mark.parametrize("changes", CHANGES.values(), ids=CHANGES)
def test_a_change_alone_is_refused_for_what_the_whole_would_be(shop: Shop, changes: dict[tuple[str, str], Any]) -> None:
    judge, served = shop.house.publishing.judge, shop.house.publishing.served()[1]
    whole = Judge(judge.store, judge.trial, judge.more)
    alone, all_of_it = (one.errors(laid(shop, changes), served) for one in (judge, whole))
    assert {one.pointer for one in alone} == {one.pointer for one in all_of_it}
    assert bool(alone) is (changes is not CHANGES["nothing wrong"])


def test_a_change_reads_what_it_changes_and_not_the_library(shop: Shop) -> None:
    house = shop.house
    library = {("modules", f"m{n}"): orjson.dumps(card(f"M{n}", tags=["more"])) for n in range(300)}
    house.contents.put_all(library, author="test", now=shop.clock())
    publisher_of(house).publish("library", "test")
    read: list[str] = []
    real = house.contents.content

    def content(digests: Collection[str]) -> Mapping[str, bytes]:
        read.extend(digests)
        return real(digests)

    house.contents.content = content  # type: ignore[method-assign]
    house.contents.put("modules", "m7", orjson.dumps(card("Other")), author="test", now=shop.clock())
    draft = house.contents.get("modules", "m7")
    assert draft is not None
    house.publishing.publish_now({("modules", "m7", ""): draft.digest}, "one", "test")
    assert len(read) < 20
