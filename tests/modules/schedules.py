"""The cases of `tests/cases/schedule`: what authors write, and the moments that it means."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parents[1] / "cases" / "schedule"


@dataclass(frozen=True)
class Case:
    """A schedule, as a module has it, and when it is open: by the second, in UTC."""

    name: str
    body: dict[str, Any]
    opens: float | None
    closes: float | None
    pauses: tuple[tuple[float, float], ...]
    expires: float | None
    refused: str | None

    @property
    def edges(self) -> list[float]:
        """The moments at which it opens or closes."""
        bounds = [self.opens, *(edge for pause in self.pauses for edge in pause), self.closes]
        return [edge for edge in bounds if edge is not None]

    def is_open(self, now: float) -> bool:
        """Whether it is, by the golden moments alone."""
        begun = self.opens is None or now >= self.opens
        over = self.closes is not None and now >= self.closes
        return begun and not over and not any(start <= now < end for start, end in self.pauses)


def cases() -> Iterator[Case]:
    """Every case of every zone."""
    for file in sorted(FOLDER.glob("*.json")):
        told = json.loads(file.read_text(encoding="utf-8"))
        for one in told["cases"]:
            yield _case(f"{file.stem}: {one['name']}", told["zone"], one)


def _case(name: str, zone: str, one: dict[str, Any]) -> Case:
    body: dict[str, Any] = {"schedule": {**one["schedule"], "zone": zone}}
    if "expires" in one:
        body["expires"] = one["expires"]
    opens, closes = (_moment(text) for text in one.get("open", (None, None)))
    pauses = tuple((_moment(start), _moment(end)) for start, end in one.get("pauses", ()))
    return Case(name, body, opens, closes, pauses, _moment(one.get("expired")), one.get("refused"))  # type: ignore[arg-type]


def _moment(text: str | None) -> float | None:
    return None if text is None else datetime.fromisoformat(text).timestamp()
