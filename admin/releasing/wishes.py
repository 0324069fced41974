"""What somebody wishes a release to change, made into places and revisions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from admin.errors import ReleaseRefused
from admin.releasing.overlay import Overlay
from layouts import WHOLE, Manifest, Place
from modules import SHARED, ContentStore, check_key, locales_of
from rules import Finding


@dataclass(frozen=True, slots=True)
class Wishes:
    """Reads wishes against the drafts and what is served."""

    store: ContentStore
    served: Manifest

    def places(self, changes: Sequence[Mapping[str, Any]]) -> dict[Place, str | None]:
        """Kind, key and locale -> the revision (None: take it away). Raises `ReleaseRefused` with every finding."""
        made: dict[Place, str | None] = {}
        findings: list[Finding] = []
        for number, change in enumerate(changes):
            check_key(change["kind"], change["key"])
            try:
                made |= self._one(change)
            except ReleaseRefused as error:
                findings += [finding.below(f"/changes/{number}") for finding in error.findings]
        if findings:
            raise ReleaseRefused(findings)
        return made

    def _one(self, change: Mapping[str, Any]) -> dict[Place, str | None]:
        kind, key, locales = change["kind"], change["key"], change.get("locales")
        away = change.get("action") == "unpublish"
        digest = None if away else self._revision(kind, key, change.get("revision"))
        if locales is None:
            if away and (kind, key) not in self.served:
                raise _refused("/key", f"{kind}/{key} is not published", "there is nothing to take away")
            return {(kind, key, WHOLE): digest}
        findings = list(self._locale_findings(kind, key, locales, digest))
        if findings:
            raise ReleaseRefused(findings)
        return {(kind, key, locale): digest for locale in locales}

    def _revision(self, kind: str, key: str, revision: str | None) -> str:
        if revision is None:
            draft = self.store.get(kind, key)
            if draft is None or draft.archived_at is not None:
                near = get_close_matches(key, self.store.known(kind), n=1)
                raise _refused(
                    "/key", f"there is no draft of {kind}/{key}", f"did you mean {near[0]!r}?" if near else ""
                )
            return draft.digest
        if revision not in {one.digest for one in self.store.history(kind, key)}:
            raise _refused("/revision", f"{kind}/{key} has no revision {revision!r}", "take a digest of its history")
        return revision

    def _locale_findings(self, kind: str, key: str, locales: Sequence[str], digest: str | None) -> Iterator[Finding]:
        served = self.served.get((kind, key))
        bodies = self.store.content([one for one in (digest, served) if one])
        there = {SHARED} if digest else set()
        for body in bodies.values():
            own = locales_of(body)
            if own is None:
                yield Finding("/locales", f"{kind}/{key} has no locales", "leave them out: it goes out whole")
                return
            there |= set(own)
        for number, locale in enumerate(locales):
            if locale not in there:
                near = get_close_matches(locale, there, n=1)
                remedy = f"did you mean {near[0]!r}?" if near else f"it has {', '.join(sorted(there)) or 'none'}"
                yield Finding(f"/locales/{number}", f"{kind}/{key} has no locale {locale!r}", remedy)


def places_of(overlay: Overlay) -> dict[Place, str | None]:
    """The changes of an overlay as places, each piece whole."""
    return {(*name, WHOLE): after for name, (_, after) in overlay.changes.items()}


def _refused(pointer: str, message: str, remedy: str) -> ReleaseRefused:
    return ReleaseRefused([Finding(pointer, message, remedy)])
