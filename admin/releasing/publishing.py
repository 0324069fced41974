"""Publishing: what is to be served is put together, judged whole, and served in one step, or not at all."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Final, TypeAlias

from admin.releasing.judging import Judge
from admin.releasing.overlay import Overlay, overlay_of
from admin.releasing.reading import State, keys_of, overlaid
from admin.releasing.resolving import IN_USE
from engine import CatalogueError
from layouts import (
    Action,
    Entry,
    Manifest,
    OpenReleases,
    Place,
    PublishedMeanwhile,
    Release,
    ReleaseChanged,
    Releases,
    Status,
    Taken,
    WrongStep,
    changes_of,
)
from modules import ContentStore
from rules import Finding, Instant

TRIES: Final = 8
"""Times that a change is judged again because something else was published meanwhile."""

Look: TypeAlias = tuple[Overlay, Manifest, Callable[[Overlay], Release]]
"""What is to be served, what is served, and how the one becomes the other."""

Admit: TypeAlias = Callable[[Overlay, Manifest], None]
"""Raises if whoever asks may not publish this over that."""


def admit_all(_: Overlay, __: Manifest) -> None:
    """Let everything through: for those whose right was checked before."""


@dataclass(frozen=True, slots=True)
class Publishing:
    """Publishes releases. What is wrong is refused whole, and what is served stays.

    `served` gives the release that is served and its manifest; `refresh` is called after each move of the pointer.
    """

    store: ContentStore
    releases: Releases
    waiting: OpenReleases
    judge: Judge
    served: Callable[[], tuple[str | None, Manifest]]
    clock: Callable[[], Instant]
    refresh: Callable[[], None] = lambda: None
    turn: threading.Lock = field(default_factory=threading.Lock)
    """One at a time in a process: of several, all but one would judge in vain."""

    def overlay(self, release: str) -> tuple[Overlay, Manifest]:
        """What would be served if a release that waits were published now, and what is served."""
        return self._over(self.waiting.entries(release))

    def over(self, changes: Mapping[Place, str | None], author: str) -> tuple[Overlay, Manifest]:
        """What would be served if these changes were published now, and what is served."""
        return self._over(Entry(*place, digest, None, author, 0.0) for place, digest in changes.items())

    def drafts(self) -> tuple[Overlay, Manifest]:
        """What would be served if all drafts, and nothing else, were."""
        onto, served = self.served()
        return Overlay(onto, changes_of(served, self.store.manifest())), served

    def manifest(self, release: str) -> Manifest:
        """The whole state with a release overlaid; of one that was published, what it held."""
        if self.releases.get(release).status is Status.PUBLISHED:
            return self.releases.manifest(release)
        overlay, served = self.overlay(release)
        return overlay.manifest(served)

    def state(self, release: str) -> State:
        """The same to be read from, a name at a time."""
        if self.releases.get(release).status is Status.PUBLISHED:
            return State(
                lambda names: self.releases.held(release, names),
                lambda kind: keys_of(self.releases.manifest(release), kind),
                self.store.content,
                self.store.references,
            )
        return overlaid(self.store, *self.overlay(release))

    def publish_open(
        self,
        release: str,
        author: str,
        *,
        admit: Admit = admit_all,
        note: str = "",
        override: str = "",
        version: int | None = None,
    ) -> Release:
        """Publish a release that waits, as it is, or as it was in this version. `override` says why something may go
        that others name.

        Raises `CatalogueError` with every finding, `WrongStep` if it waits no longer, `ReleaseChanged`.
        """

        def look() -> Look:
            found = self.releases.get(release)
            judged = found.version if version is None else version
            return *self.overlay(release), lambda overlay: self.releases.publish_open(
                release, overlay.wanted, author=author, now=self.clock(), version=judged, note=_noted(note, override)
            )

        return self._publish(look, author, admit, override)

    def publish_now(
        self,
        changes: Mapping[Place, str | None],
        name: str,
        author: str,
        *,
        admit: Admit = admit_all,
        note: str = "",
        override: str = "",
    ) -> Release:
        """Publish these changes: kind, key and locale -> the revision (None: take it away)."""
        publish = self._new(name, author, _noted(note, override))
        return self._publish(lambda: (*self.over(changes, author), publish), author, admit, override)

    def publish_drafts(self, name: str, author: str, *, admit: Admit = admit_all) -> Release:
        """Serve the drafts, all of them and nothing else."""

        def look() -> Look:
            overlay, served = self.drafts()
            if not overlay.manifest(served):
                nothing = "there are no drafts: nothing to publish"
                raise CatalogueError([Finding("", nothing, "import or save content first")])
            return overlay, served, self._new(name, author, "")

        return self._publish(look, author, admit)

    def roll_back(self, to: str | None, author: str) -> Release:
        """Serve the release before again, or the one named."""
        with suppress(CatalogueError):  # what is to be purged is told from what is served, if that is at hand
            self.refresh()
        release = self.releases.roll_back(to=to, author=author, now=self.clock())
        self.refresh()
        return release

    def publish_due(self) -> list[Release]:
        """Publish what is due, each once, whoever else looks at the same time; one that is wrong by now fails, and
        says why. Those that were published by this call."""
        done = []
        for release in self.waiting.due(self.clock()):
            author = next(one.by for one in reversed(self.waiting.steps(release.id)) if one.action is Action.SCHEDULE)
            try:
                done.append(self.publish_open(release.id, author, note="as scheduled"))
            except CatalogueError as error:
                self._fail(release, author, error)
            except (WrongStep, ReleaseChanged, PublishedMeanwhile):
                continue  # somebody else was faster, or it is looked at again
        return done

    def _fail(self, release: Release, author: str, error: CatalogueError) -> None:
        told = tuple({"pointer": f.pointer, "message": f.message, "remedy": f.remedy} for f in error.findings)
        try:
            step = Taken(Action.FAIL, author, self.clock(), "it was wrong when its moment came", told)
            self.waiting.step(release.id, step, version=release.version)
        except (WrongStep, ReleaseChanged):
            return  # changed in between: it is no longer this release that failed

    def _over(self, entries: Iterable[Entry]) -> tuple[Overlay, Manifest]:
        onto, served = self.served()
        return overlay_of(entries, onto, served, self.store.content), served

    def _new(self, name: str, author: str, note: str) -> Callable[[Overlay], Release]:
        return lambda overlay: self.releases.publish_changes(
            overlay.wanted, name=name, author=author, now=self.clock(), note=note
        )

    def _publish(self, look: Callable[[], Look], author: str, admit: Admit, override: str = "") -> Release:
        passed = {IN_USE} if override else set()
        with self.turn:
            return self._judge_and_publish(look, author, admit, passed)

    def _judge_and_publish(self, look: Callable[[], Look], author: str, admit: Admit, passed: set[str]) -> Release:
        for left in reversed(range(TRIES)):
            with suppress(CatalogueError):  # what is served and cannot be compiled is mended by publishing
                self.refresh()
            overlay, served, publish = look()
            admit(overlay, served)
            errors = [one for one in self.judge.errors(overlay, served) if one.code not in passed]
            if errors:
                raise CatalogueError(errors)
            self.store.keep(overlay.fresh, author=author, now=self.clock())
            try:
                release = publish(overlay)
            except PublishedMeanwhile:
                if not left:
                    raise
                continue  # judged with what is served no longer: once more, with what is
            self.refresh()
            return release
        raise AssertionError("the loop returns or raises")


def _noted(note: str, override: str) -> str:
    """What is recorded as the reason."""
    return "; ".join(words for words in (note, f"override: {override}" if override else "") if words)
