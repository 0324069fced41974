"""Pictures over HTTP: what is published and was, in any size there is, cacheable for as long as its address is true."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

import pytest
from werkzeug.test import TestResponse

from pictures import Limits, facts_of
from service.publishing import publisher_of
from tests.pictures.drawn import drawn, moving, scene
from tests.service.conftest import Shop

SVG = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><path d="M0 0h9"/></svg>\n'
PHOTO = drawn("jpeg", scene((800, 600)))
GOOD = "public, max-age=31536000, immutable"


@pytest.fixture
def shop(open_shop: Callable[..., Shop]) -> Shop:
    made = open_shop()
    publish(made, {"cup.jpg": PHOTO, "line.svg": SVG})
    return made


def publish(shop: Shop, assets: Mapping[str, bytes], **details: Any) -> None:
    bodies = {("assets", name): content for name, content in assets.items()}
    bodies |= {("asset-details", name): json.dumps(body).encode() for name, body in details.get("details", {}).items()}
    shop.house.contents.put_all(bodies, author="ann", now=shop.clock())
    publisher_of(shop.house).publish("pictures", "ann")


def digest(shop: Shop, name: str) -> str:
    return shop.house.published.current().assets[name]


def get(shop: Shop, path: str, method: str = "GET", **headers: str) -> TestResponse:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return shop.client.open(f"/assets/{path}", method=method, headers=named)


def test_a_picture_is_served_as_it_was_saved_for_good(shop: Shop) -> None:
    answer = get(shop, f"{digest(shop, 'cup.jpg')[:12]}/cup.jpg")
    assert (answer.status_code, answer.data, answer.content_type) == (200, PHOTO, "image/jpeg")
    assert answer.headers["Cache-Control"] == GOOD
    assert answer.headers["ETag"] == f'"{digest(shop, "cup.jpg")}"'
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    drawing = get(shop, f"{digest(shop, 'line.svg')[:12]}/line.svg")
    assert drawing.content_type.startswith("image/svg+xml")
    assert "sandbox" in drawing.headers["Content-Security-Policy"]
    assert "default-src 'none'" in drawing.headers["Content-Security-Policy"]


def test_a_reader_gets_no_more_than_it_lacks(shop: Shop) -> None:
    path = f"{digest(shop, 'cup.jpg')[:12]}/cup.jpg"
    tag = get(shop, path).headers["ETag"]
    unchanged = get(shop, path, If_None_Match=tag)
    assert (unchanged.status_code, unchanged.data) == (304, b"")
    head = get(shop, path, method="HEAD")
    assert (head.data, head.headers["Content-Length"]) == (b"", str(len(PHOTO)))
    part = get(shop, path, Range="bytes=10-19")
    assert (part.status_code, part.data) == (206, PHOTO[10:20])
    assert part.headers["Content-Range"] == f"bytes 10-19/{len(PHOTO)}"
    assert get(shop, path, Range="bytes=999999-").status_code == 416


def test_a_name_leads_to_what_is_published(shop: Shop) -> None:
    answer = get(shop, "cup.jpg")
    assert answer.status_code == 302 and answer.headers["Cache-Control"] == "public, max-age=60"
    assert answer.headers["Location"].endswith(f"/assets/{digest(shop, 'cup.jpg')[:12]}/cup.jpg")
    sized = get(shop, "cup.jpg?w=600&h=340&format=webp")
    assert sized.headers["Location"].endswith("/w640h360/cup.jpg.webp")


def test_a_replaced_picture_has_a_new_address_and_the_old_one_serves_the_old_bytes(shop: Shop) -> None:
    old = f"{digest(shop, 'cup.jpg')[:12]}/cup.jpg"
    newer = drawn("jpeg", scene((400, 300)))
    publish(shop, {"cup.jpg": newer})
    assert get(shop, f"{digest(shop, 'cup.jpg')[:12]}/cup.jpg").data == newer
    assert get(shop, old).data == PHOTO
    assert get(shop, old).headers["Cache-Control"] == GOOD
    small = get(shop, old.replace("/", "/w160/") + ".png")
    assert facts_of(small.data).height == 120  # type: ignore[union-attr]
    shop.house.contents.delete("assets", "cup.jpg", author="ann", now=shop.clock(), override="we want no cups")
    publisher_of(shop.house).publish("without", "ann")
    assert get(shop, "cup.jpg").status_code == 404
    assert get(shop, old).data == PHOTO, "a page that was made before may still be read"


def test_a_draft_is_never_served(shop: Shop) -> None:
    draft = drawn("jpeg", scene((40, 30)))
    for name in ("cup.jpg", "new.jpg"):
        saved = shop.house.contents.put("assets", name, draft, author="ann", now=shop.clock())
        for path in (f"{saved.digest}/{name}", f"{saved.digest[:12]}/{name}", f"{saved.digest[:12]}/w160/{name}"):
            answer = get(shop, path)
            assert answer.status_code == 404 and answer.headers["Cache-Control"] == "no-store"
    assert get(shop, "new.jpg").status_code == 404


@pytest.mark.parametrize(
    "path",
    ["nothing.jpg", "cup.exe", "0123456789ab/cup.jpg", "%/cup.jpg", "zzzzzzzzzzzz/cup.jpg", "{digest11}/cup.jpg",
     "{digest}/w0/cup.jpg", "{digest}/x/cup.jpg", "{digest}/w640/cup.png", "{digest}/w640/cup.jpg.exe", "..%2fcup.jpg",
     "{digest}/..%2f..%2fetc/passwd"],
)  # fmt: skip
def test_what_is_not_there_is_not_there(shop: Shop, path: str) -> None:
    whole = digest(shop, "cup.jpg")
    answer = get(shop, path.format(digest=whole[:12], digest11=whole[:11]))
    assert answer.status_code == 404
    assert answer.content_type == "application/problem+json"


def test_a_rendition_is_the_size_and_format_of_its_address(shop: Shop) -> None:
    short = digest(shop, "cup.jpg")[:12]
    answer = get(shop, f"{short}/w320h240/cup.jpg.webp")
    facts = facts_of(answer.data)
    assert facts is not None and (facts.format, facts.width, facts.height) == ("webp", 320, 240)
    assert (answer.content_type, answer.headers["Cache-Control"]) == ("image/webp", GOOD)
    assert "Vary" not in answer.headers and "Content-Location" not in answer.headers
    assert get(shop, f"{short}/w320h240/cup.jpg.webp", If_None_Match=answer.headers["ETag"]).status_code == 304


@pytest.mark.parametrize(
    ("accept", "media_type"),
    [
        ("image/avif,image/webp,*/*", "image/avif"),
        ("image/webp,*/*", "image/webp"),
        ("image/avif;q=0,image/webp", "image/webp"),
        ("*/*", "image/jpeg"),
        ("", "image/jpeg"),
    ],
)
def test_a_reader_gets_the_best_that_it_accepts(shop: Shop, accept: str, media_type: str) -> None:
    answer = get(shop, f"{digest(shop, 'cup.jpg')[:12]}/w320/cup.jpg", Accept=accept)
    assert answer.content_type == media_type
    assert answer.headers["Vary"] == "Accept"
    assert answer.headers["Cache-Control"] == GOOD


def test_what_is_asked_by_words_is_told_its_lasting_address(shop: Shop) -> None:
    short = digest(shop, "cup.jpg")[:12]
    answer = get(shop, f"{short}/cup.jpg?w=300&h=170&fit=contain&format=png&q=95")
    assert facts_of(answer.data).width == 240  # type: ignore[union-attr]
    assert answer.headers["Cache-Control"] == "public, max-age=3600"
    lasting = answer.headers["Content-Location"].partition("/assets/")[2]
    assert lasting == f"{short}/w320h180-contain-q90/cup.jpg.png"
    assert get(shop, lasting).data == answer.data


@pytest.mark.parametrize(
    ("query", "field"),
    [("w=x", "w"), ("h=3", "w"), ("w=3&fit=fill", "fit"), ("w=3&format=bmp", "format"), ("v=1", "v")],
)
def test_what_cannot_be_asked_is_refused_by_its_name(shop: Shop, query: str, field: str) -> None:
    for path in ("cup.jpg", f"{digest(shop, 'cup.jpg')[:12]}/cup.jpg"):
        answer = get(shop, f"{path}?{query}")
        assert answer.status_code == 422
        assert answer.json["errors"][0]["field"] == field  # type: ignore[index]


def test_a_drawing_is_its_own_rendition(shop: Shop) -> None:
    short = digest(shop, "line.svg")[:12]
    assert get(shop, f"{short}/w320/line.svg").data == SVG
    assert get(shop, f"{short}/w320/line.svg.png").status_code == 422


def test_a_picture_is_cut_around_what_matters_and_a_moved_point_is_a_new_address(shop: Shop) -> None:
    short = digest(shop, "cup.jpg")[:12]
    middle = get(shop, f"{short}/w320h320/cup.jpg.png").data
    publish(shop, {}, details={"cup.jpg": {"alt": {"en": "A cup"}, "focal": {"x": 0.0, "y": 0.5}}})
    asked = get(shop, f"{short}/cup.jpg?w=320&h=320&format=png")
    assert asked.headers["Content-Location"].endswith("/w320h320-f0x50/cup.jpg.png")
    assert asked.data != middle
    stale = get(shop, f"{short}/w320h320/cup.jpg.png")
    assert stale.data == asked.data and stale.headers["Cache-Control"] == "public, max-age=3600"
    lasting = get(shop, f"{short}/w320h320-f0x50/cup.jpg.png")
    assert lasting.data == asked.data and lasting.headers["Cache-Control"] == GOOD
    assert get(shop, f"{short}/w320h320-f77x3/cup.jpg.png").data == asked.data, "nobody makes up points of their own"


def test_only_so_many_renditions_are_ever_made(shop: Shop) -> None:
    short = digest(shop, "cup.jpg")[:12]
    for width in range(1, 320, 7):
        get(shop, f"{short}/cup.jpg?w={width}&h={width * 2 // 3}&format=webp&q={width % 20 + 41}")
    kept = [path for path in (shop.house.settings.data_dir / "renditions").glob("??/*") if path.is_file()]
    assert len(kept) == 2, "w160h107 and w320h213, in one quality"


def test_a_moving_picture_moves_on(shop: Shop) -> None:
    publish(shop, {"dance.gif": moving("gif", 4, (400, 300))})
    answer = get(shop, f"{digest(shop, 'dance.gif')[:12]}/w160/dance.gif", Accept="image/webp")
    facts = facts_of(answer.data)
    assert facts is not None and (facts.width, facts.frames) == (160, 4)


def test_what_cannot_be_made_small_is_served_as_it_is(shop: Shop) -> None:
    shop.house.pictures.darkroom.limits = Limits(pixels=1)
    answer = get(shop, f"{digest(shop, 'cup.jpg')[:12]}/w320/cup.jpg.webp")
    assert (answer.status_code, answer.data, answer.content_type) == (200, PHOTO, "image/jpeg")
    assert answer.headers["Cache-Control"] == "public, max-age=60"


def test_a_lost_picture_says_so(shop: Shop) -> None:
    whole = digest(shop, "cup.jpg")
    shop.house.blobs.path(whole).unlink()  # type: ignore[attr-defined]
    answer = get(shop, f"{whole[:12]}/cup.jpg")
    assert answer.status_code == 404 and "save it again" in answer.json["detail"]  # type: ignore[index]


def test_a_page_offers_its_pictures_in_the_sizes_that_there_are(shop: Shop) -> None:
    module = {"type": "picture", "locales": {"en": {"image": {"asset": "cup.jpg"}}}}
    layout = {"title": "One", "slots": [{"key": "only", "types": ["picture"]}]}
    bodies = {
        ("types", "picture"): {"title": "Picture", "fields": {"image": {"kind": "image"}}},
        ("modules", "cup"): module,
        ("layouts", "one"): layout,
        ("asset-details", "cup.jpg"): {"alt": {"en": "A cup of coffee"}},
    }
    shop.house.contents.put_all(
        {name: json.dumps(body).encode() for name, body in bodies.items()}, author="ann", now=shop.clock()
    )
    publisher_of(shop.house).publish("one", "ann")
    html = shop.get("/v1/pages/one?anonymous_id=ada").text
    assert 'alt="A cup of coffee"' in html and 'width="800" height="600"' in html
    srcset = html.partition('srcset="')[2].partition('"')[0]
    widths = [part.rpartition(" ")[2] for part in srcset.split(", ")]
    assert widths == ["160w", "320w", "480w", "640w", "800w"]
    for candidate in srcset.split(", "):
        path = candidate.partition("/assets/")[2].partition(" ")[0]
        facts = facts_of(get(shop, path, Accept="image/webp").data)
        assert facts is not None and f"{facts.width}w" == candidate.rpartition(" ")[2]


def test_a_shape_is_offered_cut_around_what_matters_and_no_larger_than_there_is(shop: Shop) -> None:
    publish(shop, {}, details={"cup.jpg": {"alt": {"en": "A cup"}, "focal": {"x": 0.2, "y": 0.5}}})
    known = shop.house.pictures.shown(shop.house.published.current(), "cup.jpg")
    assert known is not None and known.focal == (0.2, 0.5)
    assert set(known.shapes) == set(shop.house.settings.asset_ratios)
    for shape, srcset in known.shapes.items():
        wide, high = map(int, shape.split(":"))
        for candidate in srcset.split(", "):
            path, _, width = candidate.partition("/assets/")[2].partition(" ")
            assert "-f20x50" in path
            answer = get(shop, path, Accept="image/webp")
            facts = facts_of(answer.data)
            assert answer.headers["Cache-Control"] == GOOD
            assert facts is not None and facts.width and facts.height and f"{facts.width}w" == width
            assert abs(facts.width / facts.height / (wide / high) - 1) < 0.02
