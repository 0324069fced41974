"""The demo shop's content: complete, in good order, and able to tell its story."""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from channels import check_template
from connectors import read_folder
from connectors.journey_people import first_name
from engine import Ask, Engine, compile_catalogue, validate
from modules import parse_type
from rules import Facts

SHOP = Path(__file__).parents[2] / "examples" / "shop"
CONTENT = SHOP / "content"
MOST_SVG, MOST_PNG = 6_000, 40_000


@cache
def contents() -> dict[tuple[str, str], bytes]:
    return read_folder(CONTENT)


def bodies(kind: str) -> dict[str, dict[str, Any]]:
    return {key: json.loads(data) for (its_kind, key), data in contents().items() if its_kind == kind}


def test_it_may_be_published_as_it_is() -> None:
    assert validate(contents()) == []


def test_it_is_as_large_as_a_demonstration_needs() -> None:
    counts = {kind: len(bodies(kind)) for kind in ("types", "modules", "rules", "policies", "layouts", "segments")}
    assert counts["types"] >= 8
    assert counts["modules"] >= 30
    assert counts["rules"] >= 12
    assert (counts["policies"], counts["layouts"], counts["segments"]) == (2, 4, 2)


def test_every_template_is_safe_in_its_channel() -> None:
    for key, body in bodies("types").items():
        made = parse_type(key, body)
        for channel, template in made.templates.items():
            assert check_template(channel, template, made.fields) == [], (key, channel)


def test_every_json_file_is_written_in_the_one_format() -> None:
    for file in CONTENT.glob("*/*.json"):
        text = file.read_text("utf-8")
        assert text == json.dumps(json.loads(text), indent=2, ensure_ascii=False) + "\n", file.name


def test_every_rule_is_used() -> None:
    targeting = [body.get("targeting") for body in bodies("modules").values()]
    assert set(bodies("rules")) == {key for key in targeting if isinstance(key, str)}


def test_every_slot_has_a_stand_in_that_fits_and_is_for_everybody() -> None:
    modules = bodies("modules")
    for key, layout in bodies("layouts").items():
        for slot in layout["slots"]:
            module = modules[slot["fallback"]]
            assert module["type"] in slot["types"], (key, slot["key"])
            assert set(slot.get("tags", ())) <= set(module.get("tags", ())), (key, slot["key"])
            assert "targeting" not in module, (key, slot["key"])
            assert "alcohol" not in module.get("tags", ()), (key, slot["key"])


def test_every_module_is_written_in_english_and_german_with_the_same_fields() -> None:
    for key, module in bodies("modules").items():
        assert {"en", "de"} <= module["locales"].keys() <= {"en", "de", "de-AT"}, key
        assert module["locales"]["en"].keys() - {"tone", "mood"} == module["locales"]["de"].keys() - {"tone", "mood"}, (
            key
        )


def test_who_gets_which_words_about_delivery_and_in_which_german() -> None:
    """A variant by rule, one by share, the module's own; Austrian German where there is any, else German."""
    by_digest = {f"{kind}/{key}": data for (kind, key), data in contents().items()}
    shop = compile_catalogue("demo", {name: "/".join(name) for name in contents()}, lambda _: by_digest)

    def said(locale: str, orders: int, unit: str) -> tuple[str | None, str]:
        values = {"profile": {"orders": orders}, "context": {"weekday": 3, "hour": 12}}
        page = Engine().decide(
            Ask(shop, "home", "headless", locale, Facts(1_800_000_000.0, values, {}, frozenset()), unit)
        )
        assert {one.content.locale for one in page.placements if one.module != "delivery-free"} == {"de"}
        (placed,) = [one for one in page.placements if one.module == "delivery-free"]
        return placed.variant, str(placed.content.fields["body"])

    assert said("de-AT", 12, "ann") == ("regular", "Ab 35 $ wie immer gratis. Bis vier bestellt, bis neun da.")
    assert said("de-CH", 12, "ann") == ("regular", "Ab 35 $ wie immer frei Haus. Bis vier bestellt, bis neun da.")
    assert {said("de-AT", 1, str(unit))[0] for unit in range(50)} == {"short", None}


def test_every_picture_is_small_plain_and_has_a_twin_for_mail() -> None:
    pictures = sorted((CONTENT / "assets").glob("*.svg"))
    assert len(pictures) >= 15
    for picture in pictures:
        twin = picture.with_suffix(".png")
        assert picture.stat().st_size <= MOST_SVG, picture.name
        assert twin.stat().st_size <= MOST_PNG, twin.name
        for element in ElementTree.fromstring(picture.read_bytes()).iter():
            assert element.tag.rpartition("}")[2] in {"svg", "g", "rect", "circle", "ellipse", "path"}, picture.name
            assert not any(name.startswith("on") or name.endswith("href") for name in element.attrib), picture.name


def test_every_picture_is_used_by_a_module_or_a_product() -> None:
    words = b"".join(data for (kind, _), data in contents().items() if kind == "modules").decode()
    scenes = {p.name for p in (CONTENT / "assets").glob("*.svg") if not p.name.startswith("shelf-")}
    assert {name for name in scenes if f'"{name}"' not in words} == set()


def test_what_sells_alcohol_carries_its_tag() -> None:
    for key, module in bodies("modules").items():
        recommends = json.dumps(module["locales"])
        sells = '"category": "beer"' in recommends or '"category": "wine"' in recommends
        assert not sells or "alcohol" in module["tags"], key


def test_customers_to_play_are_called_by_their_invented_names() -> None:
    people = json.loads((SHOP / "people.json").read_text("utf-8"))
    assert len(people) >= 4
    for person in people:
        assert person["label"].startswith(f"{first_name(person['user_id'])},"), person["user_id"]


@pytest.mark.parametrize("name", ["index.html", "shop.css", "shop.js"])
def test_the_shop_front_runs_under_a_strict_content_policy(name: str) -> None:
    """No script or style inside the page, nothing from elsewhere, no code from text."""
    text = (SHOP / "storefront" / name).read_text("utf-8")
    for forbidden in ("<style", "style=", "javascript:", "onclick", "eval(", "//cdn", "https://", "http://", "@import"):
        assert forbidden not in text, forbidden


def test_every_word_on_the_shop_front_is_said_in_both_languages() -> None:
    text = (SHOP / "storefront" / "words.js").read_text("utf-8")
    english, german = text.partition("  de: {")[::2]
    used = {
        part.partition('"')[0]
        for part in (SHOP / "storefront" / "index.html").read_text("utf-8").split('data-word="')[1:]
    }
    for script in ("shop.js", "page.js", "cart.js", "why.js"):
        used |= set(re.findall(r'\bsay\("(\w+)"', (SHOP / "storefront" / script).read_text("utf-8")))
    for word in used:
        assert f" {word}:" in english, word
        assert f" {word}:" in german, word
