"""Enrichers that ask another service: facts that are known go there as JSON, facts come back."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

import orjson

from connectors import BadWebhook, Guard, Transport
from profiles import Visit, is_of
from rules import FactType, Json
from service.enriching.running import Enricher
from service.setting_texts import SettingError

SLOWEST: Final = 2_000
"""Milliseconds that an answer may wait for one enricher."""
LONGEST: Final = 30 * 86_400
MOST: Final = 20
FIELDS: Final[Mapping[str, type]] = {
    "name": str, "url": str, "needs": list, "gives": dict, "headers": dict, "timeout_ms": int, "cache_seconds": int,
}  # fmt: skip


def read_enrichers(path: Path, guard: Guard, clock: Callable[[], float]) -> list[Enricher]:
    """The enrichers that a file names. Raises `SettingError` with the place of the first mistake."""
    try:
        body = orjson.loads(path.read_bytes())
    except (OSError, orjson.JSONDecodeError) as error:
        raise SettingError("enrichers", f"{path} cannot be read as JSON ({type(error).__name__})") from None
    if not isinstance(body, list) or len(body) > MOST:
        raise SettingError("enrichers", f"{path} holds no list of at most {MOST} enrichers")
    made = [_enricher(one, f"{path}, entry {number}", guard, clock) for number, one in enumerate(body)]
    if len({one.name for one in made}) < len(made):
        raise SettingError("enrichers", f"{path} names two enrichers alike")
    return made


def _enricher(one: Any, place: str, guard: Guard, clock: Callable[[], float]) -> Enricher:
    if not isinstance(one, dict) or not {"name", "url", "gives"} <= one.keys() <= FIELDS.keys():
        raise SettingError("enrichers", f"{place}: wants name, url and gives, and takes {', '.join(FIELDS)}")
    for name, value in one.items():
        if not isinstance(value, FIELDS[name]) or isinstance(value, bool):
            raise SettingError("enrichers", f"{place}: {name} is of the wrong type")
    timeout, keeps = one.get("timeout_ms", 100), one.get("cache_seconds", 600)
    if not 0 < timeout <= SLOWEST or not 0 <= keeps <= LONGEST:
        raise SettingError("enrichers", f"{place}: timeout_ms is 1 to {SLOWEST}, cache_seconds up to {LONGEST}")
    try:
        guard.url(one["url"])
        gives = {name: FactType(value) for name, value in one["gives"].items()}
    except BadWebhook as error:
        raise SettingError("enrichers", f"{place}: url {error}") from None
    except ValueError:
        raise SettingError("enrichers", f"{place}: gives has types out of {', '.join(FactType)}") from None
    asking = Remote(one["url"], one.get("headers", {}), gives, Transport(guard, clock, total=SLOWEST / 1000))
    needs = tuple(str(need) for need in one.get("needs", []))
    return Enricher(one["name"], frozenset(gives), asking.find, needs, timeout / 1000, keeps)


class Remote:
    """One service, asked by POST: `{"country": "AT"}` goes there, `{"temperature": 21.5}` comes back."""

    def __init__(
        self, url: str, headers: Mapping[str, str], gives: Mapping[str, FactType], transport: Transport
    ) -> None:
        self._url = url
        self._headers = {"Content-Type": "application/json", "Accept": "application/json", **headers}
        self._gives = gives
        self._transport = transport

    def find(self, _: Visit, needs: Mapping[str, Json]) -> Mapping[str, Json]:
        """What it knows; a value of another type than was promised is left out. Raises where it does not answer."""
        answer = self._transport.post(self._url, self._headers, orjson.dumps(needs))
        if not answer.ok:
            raise OSError(answer.error)
        body = orjson.loads(answer.body)
        if not isinstance(body, dict):
            raise ValueError("no object")
        return {name: body[name] for name, wanted in self._gives.items() if name in body and is_of(body[name], wanted)}
