"""What the OpenAPI document says of the routes whose answers are the same for everybody."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from modules import MOMENT
from service.asking import DEVICES, LOCALE
from service.openapi import VERSION, header
from service.previewing import ARGUMENT
from service.telling import portable

JSON: Final = "application/json"
LONGEST: Final = 255
"""Characters of an argument."""
PATTERN: Final = f"^{LOCALE.pattern.removesuffix(chr(92) + 'Z')}$"
"""What a locale looks like, as the document writes patterns."""
NOT_CHANGED: Final = "What `If-None-Match` names is still the answer; no body"

KEPT: Final[Mapping[str, Any]] = {
    "ETag": header("A digest of the body, strong", '"5d41402abc4b2a76b9719d911017c592"'),
    "Cache-Control": header(
        "How long shared caches may keep it; `private, no-store` of a preview and with `at`",
        "public, max-age=0, s-maxage=60, stale-while-revalidate=30, stale-if-error=3600",
    ),
    "Surrogate-Key": header("What it is filed under, with spaces; not of a preview", "all layout:home module:hero"),
    "Cache-Tag": header("The same with commas", "all,layout:home,module:hero"),
    "Intarsia-Release": header("The release that was served"),
    "Intarsia-Level": header("How far the answer had to fall: 0 is whole", "0"),
    **VERSION,
}

IF_NONE_MATCH: Final[Mapping[str, Any]] = {
    "in": "header",
    "name": "If-None-Match",
    "description": "The ETag of the answer that one has",
    "schema": {"type": "string"},
}

SHOWN: Final[Mapping[str, Any]] = {
    "type": "object",
    "required": ["layout", "channel", "locale"],
    "properties": {
        "layout": {"type": "string"},
        "channel": {"type": "string"},
        "locale": {"type": "string"},
        "static": {"type": "string", "description": "headless, mobile: plain words for what nothing could fill"},
        "slots": {"type": "array", "items": {"type": "object"}, "description": "headless"},
        "html": {"type": "object", "additionalProperties": {"type": "string"}, "description": "web: HTML by slot"},
        "sections": {"type": "array", "items": {"type": "object"}, "description": "mobile"},
        "text": {"type": "string", "description": "chat"},
        "cards": {"type": "array", "items": {"type": "object"}, "description": "chat"},
        "choices": {"type": "array", "items": {"type": "object"}, "description": "chat"},
    },
}

SERVED: Final[Mapping[str, Any]] = {
    "type": "object",
    "required": ["release", "number", "published_at"],
    "properties": {
        "release": {"type": "string", "description": "Its id"},
        "number": {"type": "integer", "description": "Grows with each publication and each rollback"},
        "published_at": {"type": "number", "description": "Since when, in seconds since 1970, UTC"},
    },
    "additionalProperties": False,
}


def layout_doc(channels: Sequence[str]) -> dict[str, Any]:
    """Of `GET /v1/layouts/{key}`."""
    return {
        "summary": "A layout for nobody in particular, which caches may keep",
        "description": "Its arguments are all that the answer depends on: neither cookies nor the browser have a say.",
        "parameters": [*_arguments(channels), IF_NONE_MATCH],
        "responses": {
            "200": {"description": "What is shown", "headers": KEPT, "content": {JSON: {"schema": SHOWN}}},
            "304": {"description": NOT_CHANGED, "headers": KEPT},
        },
    }


def _arguments(channels: Sequence[str]) -> list[dict[str, Any]]:
    return [
        _argument("channel", "`headless` without it", enum=list(channels)),
        _argument(
            "locale", "The default of the content, or of the service, without it", pattern=PATTERN, example="de-AT"
        ),
        _argument("device", "`desktop` without it", enum=sorted(DEVICES)),
        _argument("place", "City"),
        _argument("country", "Country"),
        _argument("referrer", "Where the visit comes from"),
        _argument("temperature", "Degrees Celsius", type="number"),
        {
            "in": "query",
            "name": "zone",
            "description": "Named time zone; that of the service without it",
            "schema": {"$ref": "#/components/schemas/Zone"},
        },
        _argument("at", "Another moment than now; needs the scope `preview`", pattern=portable(MOMENT)),
        _argument(ARGUMENT, "The token of a preview link"),
    ]


def _argument(name: str, words: str, **schema: Any) -> dict[str, Any]:
    text = {} if "type" in schema or name == ARGUMENT else {"type": "string", "minLength": 1, "maxLength": LONGEST}
    return {"in": "query", "name": name, "description": words, "schema": {"type": "string", **text, **schema}}


def version_doc() -> dict[str, Any]:
    """Of `GET /v1/version`."""
    headers = {"ETag": KEPT["ETag"], "Cache-Control": header("Ask each time", "no-cache"), **VERSION}
    return {
        "summary": "Which release is served",
        "parameters": [IF_NONE_MATCH],
        "responses": {
            "200": {"description": "What is served", "headers": headers, "content": {JSON: {"schema": SERVED}}},
            "304": {"description": NOT_CHANGED, "headers": headers},
        },
    }
