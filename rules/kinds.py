"""What an operator wants each of its arguments to be: so that a rule that can never work is found at save."""

from __future__ import annotations

from enum import StrEnum


class Kind(StrEnum):
    """What one argument of an operator must be. The value says it to people: "starts_with wants a text"."""

    ANY = "anything"
    ALIKE = "a value of the same type as what it is compared with"
    ORDERED = "a value of the same type as what it is compared with, and of a type that has an order"
    AMONG = "a list of values of the same type as what is looked for, or a text that may contain it"
    TEXT = "a text"
    TEXTS = "a text or a list of texts"
    NUMBER = "a number"
    LIST = "a list"
    MOMENT = "a moment: seconds since 1970-01-01T00:00:00Z, or a date as text"
    PLACE = "a place: an object with lat and lon, or latitude and longitude as two numbers"
    SEGMENT = "the key of a segment"
