"""Previews: pages as a release would make them, for who has a link."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final

from flask import Request

from accounts import Preview, PreviewLinks
from admin import AS_OF, DRAFTS, Publishing
from engine import Catalogue, NothingPublished, compile_catalogue
from engine import overlay as laid_over
from layouts import Releases, Status
from modules import ContentStore
from rules import Instant
from service.asking import refused
from service.problems import Problem, field_error
from service.published import Published

MOST_KEPT: Final = 8
"""Catalogues of previews that a process keeps."""

SCHEME: Final = "preview "
ARGUMENT: Final = "preview"


@dataclass(slots=True)
class Previewing:
    """Finds out what a request with a link may see, and makes the catalogue of it."""

    links: PreviewLinks
    publishing: Publishing
    releases: Releases
    contents: ContentStore
    published: Published
    clock: Callable[[], Instant]
    kept: OrderedDict[Hashable, Catalogue] = field(default_factory=OrderedDict)
    turn: threading.Lock = field(default_factory=threading.Lock)

    def of(self, request: Request) -> Preview | None:
        """What the link of this request opens, None for a request without one. Raises `PreviewRefused`."""
        token = token_of(request)
        return self.links.find(token, self.clock()) if token else None

    def catalogue(self, preview: Preview) -> Catalogue:
        """What a link shows, compiled. Raises `CatalogueError` where that cannot be linked."""
        if preview.release == AS_OF:
            return self._served(self._served_at(preview.at or self.clock()))
        return self.of_release(preview.release)

    def of_release(self, release: str) -> Catalogue:
        """What a release holds, or would over what is served (`DRAFTS`: all drafts), compiled. Raises
        `UnknownRelease`, and `CatalogueError` where it cannot be linked."""
        if release != DRAFTS and self.releases.get(release).status is Status.PUBLISHED:
            return self._served(release)
        return self._over(release)

    def _over(self, release: str) -> Catalogue:
        overlay, served = self.publishing.drafts() if release == DRAFTS else self.publishing.overlay(release)
        after = {name: digest for name, (_, digest) in overlay.changes.items()}
        load = overlay.load(self.contents.content)
        current, title = self.published.catalogue, f"preview of {release}"

        def make() -> Catalogue:
            if current is not None and current.release == overlay.onto:
                # It shares all that is the same with what is served.
                return laid_over(current, after, load, title)
            return compile_catalogue(title, overlay.manifest(served), load)

        return self._kept((overlay.onto, release, frozenset(after.items())), make)

    def _served(self, release: str) -> Catalogue:
        current = self.published.catalogue
        if current is not None and current.release == release:
            return current
        return self._kept(
            release, lambda: compile_catalogue(release, self.releases.manifest(release), self.contents.content)
        )

    def _served_at(self, at: Instant) -> str:
        for one in self.releases.publications():
            if one.at <= at:
                return one.release
        raise NothingPublished

    def _kept(self, name: Hashable, make: Callable[[], Catalogue]) -> Catalogue:
        # One at a time: many readers of one link wait for the same work.
        with self.turn:
            if name not in self.kept:
                self.kept[name] = make()
                while len(self.kept) > MOST_KEPT:
                    self.kept.popitem(last=False)
            self.kept.move_to_end(name)
            return self.kept[name]


def token_of(request: Request) -> str:
    """The token that a request brings, as `Authorization: Preview …` or as `?preview=…`; empty for none."""
    header = request.headers.get("Authorization", "")
    if header.lower().startswith(SCHEME):
        return header[len(SCHEME) :].strip()
    return request.args.get(ARGUMENT, "")


def bound(preview: Preview, asked: Mapping[str, Any]) -> dict[str, Any]:
    """What is asked for with what the link binds filled in. Raises a 403 `Problem` that names what it does not show."""
    if preview.layouts is not None and asked.get("layout") not in preview.layouts:
        raise _not_shown("layout", f"the link shows {', '.join(preview.layouts)}")
    filled = dict(asked)
    if preview.person is not None:
        if filled.get("person") not in (None, dict(preview.person)):
            raise _not_shown("person", "the link is of one person; leave it out")
        filled["person"] = dict(preview.person)
    if preview.at is not None:
        moment = datetime.fromtimestamp(preview.at, UTC).isoformat()
        if filled.get("at") not in (None, moment):
            raise _not_shown("at", "the link is of one moment; leave it out")
        filled["at"] = moment
    return filled


def _not_shown(name: str, message: str) -> Problem:
    told = refused(f"/{name}", message)
    return Problem(403, "Not in this preview", told.detail, errors=[field_error(f"/{name}", message)])
