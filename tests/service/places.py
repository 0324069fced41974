"""Places of the API that take a text, and where it is read again."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote
from zlib import crc32

from werkzeug.test import TestResponse

from tests.service.people import Caller

NOTE = {
    "title": "Note",
    "fields": {
        "heading": {"kind": "text", "role": "heading"},
        "line": {"kind": "text", "role": "body"},
        "body": {"kind": "richtext", "role": "body"},
        "many": {"kind": "list", "of": {"word": {"kind": "text"}}},
    },
}
MANAGE = "/v1/manage"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a text can be sent: the request with it, and where it is read again."""

    send: Callable[[Caller, str], TestResponse]
    read: Callable[[Caller, TestResponse], Any] | None = None


def id_of(text: str) -> str:
    """An id for a call that sends this text."""
    return f"m-{crc32(text.encode())}"


def module(**more: Any) -> dict[str, Any]:
    """A note, with what is sent."""
    return {"type": "note", "locales": {"en": {"heading": "Heading"}}, "tags": ["hero"], **more}


def saved(body: Callable[[str], Any], read: Callable[[Any], Any], name: str = "modules/naughty") -> Place:
    """A text in content."""
    path = f"{MANAGE}/{name}"
    return Place(lambda who, text: who("PUT", path, body(text)), lambda who, _: read(who("GET", path).get_json()))


def posted(path: str, body: Callable[[str], Any], name: str, status: str = "POST") -> Place:
    """A text in a body, which the answer tells again."""
    return Place(lambda who, text: who(status, f"{MANAGE}/{path}", body(text)), lambda _, told: told.get_json()[name])


def asked(path: str) -> Place:
    """A text in an address."""
    return Place(lambda who, text: who("GET", path.format(quote(text, safe=""))))


def in_english(name: str) -> Place:
    """A field of a module."""
    return saved(
        lambda text: module(locales={"en": {"heading": "Heading", name: text}}),
        lambda told: told["locales"]["en"][name],
    )


PLACES: Mapping[str, Place] = {
    "a text field": in_english("line"),
    "a rich text field": in_english("body"),
    "a text in a list": saved(
        lambda text: module(locales={"en": {"heading": "Heading", "many": [{"word": text}]}}),
        lambda told: told["locales"]["en"]["many"][0]["word"],
    ),
    "a tag": saved(lambda text: module(tags=["hero", text]), lambda told: told["tags"][1]),
    "a topic": saved(lambda text: module(topics=[text]), lambda told: told["topics"][0]),
    "a note": saved(lambda text: module(note=text), lambda told: told["note"]),
    "a title": saved(lambda text: module(title=text), lambda told: told["title"]),
    "a name of a field": saved(
        lambda text: module(locales={"en": {text: "x"}}), lambda told: next(iter(told["locales"]["en"]))
    ),
    "a name of a locale": saved(
        lambda text: module(locales={text: {"heading": "x"}}), lambda told: next(iter(told["locales"]))
    ),
    "a title of a rule": saved(
        lambda text: {"title": text, "logic": {"==": [{"var": "context.device"}, text]}},
        lambda told: told["title"],
        "rules/naughty",
    ),
    "a setting of a layout": saved(
        lambda text: {"title": "X", "slots": [{"key": "a", "tags": [text]}], "settings": {"title": text}},
        lambda told: told["settings"]["title"],
        "layouts/naughty",
    ),
    "a choice of a type": saved(
        lambda text: {"title": text, "fields": {"c": {"kind": "choice", "choices": [text, "other"]}}},
        lambda told: told["fields"]["c"]["choices"][0],
        "types/naughty",
    ),
    "an alt text": saved(
        lambda text: {"alt": {"en": text}}, lambda told: told["alt"]["en"], "asset-details/naughty.svg"
    ),
    "a comment": posted("modules/hero/comments", lambda text: {"text": text}, "text"),
    "a place of a comment": posted("modules/hero/comments", lambda text: {"text": "x", "pointer": text}, "pointer"),
    "a name of a release": posted("releases", lambda text: {"name": text}, "name"),
    "a description of a release": posted("releases", lambda text: {"name": "x", "description": text}, "description"),
    "a description of a webhook": posted(
        "webhooks", lambda text: {"url": "https://example.com/x", "topics": ["*"], "description": text}, "description"
    ),
    "a name of an account": Place(
        lambda who, text: who("POST", f"{MANAGE}/accounts", {"name": text, "roles": ["viewer"]})
    ),
    "a name of a key": Place(lambda who, text: who("POST", f"{MANAGE}/keys", {"name": text, "scopes": ["track"]})),
    "a summary of a role": posted(
        "roles/naughty", lambda text: {"summary": text, "grants": [{"actions": ["content.read"]}]}, "summary", "PUT"
    ),
    "a type in a grant": Place(
        lambda who, text: who(
            "PUT", f"{MANAGE}/roles/naughty", {"grants": [{"actions": ["content.read"], "types": [text]}]}
        )
    ),
    "a reason": Place(lambda who, text: who("DELETE", f"{MANAGE}/rules/nothing?override={quote(text, safe='')}")),
    "somebody of a preview": posted("previews", lambda text: {"person": {"user_id": text}}, "person"),
    "a password": Place(lambda who, text: who("POST", f"{MANAGE}/session", {"name": "ann", "password": text})),
    "a name that signs in": Place(lambda who, text: who("POST", f"{MANAGE}/session", {"name": text, "password": "x"})),
    "somebody of an explanation": Place(
        lambda who, text: who("POST", f"{MANAGE}/explain", {"module": "hero", "person": {"user_id": text}})
    ),
    "words that are searched for": asked(f"{MANAGE}/search?q={{}}"),
    "words of a filter": asked(f"{MANAGE}/modules?text={{}}"),
    "a tag of a filter": asked(f"{MANAGE}/modules?tag={{}}"),
    "a type of a filter": asked(f"{MANAGE}/modules?type={{}}"),
    "a locale of a filter": asked(f"{MANAGE}/modules?locale={{}}"),
    "a rule of a filter": asked(f"{MANAGE}/modules?rule={{}}"),
    "a use of a filter": asked(f"{MANAGE}/modules?uses=rules/{{}}"),
    "a cursor": asked(f"{MANAGE}/modules?after={{}}"),
    "a cursor of the search": asked(f"{MANAGE}/search?q=hero&after={{}}"),
    "a cursor of releases": asked(f"{MANAGE}/releases?after={{}}"),
    "a cursor of comments": asked(f"{MANAGE}/comments?after={{}}"),
    "a release that is read": asked(f"{MANAGE}/modules?release={{}}"),
    "a revision": asked(f"{MANAGE}/modules/hero?revision={{}}"),
    "a state of usage": asked(f"{MANAGE}/modules/hero/usage?within={{}}"),
    "who of the audit log": asked(f"{MANAGE}/audit?who={{}}"),
    "what of the audit log": asked(f"{MANAGE}/audit?what={{}}"),
    "an act of the audit log": asked(f"{MANAGE}/audit?action={{}}"),
    "an unknown argument": asked(f"{MANAGE}/audit?{{}}=1"),
    "a kind": asked(f"{MANAGE}/{{}}"),
    "a key": asked(f"{MANAGE}/modules/{{}}"),
    "a key that is saved": Place(lambda who, text: who("PUT", f"{MANAGE}/modules/{quote(text, safe='')}", module())),
    "an id of a release": asked(f"{MANAGE}/releases/{{}}"),
    "an id of a comment": Place(lambda who, text: who("DELETE", f"{MANAGE}/comments/{quote(text, safe='')}")),
    "an id of a webhook": asked(f"{MANAGE}/webhooks/{{}}"),
    "a name in an address": asked(f"{MANAGE}/accounts/{{}}"),
    "a layout": asked("/v1/pages/{}?anonymous_id=ada"),
    "a device": asked("/v1/pages/home?anonymous_id={}"),
    "a locale of a page": asked("/v1/pages/home?anonymous_id=ada&locale={}"),
    "a picture": asked("/assets/{}"),
    "a place of a visit": Place(
        lambda who, text: who(
            "POST", "/v1/assemble", {"layout": "home", "person": {"user_id": text}, "context": {"place": text}}
        )
    ),
    "a recipient": Place(
        lambda who, text: who(
            "POST", "/v1/render/email", {"layout": "mail", "person": {"anonymous_id": "ada"}, "to": text}
        )
    ),
    "a name of an event": Place(
        lambda who, text: who(
            "POST", "/v1/track", {"messageId": f"e{id_of(text)}", "anonymousId": "ada", "event": text}
        )
    ),
    "a property of an event": Place(
        lambda who, text: who(
            "POST",
            "/v1/track",
            {
                "messageId": f"p{id_of(text)}",
                "anonymousId": "ada",
                "event": "Seen",
                "properties": {"name": text, text: 1},
            },
        )
    ),
    "a trait": Place(
        lambda who, text: who(
            "POST", "/v1/identify", {"messageId": f"t{id_of(text)}", "userId": "u", "traits": {"first_name": text}}
        )
    ),
    "a user": Place(
        lambda who, text: who(
            "POST", "/v1/identify", {"messageId": f"u{id_of(text)}", "userId": text, "traits": {"a": 1}}
        )
    ),
    "an id of a message": Place(lambda who, text: who("POST", "/v1/page", {"messageId": text, "anonymousId": "ada"})),
}
"""Every sort of place that takes a text."""
