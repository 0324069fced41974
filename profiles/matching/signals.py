"""What two profiles are compared by: a few plain columns, made of the traits that SDKs send."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from hashlib import blake2b
from typing import Any, Final

import orjson

from profiles.profile import Profile
from rules import Json

LONGEST: Final = 200
DEVICE: Final = "device:"
MOST_DEVICES: Final = 10
BIRTHDAY: Final = re.compile(r"(\d{4})-?(\d{2})-?(\d{2})(?:[t ].*)?")
NUMBER: Final = re.compile(r"^\W*(\d+\w?(?:[/-]\d+\w?)?)[\s,]+|[\s,]+(\d+\w?(?:[/-]\d+\w?)?)\W*$")


@dataclass(frozen=True, slots=True)
class Signals:
    """One person as the scorer sees them; what is not known is None."""

    id: str
    given: str | None = None
    family: str | None = None
    born: str | None = None
    """Eight digits, year first; whatever date was told, possible or not."""
    email: str | None = None
    mailbox: str | None = None
    """What is before the @."""
    phone: str | None = None
    """The last nine digits: with and without the country it is the same."""
    street: str | None = None
    number: str | None = None
    locality: str | None = None
    """A second line of an address."""
    city: str | None = None
    postcode: str | None = None
    region: str | None = None
    devices: tuple[str, ...] = ()
    """Keyed hashes; the names by which identity knows devices."""
    latitude: float | None = None
    longitude: float | None = None

    def says_enough(self) -> bool:
        """Whether there is a name, and something beside it, to compare by."""
        beside = (self.born, self.email, self.phone, self.street, self.city, self.postcode, *self.devices)
        return bool(self.family or self.given) and any(beside)

    def digest(self) -> str:
        """Changes with anything that is compared."""
        return blake2b(orjson.dumps(asdict(self)), digest_size=12).hexdigest()


def signals_of(profile: Profile) -> Signals:
    """What this profile may be compared by; the caller has asked for consent."""
    traits = profile.traits
    address = traits.get("address")
    home: Mapping[str, Json] = address if isinstance(address, dict) else {}
    given, family = _names(traits)
    street, number = _street(home, traits)
    email = _first(traits, "email")
    latitude, longitude = _place(home, traits)
    return Signals(
        id=profile.id,
        given=given,
        family=family,
        born=_born(traits),
        email=email,
        mailbox=email.split("@")[0] if email else None,
        phone=_phone(traits),
        street=street,
        number=number,
        locality=_first(home, "line2", "locality", "district"),
        city=_first(home, "city", "suburb", "town") or _first(traits, "city"),
        postcode=_tight(_first(home, "postalCode", "postal_code", "postcode", "zip") or _first(traits, "postal_code")),
        region=_first(home, "state", "region", "province"),
        devices=tuple(alias for alias in profile.aliases if alias.startswith(DEVICE))[:MOST_DEVICES],
        latitude=latitude,
        longitude=longitude,
    )


def _names(traits: Mapping[str, Json]) -> tuple[str | None, str | None]:
    given = _first(traits, "first_name", "firstName", "given_name")
    family = _first(traits, "last_name", "lastName", "family_name")
    whole = _first(traits, "name")
    if whole and not (given or family):
        first, _, last = whole.rpartition(" ")
        given, family = first.split(" ")[0] or None, last
    return given, family


def _born(traits: Mapping[str, Json]) -> str | None:
    told = _first(traits, "birthday", "date_of_birth", "birth_date")
    found = BIRTHDAY.fullmatch(told) if told else None
    return "".join(found.groups()) if found else None


def _phone(traits: Mapping[str, Json]) -> str | None:
    told = _first(traits, "phone", "mobile")
    digits = "".join(c for c in told if c.isdigit()) if told else ""
    return digits[-9:] if len(digits) >= 7 else None


def _street(home: Mapping[str, Json], traits: Mapping[str, Json]) -> tuple[str | None, str | None]:
    street = _first(home, "street", "line1") or _first(traits, "street")
    number = _tight(_first(home, "number", "house_number", "street_number"))
    if street and not number and (found := NUMBER.search(street)):
        number = _tight(found.group(1) or found.group(2))
        street = (street[: found.start()] + street[found.end() :]).strip() or None
    return street, number


def _place(home: Mapping[str, Json], traits: Mapping[str, Json]) -> tuple[float | None, float | None]:
    for told in (home, traits):
        latitude, longitude = told.get("latitude"), told.get("longitude")
        if _is_degree(latitude, 90) and _is_degree(longitude, 180):
            return float(latitude), float(longitude)  # type: ignore[arg-type]
    return None, None


def _is_degree(value: Json, most: int) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and -most <= value <= most


def _first(told: Mapping[str, Any], *names: str) -> str | None:
    """The first of these that is there, as it is compared: without accents, case or double spaces."""
    return next((plain for name in names if (plain := _plain(told.get(name)))), None)


def _plain(value: Json) -> str | None:
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    if not isinstance(value, str):
        return None
    bare = "".join(c for c in unicodedata.normalize("NFKD", value.strip()) if not unicodedata.combining(c))
    return " ".join(bare.casefold().split())[:LONGEST] or None


def _tight(text: str | None) -> str | None:
    return text.replace(" ", "") if text else None


def columns_of(people: Iterable[Signals]) -> dict[str, list[Any]]:
    """The same as columns, which is how a scorer takes them."""
    people = list(people)
    columns = {name: [getattr(one, name) for one in people] for name in Signals.__slots__}
    return {**columns, "devices": [list(devices) or None for devices in columns["devices"]]}
