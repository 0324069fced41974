"""The e-mail channel: HTML that mail programs read, the text part, and headers that nobody can inject into."""

from __future__ import annotations

from dataclasses import replace
from email import message_from_bytes
from email.policy import default

import pytest

from channels import BadAddress, Email, Rendered, RenderFailure, to_mime
from tests.channels.world import BODY, NASTY, PEOPLE, Tree, content, page, placement, view


def mail(**more: object) -> Rendered:
    """Ada's mail."""
    return Email().render(page(placement()), view(**more))


def html_of(rendered: Rendered) -> Tree:
    """Its HTML as a mail program reads it."""
    return Tree(rendered.extra["html"])


def test_html_has_the_words_and_the_links() -> None:
    """The HTML part alone says everything, with absolute addresses, rich text included."""
    tree = html_of(mail())
    for words in ("Coffee for Ada", "Delft", "Grind.", "House Blend", "$3.99", "you bought coffee", "Shop coffee"):
        assert words in tree.text, words
    links = [attrs["href"] for attrs in tree.all("a")]
    assert links == [f"https://shop.example/{path}" for path in ("town", "shop?for=Ada", "p/11", "p/12")]


def test_text_part_has_the_words_and_every_link() -> None:
    """Who reads text only misses nothing."""
    text = mail().extra["text"]
    for words in ("Coffee for Ada", "Roasted in Delft (https://shop.example/town)", "Grind.", "House Blend, $3.99"):
        assert words in text, words
    for path in ("town", "shop?for=Ada", "p/11", "p/12"):
        assert f"https://shop.example/{path}" in text, path
    assert "<" not in text


def test_nothing_is_fetched_but_pictures() -> None:
    """No font, no style sheet, no script from anywhere: opening the mail tells nobody but for its pictures."""
    rendered = mail()
    tree = html_of(rendered)
    assert tree.all("link") == [] and tree.all("script") == []
    assert "@import" not in rendered.extra["html"] and "fonts." not in rendered.extra["html"]


def test_dark_mode_and_language() -> None:
    """The mail says that it can be dark, and which language it is in."""
    rendered = Email().render(page(placement(), locale="de"), view())
    tree = html_of(rendered)
    assert {"name": "color-scheme", "content": "light dark"} in tree.all("meta")
    assert "prefers-color-scheme: dark" in rendered.extra["html"]
    assert tree.all("html")[0]["lang"] == "de"


def test_pictures_are_png_where_there_is_one() -> None:
    """Mail programs show no SVG: the PNG of the same name is taken, else the picture itself."""
    twin = html_of(mail(has_asset=lambda name: name == "coffee.png"))
    assert twin.all("img")[0]["src"] == "https://shop.example/assets/coffee.png?v=1"
    assert html_of(mail()).all("img")[0]["src"] == "https://shop.example/assets/coffee.svg?v=1"


def test_attributes_keep_their_characters() -> None:
    """Backslashes, joined emoji, soft hyphens and quotes of an alt text arrive as they were written."""
    alt = 'für\u00ad 👩\u200d👩\u200d👧 a\\b "q" it\'s'
    what = content({**BODY, "picture": {"asset": "coffee.svg", "alt": alt}})
    tree = html_of(Email().render(page(placement(what)), view()))
    assert tree.all("img")[0]["alt"] == alt


def test_columns_stand_side_by_side() -> None:
    """A template with two columns brings the rules that make them columns, whatever else is in the mail."""
    column = "<mj-column><mj-text>{{ heading }}</mj-text></mj-column>"
    what = content(templates={"email": f"<mj-section>{column}{column}</mj-section>"})
    html = Email().render(page(placement(what), placement(content(key="one"), slot="s")), view()).extra["html"]
    assert ".mj-column-per-50 { width: 50% !important" in html
    assert ".mj-column-per-100 { width: 100% !important" in html
    assert "Coffee for Ada" in Tree(html).text


@pytest.mark.parametrize(
    "template",
    [
        "<mj-section><mj-column><mj-text>{{ heading }}</mj-text>",
        "<mj-section><mj-column><mj-txt>{{ heading }}</mj-txt></mj-column></mj-section>",
        "<mj-section><mj-column><mj-raw><script>x</script></mj-raw></mj-column></mj-section>",
        '<mj-section><mj-column><mj-button href="{{ heading }}">x</mj-button></mj-column></mj-section>',
        '<mj-section><mj-column><mj-button href="javascript:x">x</mj-button></mj-column></mj-section>',
        '<mj-section><mj-column><mj-text color="{{ heading }}">x</mj-text></mj-column></mj-section>',
        '<mj-include path="/etc/passwd" />',
    ],
)
def test_a_broken_template_names_its_module(template: str) -> None:
    """What is no MJML, or would be unsafe in the mail, costs the module only."""
    what = content({**BODY, "heading": "{{ profile.first_name }}"}, templates={"email": template})
    with pytest.raises(RenderFailure) as failure:
        Email().render(page(placement(what)), view())
    assert (failure.value.module, failure.value.channel) == ("coffee-story", "email")


def test_subject_and_preheader() -> None:
    """They are filled for the person, and stand in the HTML as title and hidden preview."""
    rendered = mail()
    assert (rendered.extra["subject"], rendered.extra["preheader"]) == ("Hello Ada", "New")
    assert "Hello Ada" in html_of(rendered).text and "New" in html_of(rendered).text


@pytest.mark.parametrize("subject", ["", "Hi {{ profile.middle_name }}", "Hi {{ broken"])
def test_a_subject_that_cannot_be_filled_is_the_title(subject: str) -> None:
    """No mail goes out with braces or half a sentence in its subject."""
    assert mail(settings={"subject": subject}).extra["subject"] == "Home"


@pytest.mark.parametrize("break_", ["\n", "\r\n", "\r", "\u2028", "\x85", "\x0b"])
def test_no_fact_can_start_another_header(break_: str) -> None:
    """A name with line breaks stays inside the subject."""
    name = f"Ada{break_}Bcc: everybody@example.com{break_}{break_}<script>"
    rendered = Email().render(page(placement()), view({"profile": {"first_name": name}}))
    assert len(rendered.extra["subject"].splitlines()) == 1
    message = message_from_bytes(to_mime(rendered, "shop@example.com", "ada@example.com"), policy=default)
    assert message["Bcc"] is None
    assert message["Subject"] == "Hello Ada Bcc: everybody@example.com <script>"


def test_mime_has_both_parts_and_one_click_unsubscribe() -> None:
    """RFC 8058: a mail program can offer to leave; both parts hold what was rendered."""
    rendered = mail()
    raw = to_mime(rendered, "Larder <shop@example.com>", "Ada <ada@example.com>", "https://shop.example/leave?t=1")
    message = message_from_bytes(raw, policy=default)
    assert message["List-Unsubscribe"] == "<https://shop.example/leave?t=1>"
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert message["To"].addresses[0].addr_spec == "ada@example.com"
    text, html = message.get_body(("plain",)), message.get_body(("html",))
    assert text is not None and text.get_content().split() == rendered.extra["text"].split()
    assert html is not None and html.get_content().split() == rendered.extra["html"].split()


@pytest.mark.parametrize(
    "recipient",
    ["", "ada", "ada@", "a@b.example, c@d.example", "a@b.example\nBcc: c@d.example", "a@b.example\r\n\r\nx"],
)
def test_one_recipient_only(recipient: str) -> None:
    """Nobody can add another recipient or header through the address."""
    with pytest.raises(BadAddress):
        to_mime(mail(), "shop@example.com", recipient)


def test_hostile_words_in_both_parts() -> None:
    """A hostile name is words in the HTML and in the text."""
    rendered = Email().render(page(placement()), view({"profile": {"first_name": NASTY, "town": NASTY}}))
    tree = html_of(rendered)
    assert tree.live == [] and f"Coffee for {NASTY}" in tree.text
    assert f"Coffee for {NASTY}" in rendered.extra["text"]


def test_static_words_stand_in_both_parts() -> None:
    """The last rung of the ladder works in mail too."""
    rendered = Email().render(page(static="Back <soon>"), view(PEOPLE["ada"]))
    assert "Back <soon>" in html_of(rendered).text and "Back <soon>" in rendered.extra["text"]


def test_a_failing_item_names_its_module() -> None:
    """A card that cannot be shown is the module's failure, not the mail's."""
    bad = replace(placement().items["products"][0], price="cheap")
    with pytest.raises(RenderFailure) as failure:
        Email().render(page(placement(cards=[bad])), view())
    assert failure.value.module == "coffee-story"
