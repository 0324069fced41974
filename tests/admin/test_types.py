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
