"""Words are searched without regard to case and diacritics, in any script, and nothing in them is a command."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from modules.listing.snippets import WIDTH, snippet
from modules.listing.words import LONGEST_WORD, folded, terms_of, words


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Fresh coffee, every DAY!", "fresh coffee every day"),
        ("Café Crème", "cafe creme"),
        ("Cafe\u0301", "cafe"),
        ("Straße İstanbul", "strasse istanbul"),
        ("e-mail: a_b@c.example", "e mail a b c example"),
        ("3.50 € für 2 kg", "3 50 fur 2 kg"),
        ("東京タワー2024", "東 京 タ ワ ー 2024"),
        ("커피 원두", "커피 원두"),
        ("की ताज़ी", "की ताज़ी"),
        ("قَهْوَة", "قهوة"),
        ("🎉🎉", ""),
        ("ﬁne ＡＢＣ", "fine abc"),
        ("x" * 99, "x" * LONGEST_WORD),
    ],
)
def test_words_are_folded(text: str, expected: str) -> None:
    assert folded(text) == expected


def test_words_know_their_places() -> None:
    assert list(words("A Café")) == [("a", 0, 1), ("cafe", 2, 6)]
    assert list(words("a東京")) == [("a", 0, 1), ("東", 1, 2), ("京", 2, 3)]


@pytest.mark.parametrize(
    ("query", "whole", "prefix"),
    [
        ("coffee ta", ("coffee",), "ta"),
        ("coffee ta ", ("coffee", "ta"), None),
        ("CAFÉ", (), "cafe"),
        ("", (), None),
        (' "*) OR NEAR( ', ("or", "near"), None),
        ("a a a", (), "a"),
    ],
)
def test_the_last_word_may_be_unfinished(query: str, whole: tuple[str, ...], prefix: str | None) -> None:
    asked = terms_of(query)
    assert (asked.whole, asked.prefix) == (whole, prefix)


@given(st.text())
def test_any_text_has_words_of_letters_and_digits_only(text: str) -> None:
    found = folded(text)
    assert folded(found) == found
    assert not set(found) & set("'\"*():^+-{}\\%_\0\n")


def test_a_snippet_is_cut_around_the_first_word_of_the_best_field() -> None:
    texts = {"heading": "Coffee", "body": "Nothing to see here. " * 10 + "Then fresh coffee comes. " + "More. " * 50}
    found = snippet(texts, terms_of("fresh coffee "))
    assert found is not None
    assert (found.field, len(found.text) <= WIDTH) == ("body", True)
    assert [found.text[start:end] for start, end in found.marks] == ["fresh", "coffee"]
    assert snippet(texts, terms_of("tea")) is None


@given(st.text(st.characters(max_codepoint=127)))
def test_a_plain_text_is_folded_as_any_other(text: str) -> None:
    """It takes a shorter way."""
    assert folded(text) == " ".join(word for word, _, _ in words(text))
