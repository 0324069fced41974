"""A catalogue pairs types and modules of one release, and tells nothing that is for editors only."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from hashlib import sha256
from typing import Any

import orjson
import pytest

from channels import Rendered, View, create_channels
from engine import Catalogue, Page, compile_catalogue, overlay, recompile, validate
from modules import parse_type
from modules.migration.mapping import parse_mapping
from modules.migration.steps import plan_of
from modules.migration.survey import carry
from tests.engine.toys import CARD, catalogue, contents, decide, layout, module

SLOT = {"key": "top", "max": 2}
LOW = {"key": "low", "types": ["none"], "min": 1, "fallback": "stand-in"}
NOTE = "only-for-editors"
VIEW = View(values={}, asset_url=lambda name: f"/a/{name}", base_url="https://shop.example", settings={"subject": "Hi"})
CHANNELS = list(create_channels())


def rendered(channel: str, page: Page) -> str:
    """All that leaves the house."""
    made: Rendered = create_channels()[channel].render(page, VIEW, why=True)
    return made.body.decode() + orjson.dumps(made.extra, default=str).decode()


@pytest.mark.parametrize("channel", CHANNELS)
def test_a_note_for_editors_is_in_no_answer_of_any_channel(channel: str) -> None:
    """Neither that of what is shown nor that of what was stopped, came after or stood in."""
    told: dict[str, Any] = {"note": NOTE, "variants": [{"key": "b", "share": 1, "locales": {"en": {"heading": "B"}}}]}
    shop = catalogue(
        modules={
            "shown": module(tier=3, **told),
            "stopped": module(targeting={"==": [1, 2]}, **told),
            "later": module(**told),
            "stand-in": module(**told),
        },
        layouts={
            "home": layout(
                {"key": "top", "max": 1}, {"key": "low", "types": ["none"], "min": 1, "fallback": "stand-in"}
            )
        },
    )
    page = decide(shop, channel=channel)
    assert {one.module for one in page.placements} == {"shown", "stand-in"}
    assert shop.modules["shown"].module.note == NOTE, "editors have it"
    assert NOTE not in rendered(channel, page)


RENAMED = {"title": "Card", "fields": {"title": {"kind": "text", "role": "heading", "required": True}}}


def release(name: str, made: Mapping[tuple[str, str], bytes], before: Catalogue | None) -> Catalogue:
    """A release of this content, made of the one before if there is one."""
    manifest = {one: sha256(data).hexdigest() for one, data in made.items()}
    by_digest = {manifest[one]: data for one, data in made.items()}

    def load(wanted: Collection[str]) -> dict[str, bytes]:
        return {digest: by_digest[digest] for digest in wanted}

    if before is None:
        return compile_catalogue(name, manifest, load)
    laid_over = overlay(before, manifest, load)
    made_anew = recompile(before, name, manifest, load)
    assert said_of(laid_over) == said_of(made_anew) == said_of(compile_catalogue(name, manifest, load))
    return made_anew


def said_of(shop: Catalogue) -> list[Mapping[str, Any]]:
    """What is shown of each module, in two languages."""
    pages = [decide(shop, locale=locale) for locale in ("en", "de")]
    return [placed.content.fields for page in pages for placed in page.placements]


@pytest.mark.parametrize("channel", CHANNELS)
def test_a_type_and_its_modules_are_served_as_pairs_of_one_release(channel: str) -> None:
    """While a change goes out, and back, each answer is of the old pair or of the new one."""
    old = contents(modules={"a": module("One"), "b": module("Two")}, layouts={"home": layout(SLOT)})
    plan, wrong = plan_of(
        parse_type("card", {**CARD, "fields": {"heading": CARD["fields"]["heading"]}}),
        parse_type("card", RENAMED),
        parse_mapping({"heading": {"rename": "title"}}),
    )
    assert wrong == []
    new = {
        **old,
        ("types", "card"): orjson.dumps(RENAMED),
        **{(kind, key): carry(plan, data).content for (kind, key), data in old.items() if kind == "modules"},
    }
    assert validate(new) == []
    half = {**new, ("modules", "b"): old["modules", "b"]}
    assert any(one.severity == "error" for one in validate(half)), "a pair that does not fit cannot go out"
    first = release("r1", old, None)
    second = release("r2", new, first)
    back = release("r3", old, second)
    for shop, fields in ((first, "heading"), (second, "title"), (first, "heading"), (back, "heading")):
        page = decide(shop, channel=channel)
        assert {one.module for one in page.placements} == {"a", "b"}
        for placed in page.placements:
            assert fields in placed.content.type.fields and fields in placed.content.fields
        said = rendered(channel, page)
        assert "One" in said and "Two" in said


def test_what_is_parsed_with_one_type_is_not_kept_for_another() -> None:
    """The module's bytes are the same in both releases; what they mean is its type's affair."""
    body = {"type": "card", "locales": {"en": {"heading": "Tea", "tone": "dark"}, "de": {"heading": "Tee"}}}
    tone = {"kind": "choice", "choices": ["dark"]}

    def shop(localised: bool, before: Catalogue | None) -> Catalogue:
        fields = {"heading": CARD["fields"]["heading"], "tone": {**tone, "localised": localised}}
        made = contents(modules={"tea": body}, layouts={"home": layout(SLOT)})
        made["types", "card"] = orjson.dumps({"title": "Card", "fields": fields})
        return release(f"r-{localised}", made, before)

    apart = shop(True, None)
    shared = shop(False, apart)
    served = (apart, shared, shop(True, shared))
    told = [decide(one, locale="de").placements[0].content.fields.get("tone") for one in served]
    assert told == [None, "dark", None]
