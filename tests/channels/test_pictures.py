"""Every channel gives its readers a picture that they can show: as small as needed on the web, plain in a mail."""

from __future__ import annotations

from dataclasses import replace

import orjson
import pytest

from channels import Email, Headless, Picture, Web
from tests.channels.world import BODY, PEOPLE, Tree, content, page, placement, view

SRCSET = "/assets/0/w320/cup.webp 320w, /assets/0/w640/cup.webp 600w"
KNOWN = {
    "cup.webp": Picture(
        width=600,
        height=400,
        srcset=SRCSET,
        shapes={"2:1": "/assets/0/cut 320w"},
        focal=(0.3, 0.25),
        plain="https://shop.example/assets/0/w1280/cup.webp.jpg",
    ),
    "line.svg": Picture(30, 20),
}


def seen(template: str | None = None, asset: str = "cup.webp") -> Tree:
    what = content(
        {**BODY, "picture": {"asset": asset, "alt": "A cup"}}, templates={"web": template} if template else {}
    )
    told = replace(view(PEOPLE["ada"]), picture=KNOWN.get)
    return Tree(Web().render(page(placement(what)), told, why=False).body.decode())


def test_a_page_offers_smaller_pictures_and_keeps_room_for_them() -> None:
    image = seen().all("img")[0]
    assert (image["srcset"], image["sizes"]) == (SRCSET, "auto, 100vw")
    assert (image["width"], image["height"]) == ("600", "400")
    drawing = seen(asset="line.svg").all("img")[0]
    assert "srcset" not in drawing and drawing["width"] == "30"


@pytest.mark.parametrize("named", ["image", "fields.picture"])
def test_a_template_may_use_them(named: str) -> None:
    template = (
        f'<img src="{{{{ {named}.src }}}}" srcset="{{{{ {named}.srcset }}}}" width="{{{{ {named}.width }}}}" alt="">'
    )
    assert seen(template).all("img")[0]["srcset"] == SRCSET
    assert seen(template, "unknown.png").all("img")[0]["srcset"] == ""


def test_a_template_may_show_a_picture_cut_to_a_shape() -> None:
    template = """<img src="{{ image.src }}" srcset="{{ image.shapes['2:1'] }}" alt="">"""
    assert seen(template).all("img")[0]["srcset"] == "/assets/0/cut 320w"
    assert seen(template, "line.svg").all("img")[0]["srcset"] == ""


def test_a_front_end_is_told_them_too() -> None:
    what = content({**BODY, "picture": {"asset": "cup.webp", "alt": "A cup"}})
    body = orjson.loads(Headless().render(page(placement(what)), replace(view(), picture=KNOWN.get)).body)
    module = body["slots"][0]["modules"][0]
    told = {"width": 600, "height": 400, "srcset": SRCSET, "focal": {"x": 0.3, "y": 0.25}}
    assert module["fields"]["picture"].items() >= told.items()
    (part,) = [part for part in module["parts"] if part["role"] == "image"]
    assert part.items() >= told.items()


def test_a_mail_shows_a_form_that_every_mail_program_knows() -> None:
    what = content({**BODY, "picture": {"asset": "cup.webp", "alt": "A cup"}})
    html = Email().render(page(placement(what)), replace(view(), picture=KNOWN.get)).body.decode()
    assert 'src="https://shop.example/assets/0/w1280/cup.webp.jpg"' in html
    assert "srcset" not in html
