"""Events: what tracking calls become. Immutable, each with an id that makes it count once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import orjson

from rules import Instant, Json


@dataclass(frozen=True, slots=True)
class Event:
    """Something that one person did, or that was told of one: immutable, with an id that makes it count once."""

    message_id: str
    source: str
    """Whose message ids these are: the write key's source."""
    kind: str
    """One of `CALLS`."""
    name: str
    """The event's type as rules name it; empty for a call that only tells of a person."""
    at: Instant
    received_at: Instant
    user_id: str | None = None
    anonymous_id: str | None = None
    previous_id: str | None = None
    """`alias`: what the person was called before, as a user or without being known."""
    group_id: str | None = None
    """`group`: the group that the person belongs to; `traits` are then those of the group."""
    properties: Mapping[str, Json] = field(default_factory=dict)
    traits: Mapping[str, Json] = field(default_factory=dict)
    consent: Mapping[str, bool] = field(default_factory=dict)
    gpc: bool = False
    """Whether it was sent under Global Privacy Control."""
    region: str = ""
    """Where the person was, as ISO 3166 writes it; empty: nobody said."""
    proof: Mapping[str, Json] = field(default_factory=dict)
    """What was told with the consent: `tcf`, `text_version`, `evidence`. Kept in the record that is made of it."""
    _body: bytes = field(default=b"", init=False, repr=False, compare=False)
    context: Mapping[str, Json] = field(default_factory=dict)
    """Where and on what it happened: facts such as `country` and `device`, never an address."""

    @property
    def aliases(self) -> tuple[str, ...]:
        """The names it gives its person, the surest first: `user:42`, `anon:abc`."""
        user = () if self.user_id is None else (f"user:{self.user_id}",)
        anonymous = () if self.anonymous_id is None else (f"anon:{self.anonymous_id}",)
        # Nobody says whether the earlier id was a user's: it may be read either way.
        before = () if self.previous_id is None else (f"anon:{self.previous_id}", f"user:{self.previous_id}")
        return tuple(dict.fromkeys(user + anonymous + before)) if before else user + anonymous

    def body(self) -> bytes:
        """What is kept of it beside its columns, as JSON."""
        if self._body:
            return self._body
        kept = {
            "user_id": self.user_id,
            "anonymous_id": self.anonymous_id,
            "previous_id": self.previous_id,
            "group_id": self.group_id,
            "properties": self.properties,
            "traits": self.traits,
            "consent": self.consent,
            "gpc": self.gpc,
            "region": self.region,
            "context": self.context,
        }
        made = orjson.dumps({name: value for name, value in kept.items() if value})
        # It is asked for when the event is checked, known again and written; a copy with other values makes its own.
        object.__setattr__(self, "_body", made)
        return made


def people_of(events: Sequence[Event]) -> list[str]:
    """Every alias that these events name, each once, in order of appearance."""
    return list(dict.fromkeys(alias for event in events for alias in event.aliases))
