"""A type gives forms what they begin with and previews what they show, and nobody more than they may see."""

from __future__ import annotations

from collections.abc import Callable

from .conftest import Editor
from .test_seeing import as_role  # noqa: F401 -- a fixture

FIELDS = {
    "heading": {"kind": "text", "role": "heading", "required": True, "max": 30},
    "tone": {"kind": "choice", "choices": ["light", "dark"], "default": "dark", "localised": False},
    "image": {"kind": "image", "localised": False},
    "steps": {"kind": "list", "min": 2, "of": {"text": {"kind": "text", "sample": "Boil"}}},
}
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><path d="M0 0h9"/></svg>\n'


def test_a_sample_can_be_saved_as_it_is(editor: Editor) -> None:
    assert editor("PUT", "/types/recipe", {"title": "Recipe", "fields": FIELDS}).status_code == 201
    assert editor("PUT", "/assets/cup.svg", SVG, Content_Type="image/svg+xml").status_code == 201
    locales = {"locales": [{"code": "de"}, {"code": "en"}], "default": "en"}
    assert editor("PUT", "/locales/site", locales).status_code == 201
    sample = editor("GET", "/types/recipe/sample").json
    assert sample == {
        "type": "recipe",
        "title": "Recipe",
        "locales": {
            "en": {
                "heading": "heading",
                "tone": "dark",
                "image": {"asset": "cup.svg", "alt": "image"},
                "steps": [{"text": "Boil"}, {"text": "Boil"}],
            }
        },
    }
    assert editor("PUT", "/modules/first", sample).status_code == 201
    blank = editor("GET", "/types/recipe/sample?blank=true&locale=de").json
    assert blank["locales"] == {"de": {"heading": "heading", "tone": "dark"}}
    assert editor("GET", "/types/recipe/sample?locale=German").status_code == 422
    assert editor("GET", "/types/recip/sample").status_code == 404


def test_the_schema_of_a_type_is_a_schema_of_its_modules(editor: Editor) -> None:
    assert editor("PUT", "/types/recipe", {"title": "Recipe", "fields": FIELDS}).status_code == 201
    answer = editor("GET", "/types/recipe/schema")
    body = answer.json["properties"]["locales"]["patternProperties"]
    ((_, fields),) = body.items()
    assert fields["required"] == ["heading"]
    assert fields["properties"]["tone"]["default"] == "dark"


def test_a_field_that_is_kept_from_somebody_is_in_neither(as_role: Callable[[str], Editor]) -> None:  # noqa: F811
    for what in ("sample", "schema"):
        assert "cost" in as_role("admin")("GET", f"/types/offer/{what}").text
        assert "cost" not in as_role("no-cost")("GET", f"/types/offer/{what}").text
        assert as_role("notes")("GET", f"/types/offer/{what}").status_code == 403


def test_a_reference_to_a_module_of_another_type_is_not_published(editor: Editor) -> None:
    """It may be written first; when it goes out, what it names is there and is what it must be."""
    tips = {"kind": "reference", "to": ["tip", "help"], "many": True}
    steps = {"kind": "list", "of": {"next": {"kind": "reference", "to": "tip"}}}
    heading = {"heading": {"kind": "text", "required": True}}
    for key in ("tip", "help", "card"):
        assert editor("PUT", f"/types/{key}", {"title": key, "fields": heading}).status_code == 201
        body = {"type": key, "locales": {"en": {"heading": key}}}
        assert editor("PUT", f"/modules/a-{key}", body).status_code == 201
    assert editor("PUT", "/types/page", {"title": "Page", "fields": {"tips": tips, "steps": steps}}).status_code == 201

    def out(**fields: object) -> dict[str, str]:
        assert editor("PUT", "/modules/page", {"type": "page", "locales": {"en": fields}}).status_code in {200, 201}
        answer = editor("POST", "/releases", {"name": "out", "publish": True})
        return {} if answer.status_code == 201 else {one["pointer"]: one["message"] for one in answer.json["errors"]}

    assert out(tips=["a-tip", "a-card"], steps=[{"next": "a-help"}, {"next": "a-tap"}]) == {
        "/modules/page/locales/en/tips/1": "the module 'a-card' is a card, not a tip or help",
        "/modules/page/locales/en/steps/0/next": "the module 'a-help' is a help, not a tip",
        "/modules/page/locales/en/steps/1/next": "there is no modules/a-tap",
    }
    assert out(tips=["a-tip", "a-help"], steps=[{"next": "a-tip"}]) == {}
