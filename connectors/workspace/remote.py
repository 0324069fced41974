"""A service somewhere else, spoken to through its management API."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote
from uuid import uuid4

import requests

from connectors.errors import ConnectorError
from connectors.workspace.environments import Environment
from connectors.workspace.parcels import parcels
from connectors.workspace.reconciling import Contents, Name
from connectors.workspace.syncing import Interrupted
from modules import KINDS

TIMEOUT = (5, 30)
"""Seconds to connect, and to wait for an answer."""

LONG = (5, 300)
"""The same for a call of very many operations."""

MOST_LOST = 3
"""Calls in a row without an answer after which a push stops."""

PATIENCE = 90
"""Seconds in which a call that is sent again is to have its answer: longer than a service takes to notice that the one
who was at work on it died."""

PAGE = 500


class RemoteError(ConnectorError):
    """A service that refused something: what, its status, and the findings that it told."""

    def __init__(
        self, what: str, status: int, detail: str, findings: tuple[str, ...] = (), after: int | None = None
    ) -> None:
        self.what = what
        self.after = after
        """Seconds after which it is worth asking again; None: it is not."""
        self.status = status
        self.detail = detail
        self.findings = findings
        told = "".join(f"\n  {finding}" for finding in findings[:20])
        super().__init__(f"{what}: {detail} ({status}){told}" if status else f"{what}: {detail}")


@dataclass(slots=True)
class Remote:
    """The drafts of a service."""

    environment: Environment
    override: str = ""
    """Why something goes that is still used or served; empty: the service refuses it."""
    session: requests.Session = field(default_factory=requests.Session)
    pause: Callable[[float], None] = time.sleep

    @property
    def name(self) -> str:
        """Its address: two names of one place share a base."""
        return self.environment.url

    def manifest(self) -> Mapping[Name, str]:
        """Digest by kind and key of every draft."""
        return {(kind, item["key"]): item["digest"] for kind in KINDS for item in self._pages(kind)}

    def contents(self, names: Collection[Name]) -> Contents:
        """The bytes of these drafts."""
        return {name: self._ask("GET", _path(*name)).content for name in names}

    def apply(self, puts: Contents, gone: Collection[Name], expect: Mapping[Name, str | None]) -> None:
        """Save and take away, on condition that nobody else changed it since: all of it or nothing where it fits into
        one call, else one call after the other. Raises `Interrupted`."""
        calls = parcels(puts, gone, expect, self.override)
        for number, call in enumerate(calls):
            try:
                self._ship(call.body)
            except RemoteError as error:
                done = [name for one in calls[:number] for name in one.names]
                raise Interrupted(done, [name for one in calls[number:] for name in one.names], error) from None

    def _ship(self, body: bytes) -> None:
        """Have one call done once, though its answer may be lost on its way."""
        headers = {"Content-Type": "application/json", "Idempotency-Key": str(uuid4())}
        lost = waited = 0
        while True:
            try:
                self._ask("POST", "/bulk", data=body, headers=headers, timeout=LONG)
                return
            except RemoteError as error:
                lost += error.status == 0
                if error.after is None or lost >= MOST_LOST or waited + error.after > PATIENCE:
                    raise
                waited += error.after
                self.pause(error.after)

    def _pages(self, kind: str) -> Iterator[dict[str, Any]]:
        after: str | None = ""
        while after is not None:
            told = self._ask("GET", f"/{kind}", params={"limit": PAGE, **({"after": after} if after else {})}).json()
            yield from told["items"]
            after = told.get("next")

    def _ask(self, method: str, path: str, **more: Any) -> requests.Response:
        url = f"{self.environment.url}/v1/manage{path}"
        headers = {"Authorization": f"Bearer {self.environment.key}", **more.pop("headers", {})}
        what = f"{method} {url}"
        try:
            answer = self.session.request(
                method, url, headers=headers, allow_redirects=False, **{"timeout": TIMEOUT, **more}
            )
        except requests.RequestException as error:
            raise RemoteError(what, 0, f"the service does not answer ({type(error).__name__})", after=1) from None
        if answer.status_code >= 300:
            raise _refusal(what, answer)
        return answer


def _path(kind: str, key: str) -> str:
    return f"/{kind}/{quote(key, safe='')}"


def _refusal(what: str, answer: requests.Response) -> RemoteError:
    try:
        body = answer.json()
    except requests.JSONDecodeError:
        body = {}
    told = body if isinstance(body, dict) else {}
    detail = told.get("detail") or told.get("title") or HINTS.get(answer.status_code, "it was refused")
    after = answer.headers.get("Retry-After", "")
    return RemoteError(what, answer.status_code, str(detail), _findings(told), int(after) if after.isdigit() else None)


def _findings(told: Mapping[str, Any]) -> tuple[str, ...]:
    """What is wrong, a line each; of many operations, what is wrong with each of those that are to blame."""
    results = told.get("results")
    if not isinstance(results, list):
        return tuple(_words(one) for one in told.get("errors") or [] if isinstance(one, dict))
    return tuple(
        f"{one['kind']}/{one['key']}: {words}"
        for one in results
        if one.get("problem") and one.get("status") != NOT_DONE
        for words in [_words(error) for error in one["problem"].get("errors", ())] or [one["problem"].get("detail", "")]
    )


def _words(error: Mapping[str, Any]) -> str:
    words = {part: str(error.get(part) or "") for part in ("field", "pointer", "message", "remedy")}
    for part in ("field", "pointer"):
        words[part] = AT.sub("", words[part])
    return " ".join(filter(None, words.values()))


AT = re.compile(r"^/operations/\d+(/(content|text|base64))?")
"""How a pointer into an operation begins; what comes then leads into the file."""

NOT_DONE = 424
"""The status of what is right in a call that is refused."""

HINTS = {
    301: "the service is somewhere else: use the address that it names",
    302: "the service is somewhere else: use the address that it names",
    401: "the key is not known there",
    403: "the key may not do this",
    404: "there is no management API at this address",
    412: "somebody changed it meanwhile: run the same command again",
    413: "it is too large for this service",
}
"""What a status means where the answer says nothing itself."""
