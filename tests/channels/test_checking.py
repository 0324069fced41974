"""Templates are checked when they are saved."""

from __future__ import annotations

import pytest

from channels import check_template
from channels.cut import clusters, cut
from channels.mail import DEFAULT as MAIL
from channels.money import money, writes_comma
from channels.web import DEFAULT as WEB
from tests.channels.world import a_type

FIELDS = a_type().fields


def test_good_templates_have_no_findings() -> None:
    """What the manual shows, and our own defaults, pass."""
    assert check_template("web", WEB, FIELDS) == []
    assert check_template("email", MAIL, FIELDS) == []
    loop = "{% for step in fields.steps %}{{ loop.index }}{{ step.line }}{% endfor %}"
    good = loop + "{% set go = fields.go %}<a href='{{ go.url }}'>{{ go.label }}</a>"
    assert check_template("web", good, FIELDS) == []


@pytest.mark.parametrize(
    ("template", "words", "remedy"),
    [
        ("<p>\n{{ headin }}</p>", "line 2: there is no name 'headin'", "did you mean 'heading'?"),
        ("{{ fields.strenght }}", "there is no field 'strenght'", "did you mean 'strength'?"),
        ("{{ fields['stepz'] }}", "there is no field 'stepz'", "did you mean 'steps'?"),
        ("{{ heading|uper }}", "uper", ""),
        ("a\nb\n{% if %}", "line 3", ""),
        ("{{ 2 ** 9 }}", "operator **", ""),
        ("{{ 'x' * 9 }}", "operator *", ""),
        ("{% for x in range(9) %}{% endfor %}", "calls are not allowed", ""),
        ("{% import 'x' as y %}", "import is not allowed", ""),
        ("{{ heading._secret }}", "private", ""),
        ("<p title={{ slot }}></p>", "not quoted", ""),
        ("<script></script>", "<script>", ""),
        ("{{ fields.strength - heading }}", "TypeError", ""),
        ("x" * 40_000, "40000", ""),
    ],
)
def test_mistakes_are_named(template: str, words: str, remedy: str) -> None:
    """With the line where one is known, and what would be right."""
    (finding, *_) = check_template("web", template, FIELDS)
    assert words in finding.message
    assert finding.remedy and remedy in finding.remedy


def test_mail_templates_must_be_mjml() -> None:
    """An unclosed or unknown element is found at save."""
    assert "MJML" in check_template("email", "<mj-section>", FIELDS)[0].message
    wrong = "<mj-section><mj-column><mj-tex>x</mj-tex></mj-column></mj-section>"
    assert "unknown mj-" in check_template("email", wrong, FIELDS)[0].message


def test_channels_without_templates_say_so() -> None:
    """A template for a channel that takes none would never be used."""
    (finding,) = check_template("emial", "x", FIELDS)
    assert finding.remedy == "did you mean 'email'?"


@pytest.mark.parametrize(
    ("text", "limit", "expected"),
    [
        ("short", 5, "short"),
        ("longer", 5, "long…"),
        ("e\u0301e\u0301e\u0301", 4, "e\u0301…"),
        ("👍🏽👍🏽👍🏽", 9, "👍🏽👍🏽…"),
        ("🇩🇪🇫🇷🇮🇹", 9, "🇩🇪🇫🇷…"),
        ("word word", 6, "word…"),
    ],
)
def test_cut_keeps_characters_whole(text: str, limit: int, expected: str) -> None:
    """Combining marks, skin tones and flags are never cut in two."""
    assert cut(text, limit) == expected


def test_clusters_lose_nothing() -> None:
    """The pieces joined are the text."""
    text = "a\u0301b👩\u200d👩\u200d👧🇩🇪🇫🇷\r\nz"
    pieces = list(clusters(text))
    assert "".join(pieces) == text
    assert pieces == ["a\u0301", "b", "👩\u200d👩\u200d👧", "🇩🇪", "🇫🇷", "\r\n", "z"]


@pytest.mark.parametrize(
    ("amount", "currency", "locale", "words"),
    [
        (0.5, "USD", "en", "$0.50"),
        (-3.0, "USD", "en", "-$3.00"),
        (1500, "JPY", "ja", "¥1,500"),
        (9.9, "EUR", "de", "9,90\u00a0€"),
        (9.9, "CHF", "de-CH", "CHF\u00a09.90"),
        (9.9, "SEK", "sv", "9,90\u00a0SEK"),
    ],
)
def test_money(amount: float, currency: str, locale: str, words: str) -> None:
    """As people of the locale write it."""
    assert money(amount, currency, comma=writes_comma(locale)) == words
