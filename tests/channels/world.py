"""A toy shop: one page with every kind of part, one with hostile words in every text that anybody can write."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from html.parser import HTMLParser
from typing import Any

from channels import View
from engine import Assigned, Candidate, Content, Filled, Gate, ItemCard, Level, Page, Placement, Stop, Stops, Why
from engine.entries import entry_of
from engine.linking import Linker
from engine.packing import Packer
from modules import ModuleType, parse_type, parts_of

NASTY = """"><script>alert(1)</script><img src=x onerror=alert(2)>'--><!--{{7*7}} </script> javascript:alert(3) &lt;"""
"""Tries to leave text, attributes, comments, scripts and templates."""

FIELDS: dict[str, Any] = {
    "heading": {"kind": "text", "role": "heading"},
    "text": {"kind": "richtext"},
    "picture": {"kind": "image"},
    "go": {"kind": "link"},
    "steps": {"kind": "list", "of": {"line": {"kind": "text"}}},
    "products": {"kind": "items"},
    "strength": {"kind": "number"},
}
BODY: dict[str, Any] = {
    "heading": 'Coffee for {{ profile.first_name | default("you") }}',
    "text": '<p>Roasted in <a href="/town">{{ profile.town | default("town") }}</a></p>',
    "picture": {"asset": "coffee.svg", "alt": "A cup of coffee"},
    "go": {"label": "Shop coffee", "url": '/shop?for={{ profile.first_name | default("you") }}'},
    "steps": [{"line": "Grind."}, {"line": "Pour."}],
    "products": {"count": 2, "recommend": "for-you"},
    "strength": 4,
}
CARDS = (
    ItemCard("11", "House Blend", 3.99, "USD", "blend.png", "/p/11", "Larder", "coffee", "you bought coffee"),
    ItemCard("12", "Decaf", None, "USD", None, "/p/12", "Larder", "coffee"),
)
PEOPLE = {"ada": {"profile": {"first_name": "Ada", "town": "Delft"}}, "stranger": {}}


def a_type(templates: Mapping[str, str] | None = None, fields: Mapping[str, Any] | None = None) -> ModuleType:
    """A module type with one field of every kind that shows."""
    return parse_type("story", {"title": "Story", "fields": fields or FIELDS, "templates": dict(templates or {})})


def content(
    body: Mapping[str, Any] | None = None,
    *,
    key: str = "coffee-story",
    templates: Mapping[str, str] | None = None,
    fields: Mapping[str, Any] | None = None,
    variant: str | None = None,
) -> Content:
    """One module's body, made ready."""
    made = a_type(templates, fields)
    said = BODY if body is None else body
    digest = f"{key}:{variant}:{sorted((templates or {}).items())}:{said!r}"
    return Content(key, variant, "en", made, said, parts_of(made, said), digest)


def placement(what: Content | None = None, *, slot: str = "hero", cards: Sequence[ItemCard] = CARDS) -> Placement:
    """A module in a slot, with cards for every items field."""
    made = what or content()
    return Placement(
        slot=slot,
        module=made.module,
        variant=made.variant,
        content=made,
        reason="for everybody; tier 10",
        tier=10,
        score=1.5,
        items={"products": tuple(cards)},
        items_from="for you",
        assigned=(Assigned("hero-words", "bold"),),
    )


def candidate(key: str, tier: int) -> Candidate:
    """A module that nothing stops."""
    kind = a_type()
    body: dict[str, Any] = {"type": kind.key, "title": key, "tier": tier, "locales": {"en": BODY}}
    return Linker({kind.key: kind}, {}, {}, {}, Packer()).candidate(key, body, key)


def page(
    *placements: Placement, static: str = "", locale: str = "en", release: str = "r1", channel: str = "web"
) -> Page:
    """A page with a slot for each placement, and its reasons."""
    stop = Stop("tea-story", Gate.TARGETING, "tea-lover", ("/0",))
    stops = Stops(len(placements))
    stops.alone = [[stop] for _ in placements]
    loser = entry_of(candidate("bread-story", tier=5), 0)
    filled = [
        Filled(p.slot, (p,), Why(p.slot, "ranked", stops, at, ((-5, -0.5, 0, 0, loser),)))
        for at, p in enumerate(placements)
    ]
    if static:
        filled.append(Filled("foot", (), Why("foot", "static", Stops(1))))
    level = Level.STATIC if static else Level.FULL
    return Page("home", channel, locale, release, "d1", tuple(filled), level, 1234.5, static=static)


def view(values: Mapping[str, Any] | None = None, **more: Any) -> View:
    """Ada's view of the shop."""
    settings = {"subject": 'Hello {{ profile.first_name | default("there") }}', "title": "Larder", "preheader": "New"}
    made = View(
        values=PEOPLE["ada"] if values is None else values,
        asset_url=lambda name: f"/assets/{name}?v=1",
        base_url="https://shop.example",
        settings=settings,
        title="Home",
        stylesheet="/shop/shop.css",
    )
    return replace(made, **more)


class Tree(HTMLParser):
    """What a browser would make of HTML: tags with attributes, words, and what would run."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.words: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, {name: value or "" for name, value in attrs}))

    def handle_data(self, data: str) -> None:
        self.words.append(data)

    @property
    def text(self) -> str:
        """All words."""
        return "".join(self.words)

    def all(self, tag: str) -> list[dict[str, str]]:
        """The attributes of each tag of this name."""
        return [attrs for name, attrs in self.tags if name == tag]

    @property
    def live(self) -> list[str]:
        """What would run code: scripts that are no data, handlers, addresses of other schemes."""
        found = [f"<{tag}>" for tag, a in self.tags if tag == "script" and a.get("type") != "application/json"]
        for tag, attrs in self.tags:
            found += [f"{tag} {name}" for name in attrs if name.startswith("on")]
            found += [f"{tag} {name}={value}" for name, value in attrs.items() if _runs(name, value)]
        return found


def _runs(name: str, value: str) -> bool:
    bare = "".join(c for c in value if c > " ").lower()
    return name in ("href", "src", "action", "formaction") and bare.startswith(("javascript:", "data:", "vbscript:"))
