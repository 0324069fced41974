"""What can be wrong with a call or a segment."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import get_close_matches


class EventError(ValueError):
    """A tracking call is refused: which field, what is wrong with it, what would be right."""

    def __init__(self, field: str, message: str, remedy: str) -> None:
        super().__init__(f"{field}: {message}; {remedy}")
        self.field = field
        self.message = message
        self.remedy = remedy


class NeverErased(LookupError):
    """None of these names was forgotten."""

    def __init__(self) -> None:
        super().__init__("no such name is refused; nothing is to be lifted")


class UnknownRequest(LookupError):
    """There is no privacy request under this number."""

    def __init__(self, seq: int) -> None:
        super().__init__(f"no request {seq}; list them with `GET /v1/manage/people/requests`")
        self.seq = seq


class RequestClosed(ValueError):
    """A privacy request was carried out, refused or withdrawn before."""

    def __init__(self, seq: int, state: str) -> None:
        super().__init__(f"request {seq} is {state} already; take down a new one")
        self.seq = seq


class SegmentError(ValueError):
    """Segments cannot be kept as they are: they depend on each other in a circle."""

    def __init__(self, keys: tuple[str, ...]) -> None:
        super().__init__(f"segments depend on each other in a circle: {' -> '.join(keys)}; take one `in_segment` out")
        self.keys = keys


class UnknownList(LookupError):
    """There is no static list of this key."""

    def __init__(self, key: str, known: Sequence[str]) -> None:
        near = get_close_matches(key, known, n=1)
        hint = f"did you mean {near[0]!r}?" if near else "make it with `PUT /v1/manage/people/lists/{key}`"
        super().__init__(f"there is no list {key!r}; {hint}")
        self.key = key


class UnknownQuarantined(LookupError):
    """There is no event in quarantine under this number."""

    def __init__(self, seq: int) -> None:
        super().__init__(f"no event {seq} in quarantine; list them with `GET /v1/manage/quarantine`")
        self.seq = seq


class UnknownPerson(LookupError):
    """Nobody is known under what was asked; it is not repeated, for it may name a person."""

    def __init__(self) -> None:
        super().__init__("nobody is known by that; look for somebody with `POST /v1/manage/people/find`")


class NotTheirLink(LookupError):
    """The person has no such link, or it is of a kind with which this cannot be done."""

    def __init__(self, link: str) -> None:
        super().__init__(f"the person has no link {link[:40]!r}; list them with `GET /v1/manage/people/{{id}}/links`")


class OnePerson(ValueError):
    """Two profiles were to be joined, and are one."""

    def __init__(self) -> None:
        super().__init__("both are one profile already; name two")


class TooManyConcerned(Exception):
    """More people hang together by their links than can be told anew in one go."""

    def __init__(self, most: int) -> None:
        super().__init__(f"more than {most:,} names hang together here; something that everybody shares joins them")


class UnknownMatch(LookupError):
    """There is no such pair, or one of its people does not agree to be compared any more."""

    def __init__(self, number: int) -> None:
        super().__init__(f"no match {number}; list them with `GET /v1/manage/people/matches`")


class AlreadySettled(ValueError):
    """A pair that was decided, or is one person by now, is not decided again."""

    def __init__(self, number: int, state: str) -> None:
        super().__init__(f"match {number} is {state}, or its people are one by now; split them to part them again")


class WithoutConsent(ValueError):
    """One of the people does not agree to be compared."""

    def __init__(self) -> None:
        super().__init__("one of the two does not agree to be compared with others; only they can change that")


class NoModel(LookupError):
    """Nothing has been learned yet that pairs could be scored by."""

    def __init__(self) -> None:
        super().__init__("there is no model yet; learn one with `intarsia match train`")
