"""The content of the small shop: a hero in two words, a cart reminder, wine for adults, a mail, a chat reply."""

from __future__ import annotations

from typing import Any

import orjson

Contents = dict[tuple[str, str], bytes]

CARD = {
    "title": "Card",
    "fields": {
        "heading": {"kind": "text", "role": "heading", "required": True, "localised": True, "max": 80},
        "body": {"kind": "richtext", "role": "body", "localised": True},
        "link": {"kind": "link", "role": "action", "localised": True},
    },
}
FRAGILE = {
    "title": "Fragile",
    "fields": {
        "heading": {"kind": "text", "role": "heading", "required": True},
        "amount": {"kind": "number", "role": "data"},
    },
    # Sound as a template, but it divides by what an editor may set to nothing.
    "templates": {"web": "<p>{{ heading }} {{ 100 / fields.amount }}</p>"},
    "sample": {"heading": "Save", "amount": 4},
}
CART = {"events": {"type": "Product Added", "within": "10m", "not_followed_by": "Order Completed"}}
FACTS: dict[str, Any] = {
    "attributes": [
        {"path": "profile.first_name", "type": "string", "title": "First name"},
        {"path": "profile.age_band", "type": "string", "title": "Age"},
        {"path": "profile.orders", "type": "number", "title": "Orders", "purpose": "necessary"},
        {"path": "context.device", "type": "string", "title": "Device", "purpose": "necessary"},
        {"path": "context.hour", "type": "number", "title": "Hour", "purpose": "necessary"},
    ],
    "events": [
        {"type": "Product Viewed", "purpose": "personalization"},
        {"type": "Product Added", "purpose": "personalization"},
        {"type": "Order Completed", "purpose": "necessary"},
    ],
}


def card(heading: str, **more: Any) -> dict[str, Any]:
    """A card in English with a link."""
    words = {"heading": heading, "body": f"<p>{heading} indeed.</p>", "link": {"label": "Go", "url": "/go"}}
    return {"type": "card", "locales": {"en": words}, **more}


def shop_contents(**more: dict[str, Any]) -> Contents:
    """Everything; `more` adds or replaces bodies by kind."""
    bold = [{"key": "bold", "locales": {"en": {"heading": "WELCOME!"}}}]
    kinds: dict[str, dict[str, Any]] = {
        "attributes": {"shop": FACTS},
        "types": {"card": CARD, "fragile": FRAGILE},
        "rules": {"mobile": {"title": "On a phone", "logic": {"==": [{"var": "context.device"}, "mobile"]}}},
        "segments": {"cart-waiting": {"title": "Cart waiting", "logic": {">": [CART, 0]}}},
        "policies": {
            "adults": {
                "title": "Adults only",
                "tags": ["alcohol"],
                "logic": {"in": [{"var": "profile.age_band"}, ["25-34", "35-44"]]},
            }
        },
        "modules": {
            "hero": card('Welcome {{ profile.first_name | default("there") }}', tags=["hero"], variants=bold),
            "wine": card("Wine", tags=["hero", "alcohol"], tier=5),
            "phone": card("On the go", tags=["hero"], tier=2, targeting="mobile"),
            "reminder": card("Your cart waits", tags=["message"], targeting={"in_segment": "cart-waiting"}),
            "thanks": card("Thank you", tags=["message"], tier=-1, targeting={">": [{"var": "profile.orders"}, 0]}),
            "footer": card("The end", tags=["footer"]),
        },
        "experiments": {
            "words": {
                "title": "Words of the hero",
                "status": "running",
                "seed": "words",
                "coverage": 1.0,
                "variations": [
                    {"key": "control", "weight": 0.5, "modules": {}},
                    {"key": "bold", "weight": 0.5, "modules": {"hero": "bold"}},
                ],
            }
        },
        "layouts": {
            "home": {
                "title": "Home",
                "slots": [
                    {"key": "message", "tags": ["message"], "min": 0, "max": 1},
                    {"key": "hero", "tags": ["hero"], "min": 1, "max": 1, "fallback": "footer"},
                ],
                "fallback": "footer",
                "static": "Welcome",
                "settings": {"title": "Small shop"},
            },
            "mail": {
                "title": "Mail",
                "channels": ["email"],
                "slots": [{"key": "hero", "tags": ["hero"], "min": 1, "max": 1, "fallback": "footer"}],
                "settings": {"subject": 'News for {{ profile.first_name | default("you") }}'},
            },
        },
    }
    for kind, bodies in more.items():
        kinds.setdefault(kind, {}).update(bodies)
    return {(kind, key): orjson.dumps(body) for kind, bodies in kinds.items() for key, body in bodies.items()}
