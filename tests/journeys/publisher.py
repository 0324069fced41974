"""A publisher that may be killed: publishes one state after the other, each with its number in every text."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import orjson

from service.app import create_house
from service.publishing import publisher_of
from service.settings import Settings

PARTS = ("top", "middle", "bottom")


def contents(number: int) -> dict[tuple[str, str], bytes]:
    """A page of three modules that all say the same number."""
    field = {"kind": "text", "role": "heading", "required": True}
    made: dict[tuple[str, str], Any] = {
        ("types", "line"): {"title": "Line", "fields": {"words": field}},
        ("layouts", "home"): {
            "title": "Home",
            "channels": ["headless"],
            "slots": [{"key": part, "min": 1, "pinned": [part], "fallback": part} for part in PARTS],
        },
    }
    made |= {("modules", part): {"type": "line", "locales": {"en": {"words": f"{number}"}}} for part in PARTS}
    return {name: orjson.dumps(body) for name, body in made.items()}


def main(folder: str, first: int, last: int) -> None:
    """Publish these numbers, and tell each when it is served."""
    house = create_house(Settings(data_dir=Path(folder)))
    for number in range(first, last + 1):
        house.contents.put_all(contents(number), author="test", now=house.clock())
        publisher_of(house).publish(str(number), "test")
        print(number, flush=True)
    house.close()


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
