"""A service somewhere else, spoken to through its management API."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

import requests

from connectors.errors import ConnectorError
from connectors.workspace.environments import Environment
from connectors.workspace.reconciling import Contents, Name
from connectors.workspace.syncing import Interrupted
from modules import KINDS

TIMEOUT = (5, 30)
"""Seconds to connect, and to wait for an answer."""

PAGE = 500


class RemoteError(ConnectorError):
    """A service that refused something: what, its status, and the findings that it told."""

    def __init__(self, what: str, status: int, detail: str, findings: tuple[str, ...] = ()) -> None:
        self.what = what
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
        """Save in the order of dependence, then take away in the opposite one; each on condition that nobody else
        changed it since. Raises `Interrupted`."""
        order = {kind: number for number, kind in enumerate(KINDS)}
        steps: list[tuple[Name, bytes | None]] = [
            *((name, puts[name]) for name in sorted(puts, key=lambda name: order[name[0]])),
            *((name, None) for name in sorted(gone, key=lambda name: -order[name[0]])),
        ]
        for number, (name, content) in enumerate(steps):
            try:
                self._step(name, content, expect[name])
            except RemoteError as error:
                raise Interrupted([n for n, _ in steps[:number]], [n for n, _ in steps[number:]], error) from None

    def _step(self, name: Name, content: bytes | None, expected: str | None) -> None:
        condition = {"If-None-Match": "*"} if expected is None else {"If-Match": f'"{expected}"'}
        if content is None:
            why = {"override": self.override} if self.override else {}
            self._ask("DELETE", _path(*name), headers=condition, params=why)
        else:
            kind, key = name
            headers = {**condition, "Content-Type": KINDS[kind].media_type(key)}
            self._ask("PUT", _path(kind, key), data=content, headers=headers)

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
            answer = self.session.request(method, url, headers=headers, timeout=TIMEOUT, allow_redirects=False, **more)
        except requests.RequestException as error:
            raise RemoteError(what, 0, f"the service does not answer ({type(error).__name__})") from None
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
    findings = tuple(
        " ".join(str(one.get(part)) for part in ("field", "pointer", "message", "remedy") if one.get(part))
        for one in told.get("errors") or []
        if isinstance(one, dict)
    )
    detail = told.get("detail") or told.get("title") or HINTS.get(answer.status_code, "it was refused")
    return RemoteError(what, answer.status_code, str(detail), findings)


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
