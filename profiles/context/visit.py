"""A visit: what a request tells of itself. Only facts that are made of it are ever kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(slots=True)
class Visit:
    """One request, or one event, as enrichers see it."""

    user_agent: str = ""
    hints: Mapping[str, str] = field(default_factory=dict)
    """Client hints by the lower-case names of their headers, such as `sec-ch-ua-platform`."""
    address: str = ""
    """The visitor's IP address. It is looked up and forgotten: no fact, log or event holds it."""
    url: str = ""
    referrer: str = ""
