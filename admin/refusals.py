"""Refusals of calls of many operations, and of requests that are sent again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from rules import Finding

NOT_DONE = 424
"""The status of what is right and was not done: of another one it depends (RFC 4918, 11.4)."""


class AdminError(Exception):
    """Base of this package's errors."""


class NotDone(AdminError):
    """An operation that is right, in a call of which another one is not."""

    def __init__(self) -> None:
        super().__init__(
            "another operation of this call was refused, and all of them are done or none; nothing was saved"
        )


class BadOperation(AdminError):
    """An operation that this call cannot hold."""

    def __init__(self, pointer: str, message: str, remedy: str) -> None:
        self.findings = (Finding(pointer, message, remedy),)
        super().__init__(f"{pointer}: {message}; {remedy}")


class BulkRefused(AdminError):
    """A call of all or none with operations that are refused; `told` has the result of each."""

    def __init__(self, told: Mapping[str, Any], findings: Sequence[Finding]) -> None:
        self.told = told
        self.findings = tuple(findings)
        refused = sum(one["status"] != NOT_DONE for one in told["results"])
        super().__init__(
            f"nothing was saved: {refused} of {len(told['results'])} operations are refused, see `results`"
        )


class BadIdempotencyKey(AdminError):
    """An `Idempotency-Key` that cannot be one."""

    def __init__(self, length: int) -> None:
        message = f"is {length} characters long" if length > 255 or not length else "holds more than printable ASCII"
        remedy = "send 1 to 255 printable ASCII characters, such as a UUID"
        self.findings = (Finding("Idempotency-Key", message, remedy),)
        super().__init__(f"Idempotency-Key {message}; {remedy}")


class KeyReused(AdminError):
    """An `Idempotency-Key` under which another request was sent."""

    def __init__(self) -> None:
        what = "was sent with another request: another address, condition or body"
        self.findings = (Finding("Idempotency-Key", what, "give each request a key of its own, and send it unchanged"),)
        super().__init__(f"this Idempotency-Key {what}; a new request takes a new key")


class StillRunning(AdminError):
    """A request that is sent again while the first is being answered."""

    seconds = 1
    """Until it is worth asking again."""

    def __init__(self) -> None:
        super().__init__("the first request with this Idempotency-Key is still being answered; send it again shortly")


class KeySealedElsewhere(AdminError):
    """A first answer that was sealed with a secret which is not ours, or is no longer: it cannot be read."""

    def __init__(self) -> None:
        super().__init__(
            "this Idempotency-Key was used before, and its answer cannot be read here: services that share a database "
            "need the same INTARSIA_AUDIT_KEY; look what became of the first request, then use a new key"
        )


class UnknownFact(AdminError):
    """A fact that is not registered, or that whoever asks may not see."""

    def __init__(self, path: str) -> None:
        message = f"{path[:80]!r} is not registered, or not for you to see"
        self.findings = (Finding("path", message, "name an attribute of the profile, such as profile.plan"),)
        super().__init__(f"{message}; name an attribute of the profile, such as profile.plan")
