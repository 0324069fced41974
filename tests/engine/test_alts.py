"""A release is refused where nobody said what a picture shows, and where something is said of no picture."""

from __future__ import annotations

import json
from typing import Any

from engine import compile_catalogue, validate

TYPE = {"title": "Card", "fields": {"image": {"kind": "image", "localised": False}, "text": {"kind": "text"}}}
CARD = {"type": "card", "locales": {"en": {"image": {"asset": "dot.svg"}, "text": "Hi"}, "fr": {"text": "Salut"}}}
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"/>'


def release(alt: dict[str, str] | None, **more: Any) -> dict[tuple[str, str], bytes]:
    bodies: dict[tuple[str, str], Any] = {("types", "card"): TYPE, ("modules", "card"): CARD}
    if alt is not None:
        bodies[("asset-details", "dot.svg")] = {"alt": alt, **more}
    return {("assets", "dot.svg"): SVG, **{name: json.dumps(body).encode() for name, body in bodies.items()}}


def test_a_picture_without_words_names_module_locale_and_picture() -> None:
    assert validate(release({"en": "A dot", "fr": "Un point"})) == []
    (finding,) = validate(release({"en": "A dot"}))
    assert finding.pointer == "/modules/card/locales/fr/image/alt"
    assert "'fr'" in finding.message and "'dot.svg'" in finding.message
    assert len(validate(release(None))) == 2


def test_details_of_no_picture_are_told() -> None:
    contents = {("asset-details", "gone.svg"): b'{"decorative": true}'}
    (finding,) = validate(contents)
    assert (finding.pointer, finding.message) == ("/asset-details/gone.svg", "there is no asset 'gone.svg'")


def test_a_catalogue_knows_what_pictures_show_and_what_matters() -> None:
    contents = release({"en": "A dot"}, focal={"x": 0.2, "y": 0.4})
    made = compile_catalogue("r", {name: "/".join(name) for name in contents}, lambda _: {
        "/".join(name): content for name, content in contents.items()
    })  # fmt: skip
    assert made.alt_of("dot.svg", "en-GB") == "A dot"
    assert made.alt_of("dot.svg", "fr") is None and made.alt_of("gone.svg", "en") is None
    assert made.details["dot.svg"].focal.x == 0.2
