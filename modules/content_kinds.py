"""The kinds of stored content: one folder, one management route and one key rule each."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256

from modules.errors import BadKey, UnknownContent

LONGEST_KEY = 120
"""Characters of a key."""
_PLAIN = "[a-z0-9][a-z0-9-]*"
_KEY = re.compile(_PLAIN, re.ASCII)
_ASSET = re.compile(r"[a-z0-9][a-z0-9-]*\.([a-z0-9]+)", re.ASCII)


@dataclass(frozen=True, slots=True)
class ContentKind:
    """A kind of content. `media` maps the file endings it allows to media types."""

    name: str
    summary: str
    media: Mapping[str, str]
    about: str = ""
    """The kind of content that it tells more about: its keys are those of what it tells about."""

    @property
    def is_json(self) -> bool:
        """Whether its files are JSON, their keys without the ending; else keys keep their ending."""
        return "json" in self.media

    def media_type(self, key: str) -> str:
        """The media type of the content under this key."""
        return self.media["json"] if self.is_json else self.media[key.rsplit(".", 1)[-1]]


_JSON = {"json": "application/json"}
_PICTURES = {"svg": "image/svg+xml", "png": "image/png", "jpg": "image/jpeg", "webp": "image/webp",
             "gif": "image/gif", "avif": "image/avif"}  # fmt: skip

KINDS: Mapping[str, ContentKind] = {
    kind.name: kind
    for kind in (
        ContentKind("locales", "Locales, and which stand in for which.", _JSON),
        ContentKind("attributes", "Registered facts and event types that rules may read.", _JSON),
        ContentKind("segments", "Named rules whose membership is kept current.", _JSON),
        ContentKind("rules", "Named targeting rules.", _JSON),
        ContentKind("types", "Module types: fields with roles, limits and templates.", _JSON),
        ContentKind("assets", "Pictures.", _PICTURES),
        ContentKind("asset-details", "What pictures show, what of them matters, whose they are.", _JSON, "assets"),
        ContentKind("modules", "Authored blocks of content.", _JSON),
        ContentKind("policies", "Rules that gate whatever carries their tags.", _JSON),
        ContentKind("layouts", "Arrangements of slots.", _JSON),
        ContentKind("experiments", "Controlled tests and their variations.", _JSON),
        ContentKind("triggers", "What is done when people enter or leave a segment, or do something.", _JSON),
        ContentKind("model-pins", "Which trained model answers.", _JSON),
    )
}
"""Kind name -> what it is; the order is that of dependence: a kind names only content of kinds before it."""


def check_key(kind: str, key: str) -> None:
    """Raise `UnknownContent` for an unknown kind, `BadKey` for a key that cannot name content of it."""
    found = KINDS.get(kind)
    if found is None:
        raise UnknownContent(kind, None, KINDS)
    if len(key) > LONGEST_KEY:
        raise BadKey(kind, key[:LONGEST_KEY] + "…", f"it is longer than {LONGEST_KEY} characters")
    if found.about:
        found = KINDS[found.about]
    if found.is_json:
        if not _KEY.fullmatch(key):
            raise BadKey(kind, key, "a key has small letters, digits and -, and begins with a letter or digit")
        return
    name = _ASSET.fullmatch(key)
    if name is None or name[1] not in found.media:
        raise BadKey(kind, key, f"a name has small letters, digits and -, and ends in .{', .'.join(found.media)}")


def key_pattern(kind: str) -> str:
    """What keys of this kind look like, as a regular expression for JSON Schema; `check_key` says why one does not."""
    found = KINDS[KINDS[kind].about or kind]
    return f"^{_PLAIN}$" if found.is_json else rf"^{_PLAIN}\.({'|'.join(found.media)})$"


def digest_of(content: bytes) -> str:
    """The name of exactly these bytes."""
    return sha256(content).hexdigest()
