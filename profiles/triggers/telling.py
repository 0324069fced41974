"""Telling: what a receiver is sent of a person, made when it is sent, of what consent allows at that moment."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, cast

from sqlalchemy import Connection

from profiles import records
from profiles.facts import facts_of
from profiles.profile import Profile
from profiles.triggers.consenting import refused
from profiles.triggers.firing import id_of_event, may_read
from rules import Instant, Json, Vocabulary
from storage import Database


class Withheld(Exception):
    """Nothing may be told of this person now."""


@dataclass(frozen=True, slots=True)
class Teller:
    """Makes what is sent of what stands in the outbox, where no more than a profile's id does."""

    database: Database
    vocabulary: Callable[[], Vocabulary]

    def tell(self, body: Mapping[str, Any], now: Instant) -> dict[str, Any]:
        """What a receiver is sent. Raises `Withheld` where the person consents to it no more, or is no more."""
        with self.database.read() as connection:
            person = records.people(connection, [body["person"]]).get(body["person"])
            if person is None:
                raise Withheld("the person is known no more")
            if reason := refused(person, body["purpose"], self.vocabulary()):
                raise Withheld(reason)
            facts = facts_of(person, self.vocabulary(), {}, now)
            values = {**facts.values, "properties": self._properties(connection, body, person)}
        kinds = tuple(f"{kind}:" for kind in body["aliases"])
        aliases = [alias for alias in person.aliases if alias.startswith(kinds)] if kinds else []
        told = {path: value for path in body["attributes"] if (value := _found(values, path)) is not None}
        return {
            "id": body["id"],
            "trigger": body["trigger"],
            "change": body["change"],
            "person": {"id": person.id, "aliases": aliases, "attributes": told},
        }

    def _properties(self, connection: Connection, body: Mapping[str, Any], person: Profile) -> dict[str, Json]:
        """What the event told, if any of it is asked for, and read with consent."""
        change = body["change"]
        if not any(path.startswith("properties.") for path in body["attributes"]):
            return {}
        if not may_read(person, self.vocabulary(), change["event"]):
            return {}
        told = (body["trigger"], person.id)
        events = (one for one in records.events_of(connection, person.id) if one.name == change["event"])
        return next((dict(one.properties) for one in events if id_of_event(*told, one) == body["id"]), {})


def _found(values: Mapping[str, Json], path: str) -> Json:
    value: Any = values
    for name in path.split("."):
        value = value.get(name) if isinstance(value, dict) else None
    return cast("Json", value)
