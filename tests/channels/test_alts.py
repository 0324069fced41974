"""Where a module leaves it to the picture, every channel says what the picture shows in the module's locale."""

from __future__ import annotations

from dataclasses import replace

import pytest

from channels import Ability, create_channels
from tests.channels.world import BODY, content, page, placement, view

CHANNELS_THERE = create_channels()
SHOWING = sorted(name for name, channel in CHANNELS_THERE.items() if Ability.IMAGES in channel.abilities)


@pytest.mark.parametrize("name", SHOWING)
def test_what_a_picture_shows_is_told_in_the_locale(name: str) -> None:
    what = replace(content({**BODY, "picture": {"asset": "coffee.png"}}), locale="de")
    told = {("coffee.png", "de"): "Eine Tasse"}
    seen = replace(view(), alt_of=lambda asset, locale: told.get((asset, locale)), has_asset=lambda _: True)
    rendered = CHANNELS_THERE[name].render(page(placement(what)), seen)
    assert "Eine Tasse" in rendered.body.decode()


@pytest.mark.parametrize("name", SHOWING)
def test_the_words_of_the_module_come_first(name: str) -> None:
    seen = replace(view(), alt_of=lambda *_: "Something else")
    what = content({**BODY, "picture": {"asset": "coffee.png", "alt": "A cup of coffee"}})
    rendered = CHANNELS_THERE[name].render(page(placement(what)), seen).body.decode()
    assert "A cup of coffee" in rendered and "Something else" not in rendered
