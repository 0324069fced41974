"""Whatever text is sent: it comes back as it was sent, or is refused with the place of what is wrong; nothing fails."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from html.parser import HTMLParser
from typing import Any

import pytest

from tests.cases.naughty import RAW, TEXTS
from tests.service.conftest import Shop
from tests.service.people import Caller, holder, with_password
from tests.service.places import MANAGE, NOTE, PLACES, Place
from tests.service.shop import card

READ, REFUSED = frozenset({200, 201, 204}), frozenset({400, 401, 404, 405, 409, 413, 414, 422, 429})

LONG = 2_000
LONG_PLACES = frozenset(
    {"a text field", "a rich text field", "a tag", "a comment", "a description of a release", "a property of an event"}
    | {"words that are searched for", "a key", "a name of a key"}
)
"""Where a text that is longer is tried: one place of each sort, for the time that it takes."""


@pytest.fixture(params=["sqlite", "postgresql"])
def naughty_shop(request: pytest.FixtureRequest, open_shop: Callable[..., Shop]) -> Shop:
    """A shop with a type for notes, over each kind of database."""
    shop = open_shop(database_url=request.getfixturevalue(f"{request.param}_url"))
    with_password(shop)  # quick to check: many sign in
    admin = holder(shop.app, shop.secrets["all"])
    assert admin("PUT", f"{MANAGE}/types/note", NOTE).status_code == 201
    return shop


def wrong(who: Caller, name: str, place: Place, text: str) -> Iterator[str]:
    """What is wrong with how a text is taken at a place."""
    answer = place.send(who, text)
    told = f"{name}: {text[:40]!r} got {answer.status_code} {answer.get_data(as_text=True)[:200]}"
    if answer.status_code not in READ | REFUSED | {302, 308, 403}:
        yield told
    elif answer.status_code >= 400:
        problem = answer.get_json()
        if problem is None or not (problem.get("errors") or problem.get("detail")):
            yield f"{told}: it does not say what is wrong"
        elif answer.status_code == 422 and problem["title"] != "Bad key" and not problem.get("errors"):
            yield f"{told}: it does not say where"
    elif place.read is not None:
        read = place.read(who, answer)
        if text not in (read, next(iter(read.values()), None) if isinstance(read, dict) else read):
            yield f"{told}: it came back as {read!r:.200}"


@pytest.mark.slow
def test_a_text_comes_back_as_it_was_sent_or_is_refused_with_its_place(naughty_shop: Shop) -> None:
    who = holder(naughty_shop.app, naughty_shop.secrets["all"])
    step = 3 if naughty_shop.house.database.engine.dialect.name == "postgresql" else 1
    found = [
        one
        for row, text in enumerate(TEXTS.values())
        for column, (name, place) in enumerate(PLACES.items())
        if len(text) <= LONG or name in LONG_PLACES
        # What a database keeps depends on the text and on the column: there, each meets every third of the others.
        if "\0" in text or len(text) > LONG or (row + column) % step == 0
        for one in wrong(who, name, place, text)
    ]
    assert not found, "\n".join(found)


def test_what_is_no_text_is_refused_wherever_json_is_read(naughty_shop: Shop) -> None:
    shop, found = naughty_shop, []
    for name, raw in RAW.items():
        for method, path, body in (
            ("PUT", f"{MANAGE}/modules/naughty", '{"type": "note", "locales": {"en": {"heading": %s}}}'),
            ("PUT", f"{MANAGE}/modules/naughty", '{"type": "note", "locales": {"en": {%s: "x"}}}'),
            ("POST", f"{MANAGE}/modules/hero/comments", '{"text": %s}'),
            ("POST", f"{MANAGE}/releases", '{"name": %s}'),
            ("POST", "/v1/assemble", '{"layout": "home", "person": {"user_id": %s}}'),
            ("POST", "/v1/track", '{"messageId": "m", "userId": "u", "event": %s}'),
        ):
            answer = shop.client.open(
                path,
                method=method,
                data=(body % raw).encode(),
                headers={"Authorization": f"Bearer {shop.secrets['all']}", "Content-Type": "application/json"},
            )
            if answer.status_code not in {400, 422}:
                found.append(f"{name}: {method} {path} got {answer.status_code} {answer.get_data(as_text=True)[:200]}")
    assert not found, "\n".join(found)


class Headings(HTMLParser):
    """What a browser shows as the headings of a page, and the tags that it finds in all of it."""

    def __init__(self) -> None:
        super().__init__()
        self.shown: list[str] = []
        self.tags: set[str] = set()
        self._open = False

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        """An element begins."""
        self.tags |= {tag, *(name for name, _ in attrs)}
        if tag == "h2":
            self._open = True
            self.shown.append("")

    def handle_endtag(self, tag: str) -> None:
        """An element ends."""
        self._open = self._open and tag != "h2"

    def handle_data(self, data: str) -> None:
        """Words."""
        if self._open:
            self.shown[-1] += data


def test_what_was_saved_is_shown_as_it_was_saved(naughty_shop: Shop) -> None:
    """After publishing: byte for byte as JSON, escaped in HTML."""
    shop = naughty_shop
    who, kept = holder(shop.app, shop.secrets["all"]), {}
    for number, text in enumerate(TEXTS.values()):
        key = f"naughty-{number}"
        body = card(text, tags=["naughty"], tier=number)
        body["locales"]["en"] |= {"body": "<p>x</p>"}
        if text.strip() and len(text) <= 80 and who("PUT", f"{MANAGE}/modules/{key}", body).status_code == 201:
            kept[key] = text
    slots = [{"key": "all", "tags": ["naughty"], "min": 0, "max": 50}]
    assert (
        who("PUT", f"{MANAGE}/layouts/naughty", {"title": "Naughty", "slots": slots, "fallback": "footer"}).status_code
        == 201
    )
    published = who("POST", f"{MANAGE}/releases", {"name": "naughty", "publish": True})
    assert published.status_code == 201, published.text
    shop.house.published.refresh()
    told = who("POST", "/v1/assemble", {"layout": "naughty", "person": {"anonymous_id": "ada"}}).get_json()
    modules = told["slots"][0]["modules"]
    assert len(modules) > 30
    plain = {one["key"]: one["fields"]["heading"] for one in modules if "{{" not in kept[one["key"]]}
    assert plain == {key: kept[key] for key in plain}
    page = Headings()
    page.feed(who("GET", "/v1/pages/naughty?anonymous_id=ada").get_data(as_text=True))
    assert set(plain.values()) <= set(page.shown)
    assert not {"onmouseover", "onerror"} & page.tags
    assert json.loads(json.dumps(told)) == told
