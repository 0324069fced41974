"""A Strapi export, version 4 or 5, becomes types, modules, pictures and locales of ours; what cannot is told."""

from __future__ import annotations

import io
import json
import shutil
import tarfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from connectors import FileError, SourceError
from tests.connectors.imports import SAMPLES, Came, bring


@pytest.fixture(scope="module")
def came() -> Came:
    return bring("strapi", SAMPLES["strapi"])


@pytest.fixture(scope="module")
def four() -> Came:
    return bring("strapi", SAMPLES["strapi 4"])


@pytest.mark.parametrize(
    ("type_", "name", "spec"),
    [
        ("article", "title", {"kind": "text", "role": "heading", "required": True, "max": 80}),
        ("article", "slug", {"kind": "text", "role": "data"}),
        ("article", "body", {"kind": "richtext"}),
        ("article", "cover", {"kind": "image", "localised": False}),
        ("article", "category", {"kind": "reference", "to": "category"}),
        ("article", "related", {"kind": "reference", "many": True, "to": "article"}),
        ("article", "publishedOn", {"kind": "datetime"}),
        ("article", "rating", {"kind": "number", "min": 0, "max": 5}),
        ("article", "level", {"kind": "choice", "choices": ["easy", "middling", "hard"]}),
        ("article", "seo", {"kind": "list", "max": 1}),
        ("article", "facts", {"kind": "text", "role": "data"}),
        ("homepage", "blocks", {"kind": "reference", "many": True, "to": ["quote", "gallery"]}),
        ("gallery", "pictures", {"kind": "list", "of": {"image": {"kind": "image"}}}),
        ("gallery", "handout", {"kind": "link"}),
    ],
)
def test_an_attribute_becomes_the_kind_that_holds_its_values(came: Came, type_: str, name: str, spec: Any) -> None:
    made = came.field(type_, name)
    assert {part: made.get(part) for part in spec} == spec


def test_components_are_lists_of_fields_and_nest(came: Came, four: Came) -> None:
    assert set(came.field("article", "seo")["of"]) == {"metaTitle", "metaDescription", "shareImage", "links"}
    assert came.words("bread-in-two-days")["seo"][0]["links"] == [{"label": "Mill", "href": "https://example.org/mill"}]
    assert four.field("recipe", "ingredients")["max"] == 20
    assert four.words("lentils")["ingredients"] == [
        {"name": "lentils", "grams": 250, "note": "<p>the <em>green</em> ones</p>"},
        {"name": "salt"},
    ]


def test_blocks_of_a_dynamic_zone_are_modules_of_their_own_in_all_their_locales(came: Came) -> None:
    assert came.words("homepage")["blocks"] == ["homepage-blocks-1", "homepage-blocks-2"]
    quote = came.body("modules", "homepage-blocks-1")
    assert (quote["type"], quote["locales"]["de"]) == ("quote", {"text": "Setz dich, iss.", "by": "Großmutter"})
    gallery = came.words("homepage-blocks-2")
    assert [row["image"]["asset"] for row in gallery["pictures"]] == ["bread.png", "oven.png"]


def test_blocks_of_rich_text_become_html_with_pictures_beside_it(came: Came) -> None:
    words = came.words("bread-in-two-days")
    assert words["body"].startswith("<p>Good bread needs <strong>time</strong>, and <a href=")
    assert "<li>water, at 26 °C<ol><li><em>or a little warmer</em></li></ol></li>" in words["body"]
    assert "<p><code>day 1: mix<br>&nbsp;&nbsp;day 2: bake</code></p>" in words["body"]
    assert words["body_images"] == [{"image": {"asset": "oven.png", "alt": "An oven"}}]


def test_values_are_what_they_mean_whatever_the_database_gave(came: Came) -> None:
    words = came.words("bread-in-two-days")
    assert (words["rating"], words["pinned"], words["publishedOn"], words["facts"]) == (
        4.5,
        True,
        "2024-11-02",
        '{"loaves": 2}',
    )


def test_the_published_words_come_along_and_a_locale_that_never_was_published_stays_apart(came: Came) -> None:
    assert came.words("bread-in-two-days")["teaser"] == "Slow, and worth it."
    assert came.told("left out", "api::article.article")
    assert list(came.body("modules", "soup-for-one")["locales"]) == ["en"]
    draft = came.body("modules", "soup-for-one-de-draft")
    assert (list(draft["locales"]), draft["tags"]) == (["de"], ["unpublished"])
    assert came.body("modules", "tea")["tags"] == ["unpublished"]


def test_localisations_of_version_4_are_one_module(four: Came) -> None:
    assert list(four.body("modules", "lentils")["locales"]) == ["en", "de"]
    assert "linsen" not in four.keys("modules")
    assert four.words("lentils")["tags"] == ["vegan", "quick"]


def test_relations_keep_their_order_and_what_is_not_there_is_told(came: Came) -> None:
    assert came.words("bread-in-two-days")["related"] == ["tea", "soup-for-one"]
    assert came.told("lost", "article.related") == {"it names what is not in the import": 1}


def test_accounts_passwords_and_private_fields_do_not_come_along(came: Came, four: Came) -> None:
    everything = b"".join([*came.imported.contents.values(), *four.imported.contents.values()])
    for secret in (b"cook@example.org", b"$2a$10$", b"call the mill", b"Bearer secret"):
        assert secret not in everything
    assert came.told("left out", "plugin::users-permissions.user")
    assert came.told("left out", "article.editorNote")
    assert four.told("left out", "tag.secret") == {"passwords do not come along": 1}


def test_markdown_in_a_field_becomes_rich_text_with_its_pictures(four: Came) -> None:
    words = four.words("lentils")
    assert words["text"].startswith("<h3>Lentils</h3>\n<p>Rinse <strong>twice</strong>.")
    assert words["text_images"] == [{"image": {"asset": "lentils.webp", "alt": "Lentils"}}]
    assert "the tag <iframe> is not allowed in our rich text" in four.told("lost", "recipe.text")


def test_an_encrypted_export_says_how_to_make_one_that_is_not(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="--no-encrypt"):
        bring("strapi", tmp_path / "export.tar.gz.enc")


def test_what_is_no_export_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="schemas or entities are missing"):
        bring("strapi", tmp_path)
    (tmp_path / "x.tar").write_bytes(b"words")
    with pytest.raises(SourceError, match="cannot be read as an archive"):
        bring("strapi", tmp_path / "x.tar")


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ('{"type": "api::article.article", "id": 1, "data": [', "not JSON"),
        ('{"type": "api::article.article", "id": 1}', "without data"),
        ("[]", "not an object"),
        ('{"id": 1, "data": {}}', "not shaped as such an export"),
    ],
)
def test_a_line_that_cannot_be_read_is_named(tmp_path: Path, line: str, words: str) -> None:
    shutil.copytree(SAMPLES["strapi"], tmp_path / "v5")
    with (tmp_path / "v5/entities/entities_00002.jsonl").open("w") as file:
        file.write(line + "\n")
    with pytest.raises((SourceError, FileError), match=words):
        bring("strapi", tmp_path / "v5")


def _member(name: str, change: Callable[[tarfile.TarInfo], None]) -> tuple[tarfile.TarInfo, bytes]:
    info = tarfile.TarInfo(name)
    info.size = 3
    change(info)
    return info, b"{}\n"


def _link(kind: bytes) -> Callable[[tarfile.TarInfo], None]:
    def change(info: tarfile.TarInfo) -> None:
        info.type, info.linkname, info.size = kind, "/etc/passwd", 0

    return change


@pytest.mark.parametrize(
    ("name", "change", "words"),
    [
        ("../../evil.jsonl", lambda _: None, "leads out of the archive"),
        ("/etc/evil", lambda _: None, "leads out of the archive"),
        ("entities\\..\\..\\evil", lambda _: None, "leads out of the archive"),
        ("assets/uploads/a.png", _link(tarfile.SYMTYPE), "a link or a device"),
        ("assets/uploads/a.png", _link(tarfile.LNKTYPE), "a link or a device"),
        ("assets/uploads/a.png", _link(tarfile.CHRTYPE), "a link or a device"),
        ("assets/uploads/a.png", lambda info: setattr(info, "size", 5_000_000_000), "unpacked it has more than"),
    ],
)
def test_an_archive_with_anything_but_plain_files_in_it_is_refused(
    tmp_path: Path, name: str, change: Callable[[tarfile.TarInfo], None], words: str
) -> None:
    with tarfile.open(tmp_path / "x.tar", "w") as tar:
        info, content = _member(name, change)
        # A header alone tells of a huge file: nothing of it is read.
        tar.fileobj.write(info.tobuf(tarfile.GNU_FORMAT))  # type: ignore[union-attr]
        tar.fileobj.write(io.BytesIO(content).read().ljust(512, b"\0"))  # type: ignore[union-attr]
    with pytest.raises(SourceError, match=words):
        bring("strapi", tmp_path / "x.tar")
    assert [file.name for file in tmp_path.iterdir()] == ["x.tar"]


def test_components_that_hold_themselves_end(tmp_path: Path) -> None:
    """A schema written by hand may: what lies deeper than our lists becomes JSON in a text."""
    shutil.copytree(SAMPLES["strapi"], tmp_path / "v5")
    schemas = tmp_path / "v5/schemas/schemas_00001.jsonl"
    own = {"type": "component", "component": "shared.link", "repeatable": True}
    lines = [json.loads(line) for line in schemas.read_text().splitlines()]
    for schema in lines:
        if schema["uid"] == "shared.link":
            schema["attributes"]["inner"] = own
    schemas.write_text("".join(json.dumps(line) + "\n" for line in lines))
    came = bring("strapi", tmp_path / "v5")
    inner = came.field("article", "seo")["of"]["links"]["of"]["inner"]
    assert (inner["kind"], inner["of"]["inner"]["kind"]) == ("list", "text")
