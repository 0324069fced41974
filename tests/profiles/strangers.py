"""People who do not exist, some of them told twice with slips of the finger, as signing up again makes them."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Any

GIVEN = ["anna", "ben", "carla", "david", "emil", "frida", "georg", "hanna", "ida", "jonas"]
GIVEN += ["karl", "lena", "max", "nora", "otto", "paula", "rosa", "simon", "theo", "vera"]
START = ["bau", "ber", "fel", "gru", "hof", "kel", "lan", "mei", "neu", "rot", "sche", "wei"]
END = ["bach", "berg", "feld", "garten", "haus", "hammer", "kamp", "mann", "ner", "stein"]
CITIES = ["Linz", "Graz", "Wels", "Steyr", "Krems", "Baden", "Enns", "Melk"]
STREETS = [
    f"{name}{end}" for name in ("Linden", "Haupt", "Mühl", "Bahnhof", "Kirch", "Wald") for end in ("straße", "gasse")
]


def stranger(dice: random.Random) -> dict[str, Any]:
    """The traits of somebody."""
    city = dice.randrange(len(CITIES))
    return {
        "first_name": dice.choice(GIVEN).title(),
        "last_name": (dice.choice(START) + dice.choice(END)).title(),
        "birthday": f"{dice.randrange(1940, 2006)}-{dice.randrange(1, 13):02}-{dice.randrange(1, 29):02}",
        "email": f"{dice.getrandbits(40):x}@example.org",
        "address": {
            "street": f"{dice.choice(STREETS)} {dice.randrange(1, 90)}",
            "city": CITIES[city],
            "postalCode": str(4000 + city * 100 + dice.randrange(3)),
        },
    }


def slipped(traits: dict[str, Any], dice: random.Random, *, nicknames: float = 0.0) -> dict[str, Any]:
    """The same person, who writes something else of themselves: another address to write to, and a slip or, of this
    share of them, another first name."""
    mail = f"{dice.getrandbits(40):x}@example.net"
    if dice.random() < nicknames:
        return {**traits, "first_name": dice.choice(GIVEN), "email": mail}
    name = traits["last_name"]
    place = dice.randrange(1, len(name) - 1)
    swapped = name[:place] + name[place + 1] + name[place] + name[place + 2 :]
    return {**traits, "last_name": swapped, "email": mail, "birthday": traits["birthday"].replace("-", "")}


def crowd(count: int, twice: int, seed: int = 5, *, nicknames: float = 0.0) -> Iterator[tuple[str, dict[str, Any]]]:
    """User ids and traits: so many people, the first of them told twice (`again-0` is `user-0`)."""
    dice = random.Random(seed)
    people = [stranger(dice) for _ in range(count)]
    yield from ((f"user-{n}", traits) for n, traits in enumerate(people))
    yield from ((f"again-{n}", slipped(traits, dice, nicknames=nicknames)) for n, traits in enumerate(people[:twice]))
