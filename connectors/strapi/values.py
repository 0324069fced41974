"""Plain values as databases hand them to Strapi, as our fields hold them."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any


def number(value: Any) -> Any:
    """A number, also where a database gave it as text."""
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        return value
    if isinstance(value, str):
        try:
            return int(value)
        except ValueError:
            try:
                return float(value)
            except ValueError:
                return value
    return value


def moment(value: Any) -> Any:
    """A moment, also where a database gave it as milliseconds since 1970."""
    if isinstance(value, (int, float)) and not isinstance(value, bool) and abs(value) < 1e14:
        return datetime.fromtimestamp(value / 1000, UTC).isoformat()
    return value


def truth(value: Any) -> Any:
    """Yes or no, also where a database gave it as 0 or 1."""
    return bool(value) if value in (0, 1) else value


def compact(value: Any) -> str:
    """JSON as text."""
    return json.dumps(value, ensure_ascii=False)


VALUES: Mapping[str, Callable[[Any], Any]] = {
    "string": str,
    "text": str,
    "email": str,
    "uid": str,
    "time": str,
    "enumeration": str,
    "json": compact,
    "integer": number,
    "biginteger": number,
    "decimal": number,
    "float": number,
    "date": moment,
    "datetime": moment,
    "timestamp": moment,
    "boolean": truth,
}
"""Type of an attribute -> how its value is read."""
