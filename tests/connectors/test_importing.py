"""What all importers promise: keys that stay, types that fit, content that passes our checks."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors import CONNECTORS, Options, run_import
from connectors.importing import (
    Entry,
    Keys,
    Report,
    Rich,
    World,
    contents_of,
    key_of,
    locale_of,
    plain_text,
    whole_pattern,
)
from connectors.importing.reading import inside
from engine import validate
from modules import check_key, html_losses, parse_merge
from tests.connectors.imports import SAMPLES, bring


@pytest.mark.parametrize("sample", SAMPLES)
def test_whatever_comes_may_be_published(sample: str) -> None:
    assert validate(bring(sample, SAMPLES[sample], layout="imported").imported.contents) == []


@pytest.mark.parametrize("sample", SAMPLES)
def test_the_same_import_gives_the_same_bytes_and_keeps_its_keys(sample: str) -> None:
    reads = CONNECTORS[sample.partition(" ")[0]].reads
    assert reads is not None
    first = run_import(reads, SAMPLES[sample], Options())
    again = run_import(reads, SAMPLES[sample], Options(), known=first.keys)
    assert (again.contents, again.keys) == (first.contents, first.keys)


def test_a_key_that_is_taken_is_given_to_nobody_else() -> None:
    keys = Keys(known={"1": "hero"}, taken={"about"})
    assert keys.give("1", ["other"]) == "hero"
    assert keys.give("2", ["hero", "page-hero"]) == "page-hero"
    assert keys.give("3", ["about"]) == "about-3"
    assert keys.give("4", ["about", "page-hero"]) == "page-hero-4"


@given(st.text(max_size=200))
def test_any_words_make_a_key_or_none(words: str) -> None:
    key = key_of(words)
    assert key == "" or check_key("modules", key) is None


@pytest.mark.parametrize(
    ("code", "locale"),
    [("en-US", "en-US"), ("pt_BR", "pt-BR"), ("DE", "de"), ("zh-Hant-TW", "zh-Hant-TW"), ("", None), ("x", None)],
)
def test_a_code_is_a_locale_or_none(code: str, locale: str | None) -> None:
    assert locale_of(code) == locale


@given(st.text(st.characters(), max_size=60))
def test_any_text_can_be_held_after_it_was_made_plain(text: str) -> None:
    made, changes = plain_text(text)
    parse_merge(made)
    assert (made == text) == (not changes) or "\r" in text
    assert plain_text(made) == (made, [])


@settings(max_examples=60)
@given(
    st.lists(st.sampled_from(["<p>", "</p>", "<script>", "<b", ">", "{{", "}}", "{%", "a&#123;{", "&lt;", "é", '"']))
)
def test_any_html_becomes_rich_text_that_loses_nothing_more(pieces: list[str]) -> None:
    rich = Rich().finish("".join(pieces))
    assert html_losses(rich.html) == []


@pytest.mark.parametrize("path", ["../x", "a/../../x", "/etc/passwd", "C:\\x", "a\\..\\..\\x", "", "a\0b"])
def test_a_path_that_leads_out_is_no_path(tmp_path: Path, path: str) -> None:
    assert inside(tmp_path, path) is None


def world(specs: dict[str, Any], *locales: dict[str, Any]) -> World:
    made = World(Options(), Report("toy"), Keys(), locales={"en": "en", "de": "de"})
    made.types["post"] = {"title": "Post", "fields": specs}
    for number, of_locale in enumerate(locales):
        made.entries[f"post-{number}"] = Entry(f"p{number}", f"post-{number}", "post", locales=of_locale)
    return made


@pytest.mark.parametrize(
    ("spec", "value", "left"),
    [
        ({"kind": "text", "max": 3}, "four", {"kind": "text"}),
        ({"kind": "text", "max": 4}, "four", {"kind": "text", "max": 4}),
        ({"kind": "richtext", "max": 10}, "<p>two</p>", {"kind": "richtext", "max": 10}),
        ({"kind": "number", "max": 3}, 4, {"kind": "number"}),
        ({"kind": "number", "min": 5, "max": 9}, 4, {"kind": "number", "max": 9}),
        ({"kind": "text", "pattern": "[a-z]+"}, "a1", {"kind": "text"}),
        ({"kind": "text", "pattern": "[a-z]+"}, "ab", {"kind": "text", "pattern": "[a-z]+", "sample": "ab"}),
        (
            {"kind": "choice", "choices": ["a"], "many": True, "max": 1},
            ["a", "b"],
            {"kind": "choice", "choices": ["a", "b"], "many": True},
        ),
        ({"kind": "reference", "to": "page"}, "post-0", {"kind": "reference", "to": ["page", "post"]}),
        ({"kind": "text", "required": True}, "", {"kind": "text"}),
        ({"kind": "choice", "choices": ["a"]}, "b", {"kind": "choice", "choices": ["a", "b"]}),
        (
            {"kind": "list", "max": 1, "of": {"x": {"kind": "text", "max": 1}}},
            [{"x": "ab"}, {"x": "c"}],
            {"kind": "list", "of": {"x": {"kind": "text"}}},
        ),
    ],
)
def test_a_limit_gives_way_to_content_that_breaks_it(spec: Any, value: Any, left: Any) -> None:
    made = world({"title": {"kind": "text"}, "x": spec}, {"en": {"title": "A", "x": value}})
    assert validate(contents_of(made)) == []
    assert made.types["post"]["fields"]["x"] == left


def test_a_value_that_our_checks_refuse_costs_no_more_than_itself() -> None:
    made = world({"at": {"kind": "datetime"}, "n": {"kind": "number"}}, {"en": {"at": "yesterday", "n": 1}})
    assert validate(contents_of(made)) == []
    assert made.entries["post-0"].locales == {"en": {"n": 1}}
    (loss,) = [loss for loss in made.report.sorted() if loss.fate == "lost"]
    assert (loss.where, loss.entries) == ("post.at", ["p0 (en): yesterday"])


def test_where_a_new_default_would_stand_nothing_stands_as_it_did() -> None:
    made = world({"n": {"kind": "number", "default": 3}, "m": {"kind": "number"}}, {"en": {"m": 1}}, {"en": {"n": 2}})
    assert validate(contents_of(made)) == []
    assert [entry.locales["en"] for entry in made.entries.values()] == [{"m": 1, "n": None}, {"n": 2}]


@pytest.mark.parametrize(
    ("pattern", "flags", "made"),
    [
        ("^[a-z]+$", "", "[a-z]+"),
        ("^[A-Z]{2}$", "i", "(?i)[A-Z]{2}"),
        ("b", "", r"[\s\S]*(?:b)[\s\S]*"),
        ("^a|b$", "", r"[\s\S]*(?:^a|b$)[\s\S]*"),
        (r"^a\$", "", r"[\s\S]*(?:^a\$)[\s\S]*"),
        ("(?=x)y", "", None),
        ("(", "", None),
    ],
)
def test_a_pattern_that_looks_anywhere_becomes_one_of_the_whole(pattern: str, flags: str, made: str | None) -> None:
    assert whole_pattern(pattern, flags) == made
