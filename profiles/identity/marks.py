"""What a call tells of who somebody is beside its ids: verified addresses, devices, ids elsewhere; as keyed hashes."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Collection, Iterator, Mapping
from typing import Final, TypeAlias

from rules import Json

Call: TypeAlias = Mapping[str, Json]

NOTHING: Final = frozenset(
    {"null", "(null)", "nil", "undefined", "nan", "[object object]", "00000000-0000-0000-0000-000000000000"}
)
"""What programs write where there is no id."""

PLACEHOLDERS: Final = NOTHING | {
    *("none", "unknown", "n/a", "na", "anonymous", "guest", "test", "true", "false", "unset", "9774d56d682e549c"),
}
"""What programs send where they know nothing (the last is the id that one make of phones gave to all of them)."""

MOST_EXTERNAL: Final = 10
"""Ids in other systems that are read of one call."""

EMAIL: Final = re.compile(r"[^\s@\x00-\x20\x7f]{1,64}@[^\s@.]+(\.[^\s@.]+)+")
DIGITS: Final = re.compile(r"[1-9][0-9]{6,14}")
"""E.164: https://www.itu.int/rec/T-REC-E.164, country code first, at most 15 digits."""


class Marks:
    """Makes the names of a call. What says who somebody is counts from `trusted` sources alone: the write key of a
    browser or an app is in everybody's hands, and whoever claims another's address must not become them."""

    def __init__(self, mark: Callable[[str], str], trusted: Collection[str] = ()) -> None:
        """`mark` makes keyed hashes, see `Vault.mark`."""
        self._mark = mark
        self._trusted = frozenset(trusted)

    def of(self, kind: str, call: Call, source: str) -> tuple[str, ...]:
        """The aliases that a call of this kind gives its person, the surest first, each once."""
        told = list(_devices(_object(call, "context")))
        if source in self._trusted:
            told = [*_verified(_told_of_person(kind, call)), *told, *_external(_object(call, "context"))]
        return tuple(dict.fromkeys(f"{name}:{self._hash(name, text)}" for name, text in told))

    def _hash(self, kind: str, text: str) -> str:
        # The kind is in it: one value as two kinds shall not show that it is one.
        return self._mark(f"{kind}\n{text}")[:32]


def is_placeholder(text: str) -> bool:
    """Whether this id is what programs send where they know none: nobody's, or rather everybody's."""
    plain = text.strip().casefold()
    return plain in PLACEHOLDERS or (not plain.replace("-", "").strip(plain[:1]) and len(plain) >= 8)


def is_nobody(text: str) -> bool:
    """Whether this user's or anonymous id is what a program writes for "there is none"."""
    return text.strip().casefold() in NOTHING


def email_of(text: str) -> str | None:
    """An e-mail address as it is compared; None where it is none. What is before the @ is not case-sensitive with
    anybody who lets people sign in by it."""
    plain = unicodedata.normalize("NFKC", text.strip()).casefold()
    if len(plain) > 254 or EMAIL.fullmatch(plain) is None:
        return None
    local, _, domain = plain.rpartition("@")
    try:
        return f"{local}@{domain.encode('idna').decode()}"
    except UnicodeError:
        return None


def phone_of(text: str) -> str | None:
    """A phone number in E.164; None where its country is not told, or it is none."""
    plain = unicodedata.normalize("NFKC", text.strip()).replace("(0)", "")
    plain = "".join(c for c in plain if c not in " -./()\u2010\u2011\u2013\u00a0")
    number = plain[1:] if plain.startswith("+") else plain[2:] if plain.startswith("00") else ""
    return f"+{number}" if DIGITS.fullmatch(number) else None


def _verified(traits: Call) -> Iterator[tuple[str, str]]:
    for kind, normalise in (("email", email_of), ("phone", phone_of)):
        text = traits.get(kind)
        if isinstance(text, str) and _says(traits, kind) and (value := normalise(text)) is not None:
            yield kind, value


def _says(traits: Call, kind: str) -> bool:
    return any(traits.get(name) is True for name in (f"{kind}_verified", f"{kind}Verified"))


def _devices(context: Call) -> Iterator[tuple[str, str]]:
    device = _object(context, "device")
    if (value := _id(device.get("id"))) is not None:
        yield "device", value
    # An advertising id is for who agreed to it: https://segment.com/docs/connections/spec/common/#context
    if device.get("adTrackingEnabled") is True and (value := _id(device.get("advertisingId"))) is not None:
        yield "device", f"advertising\n{value.casefold()}"


def _external(context: Call) -> Iterator[tuple[str, str]]:
    ids = context.get("externalIds")
    for one in ids[:MOST_EXTERNAL] if isinstance(ids, list) else ():
        if not isinstance(one, dict):
            continue
        kind, value = _id(one.get("type")), _id(one.get("id"))
        beside = [str(one.get(name) or usual) for name, usual in (("collection", "users"), ("encoding", "none"))]
        if kind is not None and value is not None:
            yield "external", "\n".join((kind, *beside, value))


def _id(value: Json) -> str | None:
    text = str(value) if isinstance(value, int) and not isinstance(value, bool) else value
    return text if isinstance(text, str) and 0 < len(text) <= 255 and not is_placeholder(text) else None


def _told_of_person(kind: str, call: Call) -> Call:
    if kind == "group":
        return {}  # its traits are those of the group
    return {**_object(_object(call, "context"), "traits"), **_object(call, "traits")}


def _object(call: Call, name: str) -> Call:
    value = call.get(name)
    return value if isinstance(value, dict) else {}
