"""What is said of a picture: it has an alt text or is decoration, and a module finds the words of its locale."""

from __future__ import annotations

import json
from typing import Any

import pytest

from modules import AssetDetails, BadKey, check_content, check_key, missing_alts, parse_details

GOOD: dict[str, Any] = {
    "title": "Coffee",
    "alt": {"en": "A cup of coffee", "de": "Eine Tasse Kaffee"},
    "credit": "Ann",
    "focal": {"x": 0.3, "y": 1},
    "tags": ["coffee"],
    "note": "licensed until 2027",
}


def wrong(**changes: Any) -> dict[str, str]:
    body = {name: value for name, value in {**GOOD, **changes}.items() if value is not None}
    found = check_content("asset-details", "coffee.jpg", json.dumps(body).encode())
    return {finding.pointer: finding.message for finding in found}


def test_sound_details_pass() -> None:
    assert wrong() == {}
    assert wrong(alt=None, decorative=True) == {}
    assert wrong(alt={"en": "x"}, title=None, focal=None, tags=None) == {}


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"alt": None}, "/alt"),
        ({"alt": {}}, "/alt"),
        ({"alt": None, "decorative": False}, "/alt"),
        ({"decorative": True}, "/decorative"),
        ({"decorative": "yes"}, "/decorative"),
        ({"alt": {"en": "  "}}, "/alt/en"),
        ({"alt": {"en": "x" * 301}}, "/alt/en"),
        ({"alt": {"en": "Hi {{ profile.name }}"}}, "/alt/en"),
        ({"alt": {"English": "x"}}, "/alt/English"),
        ({"alt": "A cup"}, "/alt"),
        ({"focal": {"x": 0.5}}, "/focal/y"),
        ({"focal": {"x": 1.2, "y": 0}}, "/focal/x"),
        ({"focal": {"x": "0.5", "y": 0}}, "/focal/x"),
        ({"tags": ["a", "a"]}, "/tags/1"),
        ({"titel": "x"}, "/titel"),
    ],
)
def test_what_is_wrong_is_named_with_its_place(changes: dict[str, Any], pointer: str) -> None:
    assert pointer in wrong(**changes)


@pytest.mark.parametrize("key", ["coffee.jpg", "a-b.svg"])
def test_they_are_named_as_the_picture_is(key: str) -> None:
    check_key("asset-details", key)


@pytest.mark.parametrize("key", ["coffee", "coffee.exe", "Coffee.jpg", "coffee.jpg.json"])
def test_what_names_no_picture_names_no_details(key: str) -> None:
    with pytest.raises(BadKey):
        check_key("asset-details", key)


@pytest.mark.parametrize(
    ("locale", "alt"), [("en", "A cup of coffee"), ("de-AT", "Eine Tasse Kaffee"), ("fr", None), ("d", None)]
)
def test_a_reader_gets_words_of_their_own_language_or_none(locale: str, alt: str | None) -> None:
    assert parse_details("coffee.jpg", GOOD).alt_for(locale) == alt
    assert AssetDetails(decorative=True).alt_for(locale) == ""


def missing(module: dict[str, Any], shared: set[str] = frozenset()) -> list[str]:  # type: ignore[assignment]
    details = {"coffee.jpg": parse_details("coffee.jpg", GOOD), "line.svg": AssetDetails(decorative=True)}
    found = list(missing_alts(module, shared, details))
    assert all("asset-details/" in finding.remedy for finding in found)
    return [finding.pointer for finding in found]


COFFEE, OWN, STRANGE = {"asset": "coffee.jpg"}, {"asset": "tea.jpg", "alt": ""}, {"asset": "tea.jpg"}


def test_an_image_without_words_in_a_locale_is_named() -> None:
    assert missing({"locales": {"en": {"image": COFFEE}, "de-AT": {"image": COFFEE}}}) == []
    assert missing({"locales": {"en": {"image": OWN}, "fr": {"image": {"asset": "line.svg"}}}}) == []
    assert missing({"locales": {"en": {"image": COFFEE}, "fr": {"image": COFFEE}}}) == ["/locales/fr/image/alt"]
    assert missing({"locales": {"en": {"steps": [{"image": STRANGE}]}}}) == ["/locales/en/steps/0/image/alt"]


def test_an_image_that_all_locales_share_needs_words_in_each() -> None:
    module = {"locales": {"en": {"image": COFFEE}, "fr": {}, "de": {}}}
    assert missing(module, {"image"}) == ["/locales/fr/image/alt"]
    assert missing(module) == []


def test_an_image_of_a_variant_needs_words_too() -> None:
    module = {"locales": {"en": {}, "fr": {}}, "variants": [{"locales": {"fr": {"image": COFFEE}}}, {"key": "plain"}]}
    assert missing(module) == ["/variants/0/locales/fr/image/alt"]
    assert missing({**module, "locales": {"fr": {}, "en": {}}}, {"image"}) == ["/variants/0/locales/fr/image/alt"]
