"""One exam for every entry of CHANNELS."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import orjson
import pytest

from channels import CHANNELS, Ability, Channel, FragmentCache, Rendered, RenderFailure, create_channels
from modules import Data, Heading, Merge
from tests.channels.world import BODY, CARDS, NASTY, PEOPLE, Tree, content, page, placement, view


@pytest.fixture(params=list(CHANNELS))
def channel(request: pytest.FixtureRequest) -> Channel:
    return create_channels()[request.param]


def everything(rendered: Rendered) -> str:
    """All that leaves the house, JSON decoded, so that a search finds words however they were written."""
    texts = [rendered.body.decode(), *map(str, rendered.extra.values())]
    if rendered.media_type == "application/json":
        texts += strings(orjson.loads(rendered.body))
    return "\n".join(texts)


def strings(value: Any) -> Iterator[str]:
    match value:
        case str():
            yield value
        case list():
            for inner in value:
                yield from strings(inner)
        case dict():
            for inner in value.values():
                yield from strings(inner)


def test_names_itself(channel: Channel) -> None:
    """The table's name, a sentence for menus, a media type, and abilities."""
    assert CHANNELS[channel.name]
    assert channel.summary.endswith(".")
    assert "/" in channel.media_type
    assert channel.abilities <= set(Ability)


def test_says_the_same_everywhere(channel: Channel) -> None:
    """The heading with the person's name, the running text, the item, the link: in every channel."""
    said = everything(channel.render(page(placement()), view()))
    for words in ("Coffee for Ada", "Delft", "Grind.", "House Blend", "Shop coffee", "/shop?for=Ada"):
        assert words in said, words


def test_one_person_never_gets_the_words_of_another(channel: Channel) -> None:
    """The cache holds what is the same for all; the second person sees nothing of the first."""
    first = everything(channel.render(page(placement()), view()))
    second = everything(channel.render(page(placement()), view(PEOPLE["stranger"])))
    assert "Ada" in first and "Ada" not in second
    assert "Coffee for you" in second
    assert everything(channel.render(page(placement()), view())) == first


def test_same_page_same_bytes(channel: Channel) -> None:
    """A cold and a warm cache, and another cache, give the same bytes."""
    cold = channel.render(page(placement()), view())
    assert channel.render(page(placement()), view()) == cold
    assert create_channels()[channel.name].render(page(placement()), view()) == cold


@pytest.mark.parametrize("why", [True, False])
def test_reasons_on_demand(channel: Channel, why: bool) -> None:
    """With reasons: the winner's, what stopped the loser, who came second. Without: none of it."""
    said = everything(channel.render(page(placement()), view(), why=why))
    for reason in ("for everybody; tier 10", "tea-story", "bread-story"):
        assert (reason in said) is why, reason


def test_headers_name_the_decision(channel: Channel) -> None:
    """Whoever reads headers only can still report the exposure."""
    headers = dict(channel.render(page(placement()), view()).headers)
    release = {"Intarsia-Release": "r1", "X-Content-Version": "r1"}
    assert headers == {"Intarsia-Decision": "d1", "Intarsia-Level": "0", **release}


def test_static_words_stand_in(channel: Channel) -> None:
    """Where not even the fallback can be shown, the layout's plain words are."""
    said = everything(channel.render(page(placement(), static="Back soon & well"), view()))
    assert "Back soon &" in said


def test_an_empty_page_is_an_answer(channel: Channel) -> None:
    """No slots, no crash: JSON still parses, HTML still closes."""
    rendered = channel.render(page(), view())
    if rendered.media_type == "application/json":
        orjson.loads(rendered.body)
    else:
        assert rendered.body.rstrip().endswith(b"</html>")


def test_a_new_price_is_seen_at_once(channel: Channel) -> None:
    """A prepared card is kept only while the item stays as it is; a new reason is not the old one."""
    channel.render(page(placement()), view())
    dearer = replace(CARDS[0], price=7.25, because="on offer")
    said = everything(channel.render(page(placement(cards=[dearer])), view()))
    assert "7.25" in said and "3.99" not in said
    assert "on offer" in said and "you bought coffee" not in said


def test_a_new_release_is_seen_at_once(channel: Channel) -> None:
    """Assets may have moved: what was prepared for one release is not used for the next."""
    channel.render(page(placement()), view())
    moved = view(asset_url=lambda name: f"https://cdn.example/{name}")
    said = everything(channel.render(page(placement(), release="r2"), moved))
    assert "shop.example/assets" not in said and "/assets/coffee" not in said


HOSTILE = {
    **BODY,
    "heading": NASTY.replace("{{7*7}}", "") + '{{ profile.first_name | default("x") }}',
    "picture": {"src": 'https://x.example/a"onload="alert(1)', "alt": NASTY.replace("{{7*7}}", "")},
    "go": {"label": NASTY.replace("{{7*7}}", ""), "url": '/a?b="><script>{{ profile.first_name | default("x") }}'},
    "steps": [{"line": NASTY.replace("{{7*7}}", "")}],
}
BAD_CARD = replace(
    CARDS[0], id=NASTY, name=NASTY, brand=NASTY, category=NASTY, because=NASTY, url="javascript:alert(1)"
)
BAD_PERSON = {"profile": {"first_name": NASTY, "town": NASTY}}


def test_hostile_words_stay_words(channel: Channel) -> None:
    """Whatever an editor, a feed or a visitor writes is shown as words and runs nowhere."""
    rendered = channel.render(
        page(placement(content(HOSTILE), cards=[BAD_CARD]), static=NASTY),
        view(BAD_PERSON, settings={"subject": NASTY.replace("{{7*7}}", ""), "title": "{{ profile.first_name }}"}),
    )
    if rendered.media_type == "application/json":
        reply = orjson.loads(rendered.body)
        assert NASTY in "".join(strings(reply)) or channel.name == "slack"
    else:
        tree = Tree(rendered.body.decode())
        assert tree.live == []
        assert NASTY in tree.text
        assert "alert(1)" in tree.text


def test_a_fact_cannot_leave_an_address(channel: Channel) -> None:
    """A fact inside a link is one part of it: no other host, no other parameter."""
    said = everything(channel.render(page(placement()), view({"profile": {"first_name": "/../a&b=c#d", "town": "x"}})))
    assert "/shop?for=%2F..%2Fa%26b%3Dc%23d" in said


def test_a_failing_module_is_named(channel: Channel) -> None:
    """The failure says which module, where, in which channel: the page can be asked for again without it."""
    broken = content(key="broken")
    broken = replace(broken, parts=(Heading("heading", Merge(("\ue000",))), Data("x", None)))
    with pytest.raises(RenderFailure) as failure:
        channel.render(page(placement(), placement(broken, slot="second")), view())
    assert (failure.value.module, failure.value.slot, failure.value.channel) == ("broken", "second", channel.name)
    assert "U+E000" in failure.value.reason


def test_prepared_once(channel: Channel) -> None:
    """The second page costs joins only: nothing is rendered again."""
    cache = FragmentCache()
    channel = CHANNELS[channel.name](cache)
    channel.render(page(placement()), view())
    first = kept(cache)
    channel.render(page(placement()), view(PEOPLE["stranger"]))
    assert kept(cache) == first
    assert first


def kept(cache: FragmentCache) -> set[int]:
    """Which fragments and cards the cache holds, by identity."""
    shelves = [shelf for shelves in cache.releases.values() for shelf in shelves.values()]
    return {id(made) for shelf in shelves for made in (*shelf.fragments.values(), *shelf.cards.values())}


def test_is_documented(channel: Channel) -> None:
    """docs/channels.md has a section for each entry of the table, and every ability is explained."""
    manual = (Path(__file__).parents[2] / "docs" / "channels.md").read_text()
    assert f"\n## {channel.name}\n" in manual
    for ability in channel.abilities:
        assert f"`{ability}`" in manual, ability
