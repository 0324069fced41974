"""Publishing one locale of a module never publishes another, whatever was edited and published before."""

from __future__ import annotations

import json
import random
from typing import Any

import pytest

from modules import SHARED, compose, locales_of, parse_module, parse_type

TYPE = parse_type(
    "card",
    {
        "title": "Card",
        "fields": {
            "heading": {"kind": "text", "role": "heading", "required": True, "localised": True},
            "price": {"kind": "number", "localised": False},
        },
    },
)
LOCALES = ("en", "de", "fr", "it")
Body = dict[str, Any]


def told(body: Body) -> bytes:
    return json.dumps(body).encode()


def card(price: int = 1, tags: str = "a", variants: dict[str, dict[str, str]] | None = None, **headings: str) -> Body:
    """A module; its price, which is not localised, stands in its first locale."""
    locales: dict[str, Any] = {locale: {"heading": heading} for locale, heading in headings.items()}
    next(iter(locales.values()))["price"] = price
    body: Body = {"type": "card", "tags": [tags], "locales": locales}
    if variants is not None:
        body["variants"] = [
            {"key": key, "locales": {locale: {"heading": words} for locale, words in own.items()}}
            for key, own in variants.items()
        ]
    return body


def published(old: Body | None, new: Body | None, *locales: str) -> Any:
    made = compose(told(old) if old else None, told(new) if new else None, locales, TYPE.shared)
    return None if made is None else json.loads(made)


def test_german_goes_out_and_french_stays() -> None:
    old, new = card(en="Hello", de="Hallo", fr="Salut"), card(en="Hi", de="Servus", fr="Coucou")
    assert published(old, new, "de") == card(en="Hello", de="Servus", fr="Salut")
    assert published(old, new, "de", "fr") == card(en="Hello", de="Servus", fr="Coucou")


def test_the_shared_part_goes_out_only_when_it_is_named() -> None:
    old, new = card(price=1, tags="a", en="Hello", de="Hallo"), card(price=2, tags="b", en="Hi", de="Servus")
    assert published(old, new, "en") == card(price=1, tags="a", en="Hi", de="Hallo")
    assert published(old, new, SHARED) == card(price=2, tags="b", en="Hello", de="Hallo")
    assert published(old, new, SHARED, "en", "de") == new


def test_a_first_publication_brings_the_shared_part_and_no_other_locale() -> None:
    new = card(price=7, en="Hello", de="Hallo")
    assert published(None, new, "de") == {
        "type": "card",
        "tags": ["a"],
        "locales": {"de": {"heading": "Hallo", "price": 7}},
    }
    assert published(None, new, "fr") is None, "nothing is published of a locale that is not there"


def test_a_locale_is_taken_away_and_with_the_last_one_the_module() -> None:
    old = card(price=3, en="Hello", de="Hallo")
    gone = published(old, None, "en")
    assert gone == card(price=3, de="Hallo"), "the price stands in what is the first locale now"
    assert published(gone, None, "de") is None
    assert published(old, card(price=9, de="Servus"), "en") == card(price=3, de="Hallo"), "the draft has no English"
    assert published(old, None, SHARED) is None


def test_a_new_locale_joins_behind_those_that_are_there() -> None:
    old, new = card(price=1, en="Hello"), card(price=5, fr="Salut", en="Hi")
    made = published(old, new, "fr")
    assert made == card(price=1, en="Hello", fr="Salut")
    assert list(made["locales"]) == ["en", "fr"], "readers of other languages still get English"
    assert list(published(old, new, "fr", "en", SHARED)["locales"]) == ["fr", "en"]


def test_the_words_of_variants_go_with_their_locale_and_variants_with_the_shared_part() -> None:
    old = card(en="Hello", de="Hallo", variants={"bold": {"en": "HELLO", "de": "HALLO"}, "gone": {"de": "weg"}})
    new = card(en="Hi", de="Servus", variants={"new": {"de": "neu"}, "bold": {"en": "HI", "de": "SERVUS"}})
    assert published(old, new, "de") == card(
        en="Hello", de="Servus", variants={"bold": {"en": "HELLO", "de": "SERVUS"}, "gone": {"de": "weg"}}
    )
    assert published(old, new, SHARED) == card(
        en="Hello", de="Hallo", variants={"new": {}, "bold": {"en": "HELLO", "de": "HALLO"}}
    )


def test_where_nothing_differs_the_very_bytes_are_kept() -> None:
    old, new = told(card(en="Hello", de="Hallo")), told(card(en="Hello", de="Servus")) + b"\n\n"
    assert compose(old, new, ["de"]) == new
    assert compose(old, new, ["en"]) == old
    assert compose(None, new, ["en", "de"]) == new


def test_content_without_locales_is_known() -> None:
    assert locales_of(told(card(en="Hello", de="Hallo"))) == ("en", "de")
    assert locales_of(b'{"title": "Home", "slots": []}') is None
    assert locales_of(b"[]") is None


class Desk:
    """The obvious model: for each locale, and for the shared part, what was written and what is out."""

    def __init__(self, dice: random.Random) -> None:
        self.dice = dice
        self.draft: dict[str, Any] = {SHARED: 0, "en": "0"}
        self.out: dict[str, Any] = {}
        self.bytes: bytes | None = None

    def body(self) -> bytes:
        """The draft as it is written; each locale may repeat the price, which must be the same in all."""
        locales = {
            locale: {"heading": words, **({"price": self.draft[SHARED]} if self.dice.random() < 0.3 else {})}
            for locale, words in self.draft.items()
            if locale != SHARED
        }
        next(iter(locales.values()))["price"] = self.draft[SHARED]
        variants = [{"key": "v", "locales": {n: {"heading": f"v{f['heading']}"} for n, f in locales.items()}}]
        body = {"type": "card", "tags": [str(self.draft[SHARED])], "locales": locales, "variants": variants}
        return told(body)

    def edit(self, step: int) -> None:
        """Somebody writes in one place, adds a locale, or takes one away."""
        place = self.dice.choice([SHARED, *LOCALES])
        if place in self.draft and place != SHARED and len(self.draft) > 2 and self.dice.random() < 0.3:
            del self.draft[place]
        else:
            self.draft[place] = step if place == SHARED else str(step)

    def publish(self, places: list[str]) -> None:
        """Those places go out."""
        self.bytes = compose(self.bytes, self.body(), places, TYPE.shared)
        first = not self.out
        for place in places:
            if place in self.draft:
                self.out[place] = self.draft[place]
            else:
                self.out.pop(place, None)
        self._tidy(self.draft[SHARED] if first else None)

    def unpublish(self, places: list[str]) -> None:
        """Those locales are taken away."""
        self.bytes = compose(self.bytes, None, places, TYPE.shared)
        for place in places:
            self.out.pop(place, None)
        self._tidy(None)

    def _tidy(self, shared: int | None) -> None:
        if not self.out.keys() - {SHARED}:
            self.out = {}
        elif shared is not None:
            self.out[SHARED] = shared


@pytest.mark.parametrize("seed", range(40))
def test_any_history_of_edits_and_publications_equals_the_obvious_model(seed: int) -> None:
    dice = random.Random(seed)
    desk = Desk(dice)
    for step in range(60):
        desk.edit(step)
        places = dice.sample([SHARED, *LOCALES], dice.randint(1, 3))
        if dice.random() < 0.6:
            desk.publish(places)
        elif dice.random() < 0.4:
            desk.unpublish([place for place in places if place != SHARED])
        assert (desk.bytes is None) == (not desk.out)
        if desk.bytes is None:
            continue
        module = parse_module("m", json.loads(desk.bytes), {"card": TYPE})  # it passes every check
        assert set(module.locales) == desk.out.keys() - {SHARED}
        assert module.tags == {str(desk.out[SHARED])}
        for locale in module.locales:
            wanted = {"heading": desk.out[locale], "price": desk.out[SHARED]}
            assert module.body(locale) == wanted
            assert module.body(locale, "v") == {**wanted, "heading": f"v{desk.out[locale]}"}
