"""How the text of a setting becomes its value, and what is said of one that is none."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Final, TypeVar
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pictures import Target, ratio_of
from profiles import SEEN_DAYS

PREFIX: Final = "INTARSIA_"

WIDEST = 10_000
"""Pixels of the widest rendition."""
SHORTEST_KEY = 32
"""Characters of a key that nobody guesses."""

T = TypeVar("T", int, float)


class SettingError(Exception):
    """A setting that cannot be: its name, what is wrong, what would be right."""

    def __init__(self, name: str, message: str) -> None:
        self.name = name
        super().__init__(f"{PREFIX}{name.upper()}: {message}")


def _number(name: str, text: str, kind: type[T]) -> T:
    try:
        value = kind(text)
    except ValueError:
        raise SettingError(name, f"{text!r} is not a number") from None
    if value <= 0:
        raise SettingError(name, f"{text} is not positive")
    return value


def _yes(name: str, text: str) -> bool:
    if text.lower() not in {"1", "0", "true", "false", "yes", "no"}:
        raise SettingError(name, f"{text!r} is neither yes nor no")
    return text.lower() in {"1", "true", "yes"}


def _keys(name: str, text: str) -> str:
    if any(len(key.strip()) < SHORTEST_KEY for key in text.split(",")):
        # The text itself is a secret: not a word of it is repeated.
        raise SettingError(name, f"a key has fewer than {SHORTEST_KEY} characters; `openssl rand -hex 32` makes one")
    return text


def _address(name: str, text: str) -> str:
    if not text and name == "oidc_issuer":
        return ""
    if not text.startswith(("https://", "http://")):
        raise SettingError(name, f"{text!r} is no address; write one such as https://content.example.com")
    return text


def _mapping(name: str, text: str) -> Mapping[str, tuple[str, ...]]:
    made: dict[str, tuple[str, ...]] = {}
    for pair in filter(None, (part.strip() for part in text.split(","))):
        value, equals, role = pair.rpartition("=")
        if not (value and equals and role):
            raise SettingError(name, f"{pair!r} is not VALUE=ROLE; write for example editors=editor,staff=viewer")
        made[value.strip()] = (*made.get(value.strip(), ()), role.strip())
    return made


def _days(name: str, text: str) -> Mapping[str, int]:
    made: dict[str, int] = {}
    for pair in filter(None, (part.strip() for part in text.split(","))):
        key, equals, days = pair.rpartition("=")
        if not (key.strip() and equals):
            raise SettingError(name, f"{pair!r} is not NAME=DAYS; write for example Product Viewed=90,purpose:ads=30")
        made[key.strip()] = _number(name, days, int)
    return made


def _widths(name: str, text: str) -> tuple[int, ...]:
    made = [_number(name, part.strip(), int) for part in text.split(",")]
    if max(made) > WIDEST:
        raise SettingError(name, f"{max(made)} is wider than {WIDEST}")
    return tuple(sorted(set(made)))


def _ratios(name: str, text: str) -> tuple[str, ...]:
    made = tuple(dict.fromkeys("".join(part.split()) for part in text.split(",")))
    try:
        return tuple(sorted(made, key=ratio_of))
    except ValueError as error:
        raise SettingError(name, str(error)) from None


def _formats(name: str, text: str) -> tuple[Target, ...]:
    known = (Target.AVIF, Target.WEBP)
    return tuple(Target(_one_of(name, part.strip().lower(), known)) for part in text.split(",") if part.strip())


def _database(name: str, text: str) -> str:
    kind, there, rest = text.partition("://")
    if kind in {"postgres", "postgresql"}:
        return f"postgresql+psycopg://{rest}"  # the driver that is installed
    if text and (not there or kind not in {"sqlite", "postgresql+psycopg"}):
        raise SettingError(name, f"{kind!r} is no database that this runs on; begin with postgresql:// or sqlite://")
    return text


def _one_of(name: str, text: str, known: tuple[str, ...]) -> str:
    if text not in known:
        raise SettingError(name, f"{text!r} is not one of {', '.join(known)}")
    return text


def _zone(name: str, text: str) -> str:
    try:
        ZoneInfo(text)
    except (ZoneInfoNotFoundError, ValueError):
        raise SettingError(name, f"{text!r} is not a time zone; write one such as Europe/Berlin") from None
    return text


def _hours(name: str, text: str) -> timedelta:
    return timedelta(hours=_number(name, text, float))


def _count(name: str, text: str) -> int:
    return 0 if text.strip() == "0" else _number(name, text, int)


def _share(name: str, text: str) -> float:
    share = _number(name, text, float)
    if not 0.5 <= share <= 2:
        raise SettingError(name, f"{text!r} is no probability to act on; write 0.5 to 1, or 2 for never")
    return share


def _seen_days(name: str, text: str) -> int:
    days = _number(name, text, int)
    if days < SEEN_DAYS:
        raise SettingError(name, f"{days} days are too few for what is sent again; at least {SEEN_DAYS}")
    return days


def _whole(name: str, text: str) -> int:
    return _number(name, text, int)


def _origins(name: str, text: str) -> tuple[str, ...]:
    made = tuple(dict.fromkeys(part.strip().rstrip("/") for part in text.split(",") if part.strip()))
    for origin in made:
        parts = urlsplit(origin)
        if origin != "*" and (parts.scheme not in {"https", "http"} or origin != f"{parts.scheme}://{parts.netloc}"):
            raise SettingError(name, f"{origin!r} is no origin; write * or one such as https://shop.example.com")
    return made


def _names(_: str, text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(part.strip() for part in text.split(",") if part.strip()))


def _path(_: str, text: str) -> Path:
    return Path(text).expanduser()


def _seconds(name: str, text: str) -> timedelta:
    return timedelta(seconds=_number(name, text, float))


def _level(name: str, text: str) -> str:
    return _one_of(name, text.lower(), ("debug", "info", "warning", "error"))


READERS: Mapping[str, Callable[[str, str], object]] = {
    "asset_widths": _widths,
    "asset_ratios": _ratios,
    "asset_formats": _formats,
    "session_idle": _hours,
    "session_lifetime": _hours,
    "proxies": _count,
    "track_rate": _count,
    "match_automatic": _share,
    "match_review": _share,
    "seen_days": _seen_days,
    "oidc_roles": _mapping,
    "oidc_issuer": _address,
    "admin_url": _address,
    "audit_key": _keys,
    "trusted_sources": _names,
    "people_key": _keys,
    "erasures": _path,
    "retention": _days,
    "request_months": _whole,
    "database_url": _database,
    "live_url": _address,
    "live_connections": _whole,
    "webhook_private": _yes,
    "webhook_tries": _whole,
    "webhook_days": _whole,
    "cache_seconds": _count,
    "cache_stale": _count,
    "cache_error": _count,
    "cache_key_bytes": _whole,
    "cors_origins": _origins,
    "data_dir": _path,
    "storefront": _path,
    "places": _path,
    "enrichers": _path,
    **dict.fromkeys(("max_body", "near_bytes", "asset_bytes", "asset_pixels", "asset_frames"), _whole),
    "poll_interval": _seconds,
    "strict": _yes,
    "approval": _yes,
    "zone": _zone,
    "log_level": _level,
}
"""Setting -> how its text is read; of any other, the text is the value."""


def read_text(name: str, text: str) -> object:
    """The value of a setting. Raises `SettingError`."""
    reader = READERS.get(name)
    return text if reader is None else reader(name, text)
