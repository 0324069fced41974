"""Places by address, from a file in MaxMind's format; which file is the operator's choice, we bring none."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import maxminddb

from profiles import Visit
from rules import Json
from service.setting_texts import SettingError

PLACE_FACTS: Final = frozenset(
    {"continent", "country", "region", "city", "postal_code", "zone", "latitude", "longitude", "position"}
)


class Places:
    """Looks addresses up. The file is mapped into memory, and read anew when the service starts."""

    def __init__(self, path: Path) -> None:
        try:
            self._reader = maxminddb.open_database(path, maxminddb.MODE_AUTO)
        except (OSError, ValueError, maxminddb.InvalidDatabaseError) as error:
            raise SettingError("places", f"{path} is no file of places ({type(error).__name__})") from None

    def find(self, visit: Visit, _: Mapping[str, Json]) -> Mapping[str, Json]:
        """Where the visit's address is; nothing where it has none, or none that is known."""
        try:
            record: Any = self._reader.get(visit.address) if visit.address else None
        except ValueError:
            return {}
        return _facts(record) if isinstance(record, dict) else {}


def _facts(record: Mapping[str, Any]) -> dict[str, Json]:
    """The facts in a record of a GeoLite2 City or Country file, or of one that is made like them."""
    region, location = (record.get("subdivisions") or [{}])[0], record.get("location") or {}
    told: dict[str, Json] = {
        "continent": (record.get("continent") or {}).get("code"),
        "country": (record.get("country") or {}).get("iso_code"),
        "region": region.get("iso_code"),
        "city": ((record.get("city") or {}).get("names") or {}).get("en"),
        "postal_code": (record.get("postal") or {}).get("code"),
        "zone": location.get("time_zone"),
        "latitude": location.get("latitude"),
        "longitude": location.get("longitude"),
    }
    return {name: value for name, value in {**told, **position_of(told)}.items() if value is not None}


def position_of(facts: Mapping[str, Json]) -> Mapping[str, Json]:
    """`position`, as rules measure distances from it, where coordinates are known."""
    latitude, longitude = facts.get("latitude"), facts.get("longitude")
    if isinstance(latitude, int | float) and isinstance(longitude, int | float):
        return {"position": {"lat": latitude, "lon": longitude}}
    return {}
