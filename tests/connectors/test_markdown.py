"""A folder of Markdown becomes types, modules, pictures and locales of ours; what cannot is told."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from connectors import SourceError
from tests.connectors.imports import SAMPLES, Came, bring


@pytest.fixture(scope="module")
def came() -> Came:
    return bring("markdown", SAMPLES["markdown"])


def folder(root: Path, **files: str) -> Path:
    """A folder of these files; `__` in a name stands for a slash, `_dot_` for a dot."""
    for name, text in files.items():
        file = root / name.replace("__", "/").replace("_dot_", ".")
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    return root


@pytest.mark.parametrize(
    ("type_", "name", "spec"),
    [
        ("posts", "title", {"kind": "text", "role": "heading", "required": True}),
        ("posts", "date", {"kind": "datetime"}),
        ("posts", "categories", {"kind": "list", "of": {"value": {"kind": "text"}}}),
        ("posts", "image", {"kind": "image"}),
        ("posts", "rating", {"kind": "number"}),
        ("posts", "body", {"kind": "richtext"}),
        ("walks", "map", {"kind": "image"}),
        ("walks", "difficulty", {"kind": "list", "max": 1}),
    ],
)
def test_the_kind_of_a_field_follows_from_its_values(came: Came, type_: str, name: str, spec: Any) -> None:
    made = came.field(type_, name)
    assert {part: made.get(part) for part in spec} == spec


def test_lists_and_tables_of_a_front_matter_keep_their_shape(came: Came) -> None:
    assert came.field("posts", "companions")["of"] == {
        "name": {"kind": "text", "title": "Name"},
        "dog": {"kind": "boolean", "title": "Dog"},
    }
    assert came.words("first-light")["companions"][1] == {"name": "Emil", "dog": True}
    assert came.words("old-mill")["difficulty"] == [{"level": "easy", "minutes": 90}]


def test_keys_come_from_slugs_and_names_without_their_dates(came: Came) -> None:
    assert came.keys("modules") == [
        "about",
        "first-light",
        "old-mill",
        "ridge",
        "ridge-de-draft",
        "second-thoughts",
        "third",
    ]
    assert came.words("first-light")["date"] == "2024-03-01"


def test_a_file_beside_another_with_a_locale_in_its_name_is_its_translation(came: Came) -> None:
    assert came.words("old-mill", "de")["map"]["alt"] == "Der Weg zur Mühle"
    assert list(came.body("modules", "old-mill")["locales"]) == ["en", "de"]
    assert [row["code"] for row in came.body("locales", "markdown")["locales"]] == ["en", "de"]


def test_folders_are_locales_where_one_is_the_default_s(tmp_path: Path) -> None:
    came = bring(
        "markdown", folder(tmp_path, en__notes__a_dot_md="# A", de__notes__a_dot_md="# Ah", it__b_dot_md="# B")
    )
    assert list(came.body("modules", "a")["locales"]) == ["en", "de"]
    assert came.body("modules", "a")["type"] == "notes"


def test_a_folder_called_it_is_none_where_locales_are_named(tmp_path: Path) -> None:
    files = folder(tmp_path, en__a_dot_md="# A", it__b_dot_md="# B", de__a_dot_md="# Ah")
    came = bring("markdown", files, locales=("en", "de"))
    assert (list(came.body("modules", "a")["locales"]), came.body("modules", "b")["type"]) == (["en", "de"], "it")


def test_links_between_pages_lead_to_each_other_and_are_references(came: Came) -> None:
    body = came.words("first-light")["body"]
    assert '<a href="/second-thoughts">second thoughts</a>' in body
    assert '<a href="/old-mill#way">the old mill</a>' in body
    assert came.words("first-light")["body_entries"] == ["second-thoughts", "old-mill"]
    assert '<a href="/ridge">the ridge</a>' in came.words("old-mill")["body"]
    assert "the address 'missing.md' of a link leads nowhere" in came.told("lost", "posts.body")


def test_pictures_are_copied_with_their_words(came: Came) -> None:
    assert came.keys("assets") == ["map.png", "mill.png"]
    assert "image_alt" not in came.words("first-light")
    assert came.words("first-light")["image"] == {"asset": "mill.png", "alt": "A mill above a brook"}
    assert came.words("first-light")["body_images"] == [{"image": {"asset": "mill.png", "alt": "The mill at dawn"}}]
    assert came.words("second-thoughts")["image"]["src"] == "https://pictures.example.org/rain.jpg"


def test_drafts_are_barred_and_days_become_a_schedule(came: Came) -> None:
    assert came.body("modules", "third")["tags"] == ["unpublished"]
    assert came.body("modules", "ridge-de-draft")["tags"] == ["unpublished"]
    assert came.body("modules", "old-mill")["schedule"] == {
        "from": None,
        "until": "2031-05-01T00:00:00+00:00",
        "zone": "UTC",
    }


def test_what_only_templates_understand_is_told(came: Came) -> None:
    assert "{ {&lt; figure" in came.words("old-mill")["body"]
    assert came.told("lost", "walks.body")["a shortcode or a template tag does nothing: it stands as text"]
    assert came.told("left out", "posts.layout")
    assert came.told("lost", "files").keys() > {"MDX holds code of a front end, which no import understands"}
    assert any("unexpected end of stream" in why for why in came.told("lost", "files"))


BOMB = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"a{n}: &a{n} [*a{n - 1}, *a{n - 1}, *a{n - 1}, *a{n - 1}, *a{n - 1}]\n" for n in range(1, 9)
)


@pytest.mark.parametrize(
    ("matter", "why"),
    [
        (f"---\n{BOMB}---\n", "more than 10,000 values"),
        ("---\n" + "b: &b 1\n" + "".join(f"c{n}: *b\n" for n in range(60)) + "---\n", "more than 50 aliases"),
        ("---\na: &a [*a]\n---\n", "holds itself"),
        ("---\na: !!python/object/apply:os.system [id]\n---\n", "cannot be read"),
        ("---\na: 1\na: 2\n---\n", "stands twice"),
        ("---\n- a\n- b\n---\n", "no list of names and values"),
        ("---\n" + "[" * 5_000 + "\n---\n", "cannot be read"),
        ("---\na: " + "x" * 300_000 + "\n---\n", "more than 200,000 characters"),
        ("+++\na = [1,\n+++\n", "cannot be read"),
    ],
)
def test_a_hostile_front_matter_costs_its_page_alone(tmp_path: Path, matter: str, why: str) -> None:
    came = bring("markdown", folder(tmp_path, good_dot_md="# Good", bad_dot_md=f"{matter}words"))
    assert came.keys("modules") == ["good"]
    assert any(why in told for told in came.told("lost", "files")), came.told("lost", "files")


def test_nothing_outside_of_the_folder_is_read(tmp_path: Path) -> None:
    (tmp_path / "secret.png").write_bytes(b"\x89PNG\r\n\x1a\nsecret")
    (tmp_path / "secret.md").write_text("# Secret")
    site = folder(tmp_path / "site", a_dot_md="# A\n\n![x](../secret.png) ![y](link.png) ![z](/../secret.png)")
    (site / "link.png").symlink_to(tmp_path / "secret.png")
    (site / "link.md").symlink_to(tmp_path / "secret.md")
    (site / "up").symlink_to(tmp_path)
    came = bring("markdown", site)
    assert (came.keys("modules"), came.keys("assets")) == (["a"], [])
    assert len([why for why in came.told("lost", "page.body") if "cannot be had" in why]) == 3


def test_pages_that_link_to_each_other_in_a_circle_are_read_once_each(tmp_path: Path) -> None:
    came = bring("markdown", folder(tmp_path, a_dot_md="# A\n\n[b](b.md) [a](a.md)", b_dot_md="# B\n\n[a](a.md)"))
    assert came.words("a")["body_entries"] == ["b", "a"]
    assert came.words("b")["body_entries"] == ["a"]


def test_html_that_acts_does_not_come_along(tmp_path: Path) -> None:
    text = "# A\n\n<script>alert(1)</script>\n\n[x](javascript:alert(1)) <b onclick=alert(1)>b</b> <!-- note -->"
    came = bring("markdown", folder(tmp_path, a_dot_md=text))
    body = came.words("a")["body"]
    assert "alert" not in body.replace("javascript:alert(1)", "") and "onclick" not in body and "href" not in body
    assert {"the tag <script> is not allowed in our rich text", "a comment in HTML"} <= set(
        came.told("lost", "page.body")
    )


def test_a_folder_without_markdown_says_so(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="no Markdown file"):
        bring("markdown", tmp_path)
    with pytest.raises(SourceError, match="no such folder"):
        bring("markdown", tmp_path / "none")
