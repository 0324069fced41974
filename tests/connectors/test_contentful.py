"""A Contentful export becomes types, modules, pictures and locales of ours; what cannot is told."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from connectors import FileError, SourceError
from tests.connectors.imports import SAMPLES, Came, bring


@pytest.fixture(scope="module")
def came() -> Came:
    return bring("contentful", SAMPLES["contentful"])


@pytest.mark.parametrize(
    ("type_", "name", "spec"),
    [
        ("author", "name", {"kind": "text", "role": "heading", "required": True, "localised": False}),
        ("author", "bio", {"kind": "richtext", "title": "Short biography"}),
        ("author", "portrait", {"kind": "image", "localised": False}),
        ("blog-post", "title", {"kind": "text", "min": 3, "max": 90, "help": "At most ninety characters"}),
        ("blog-post", "slug", {"kind": "text", "role": "data", "pattern": "[a-z0-9-]+", "sample": "new-reading-room"}),
        ("blog-post", "author", {"kind": "reference", "to": "author"}),
        ("blog-post", "related", {"kind": "reference", "many": True, "to": ["blog-post", "event"]}),
        ("blog-post", "mood", {"kind": "choice", "choices": ["calm", "lively", "curious"]}),
        ("blog-post", "keywords", {"kind": "list", "of": {"value": {"kind": "text"}}}),
        ("blog-post", "readingMinutes", {"kind": "number", "min": 1, "max": 60}),
        ("blog-post", "publishedOn", {"kind": "datetime", "required": True}),
        ("blog-post", "seo", {"kind": "text", "role": "data"}),
        ("event", "place", {"kind": "list", "max": 1, "of": {"lat": {"kind": "number"}, "lon": {"kind": "number"}}}),
        ("event", "bookable", {"kind": "boolean", "default": True}),
        ("event", "gallery", {"kind": "list", "of": {"image": {"kind": "image"}}}),
        ("event", "programme", {"kind": "link"}),
        ("event", "speakers", {"kind": "reference", "many": True, "to": "author"}),
    ],
)
def test_a_field_becomes_the_kind_that_holds_its_values(came: Came, type_: str, name: str, spec: Any) -> None:
    made = came.field(type_, name)
    assert {part: made.get(part) for part in spec} == spec


def test_a_rich_text_keeps_its_words_and_marks_and_what_stood_inside_it_stands_beside_it(came: Came) -> None:
    words = came.words("new-reading-room", "en-US")
    assert words["body"].startswith("<p>The new reading room opens on <strong>Saturday</strong> at nine.")
    assert "<li>A table for <em>quiet</em> groups<ol><li>bring a map</li></ol></li>" in words["body"]
    assert '<a href="/ines-falk">Ines Falk</a> at Opening night' in words["body"]
    assert 'href="https://example.org/plan?a=1&amp;b=2"' in words["body"] and "javascript" not in words["body"]
    assert words["body_images"] == [{"image": {"asset": "reading-room-final.png", "alt": "Chairs along a tall window"}}]
    assert words["body_entries"] == ["ines-falk", "opening-night"]
    assert came.told("lost", "blog-post.body")[
        "the address 'javascript:alert(1)' of a link is none that may be linked to"
    ] == 1  # fmt: skip


def test_braces_of_another_system_are_no_merge_fields_of_ours(came: Came) -> None:
    assert "{ { your name }}" in came.words("new-reading-room", "en-US")["body"]


def test_locales_come_with_what_stands_in_for_them_and_words_that_stood_in_are_filled_in(came: Came) -> None:
    told = came.body("locales", "contentful")
    assert [(row["code"], row.get("fallback")) for row in told["locales"]] == [
        ("en-US", None),
        ("de-AT", ["de-DE"]),
        ("de-DE", ["en-US"]),
    ]
    assert told["default"] == "en-US"
    austrian = came.words("night-desk", "de-AT")
    assert (austrian["title"], austrian["teaser"]) == ("Der Nachtschalter in Wien", "Bis zwei Uhr offen.")
    assert came.told("changed", "blog-post.teaser")[
        "not translated to de-AT: it has the words of the locale that stood in for it"
    ] == 1  # fmt: skip
    german = came.words("new-reading-room", "de-DE")
    assert german["body_images"][0]["image"]["alt"] == "Stühle an einem hohen Fenster"


def test_what_was_not_published_stays_barred_until_a_person_says_otherwise(came: Came) -> None:
    assert came.body("modules", "unfinished")["tags"] == ["unpublished"]
    assert came.body("policies", "unpublished") | {"title": "", "description": ""} == {
        "title": "",
        "description": "",
        "tags": ["unpublished"],
        "logic": False,
    }
    assert "old-news" not in came.keys("modules")
    assert came.told("left out", "blog-post") == {"archived entries do not come along unless asked for": 1}
    assert "old-news" in bring("contentful", SAMPLES["contentful"], archived=True).keys("modules")


def test_a_locale_that_was_not_published_is_not_published_with_the_others(tmp_path: Path) -> None:
    export = json.loads((SAMPLES["contentful"] / "export.json").read_bytes())
    entry = next(one for one in export["entries"] if one["sys"]["id"] == "2nightdesk")
    entry["sys"]["fieldStatus"] = {"*": {"en-US": "published", "de-DE": "draft", "de-AT": "published"}}
    came = bring("contentful", write(tmp_path, export))
    assert list(came.body("modules", "night-desk")["locales"]) == ["en-US", "de-AT"]
    draft = came.body("modules", "night-desk-de-de-draft")
    assert (list(draft["locales"]), draft["tags"]) == (["de-DE"], ["unpublished"])


def test_pictures_come_as_files_with_alt_texts_and_others_stay_at_their_address(came: Came) -> None:
    assert came.keys("assets") == ["ines.jpg", "plan.svg", "reading-room-final.png"]
    assert came.body("asset-details", "reading-room-final.png") == {
        "alt": {"en-US": "Chairs along a tall window", "de-DE": "Stühle an einem hohen Fenster"},
        "title": "Reading room",
    }
    words = came.words("opening-night", "en-US")
    assert [row["image"].get("asset", row["image"].get("src")) for row in words["gallery"]] == [
        "reading-room-final.png",
        "https://images.ctfassets.net/k7r2p0library/5kettle/5f1e5ket/kettle.webp",
    ]
    assert words["programme"]["url"].startswith("https://assets.ctfassets.net/")
    assert came.told("changed", "event.gallery") and came.told("changed", "event.programme")


def test_limits_give_way_to_content_and_both_are_told(came: Came) -> None:
    assert "max" not in came.field("blog-post", "teaser")
    assert len(came.words("night-desk", "en-US")["teaser"]) > 160
    assert came.told("changed", "blog-post.teaser")["max (160) is left out: some entries break it"] == 1


@pytest.mark.parametrize(
    ("fate", "where", "why"),
    [
        ("lost", "blog-post.related", "it names an entry that is not in the import"),
        ("lost", "blog-post.slug", "that values are unique is not checked"),
        ("left out", "blog-post.internalCode", "the field was not delivered there"),
        ("left out", "webhooks", "webhooks hold secrets and addresses of the old system: make them anew"),
        (
            "changed",
            "blog-post",
            "it was changed after it was published: the export has the newer, unpublished words",
        ),
        ("changed", "blog-post.body", "a table became a paragraph for each row"),
        ("changed", "blog-post.seo", "a value without a kind of field became JSON in a text"),
    ],
)
def test_nothing_is_left_out_in_silence(came: Came, fate: str, where: str, why: str) -> None:
    assert why in came.told(fate, where)


def test_the_report_names_the_entries(came: Came) -> None:
    rows = came.imported.report.as_json()["losses"]
    assert {"fate": "lost", "where": "blog-post.related", "why": "it names an entry that is not in the import",
            "count": 1, "entries": ["1readingroom: 0nowhere"]} in rows  # fmt: skip


def test_an_export_without_editor_interfaces_locales_and_versions_is_read_too(tmp_path: Path) -> None:
    export = json.loads((SAMPLES["contentful"] / "export.json").read_bytes())
    for part in ("editorInterfaces", "locales", "tags"):
        del export[part]
    for entry in export["entries"]:
        entry["sys"] = {part: entry["sys"][part] for part in ("id", "type", "contentType")}
    came = bring("contentful", write(tmp_path, export), locale="en-US")
    assert came.field("author", "bio")["kind"] == "text"
    assert "unfinished" in came.keys("modules") and "unpublished" not in came.keys("policies")


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"{", "not JSON"),
        (b"[]", "no export of Contentful"),
        (b'{"entries": [{"fields": {}}]}', "has no sys"),
        (b'{"entries": {}}', "is not a list"),
        (b'{"contentTypes": [{"sys": {"id": "a"}, "fields": [{}]}]}', "not shaped as such an export"),
        (b'{"contentTypes": ' + b"[" * 100 + b"]" * 100 + b"}", "nested"),
    ],
)
def test_what_is_no_export_is_refused_in_a_sentence(tmp_path: Path, content: bytes, words: str) -> None:
    (tmp_path / "export.json").write_bytes(content)
    with pytest.raises((SourceError, FileError), match=words):
        bring("contentful", tmp_path / "export.json")


def test_an_asset_cannot_lead_out_of_the_folder(tmp_path: Path) -> None:
    """Neither by its path nor by a link: it counts as not downloaded."""
    (tmp_path / "secret.png").write_bytes(b"\x89PNG\r\n\x1a\nsecret")
    inside = tmp_path / "export"
    shutil.copytree(SAMPLES["contentful"], inside)
    export = json.loads((inside / "export.json").read_bytes())
    addresses = {"7readingroom": "//images.ctfassets.net/%2e%2e/%2e%2e/secret.png", "8inesportrait": "//host/link.png"}
    for asset in export["assets"]:
        if asset["sys"]["id"] in addresses:
            asset["fields"]["file"]["en-US"]["url"] = addresses[asset["sys"]["id"]]
            asset["fields"]["file"]["en-US"]["fileName"] = "../../secret.png"
    (inside / "host").mkdir()
    (inside / "host" / "link.png").symlink_to(tmp_path / "secret.png")
    came = bring("contentful", write(inside, export))
    assert came.keys("assets") == ["plan.svg"]
    assert not any(b"secret" in body for (kind, _), body in came.imported.contents.items() if kind == "assets")


def write(folder: Path, export: Any) -> Path:
    file = folder / "export.json"
    file.write_text(json.dumps(export))
    return file
