"""What this worker serves: catalogue, items and model, each swapped whole when a newer one is published."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field

import orjson
from sqlalchemy import select

from engine import Catalogue, Engine, NothingPublished, compile_catalogue, recompile
from layouts import Publication, Releases, UnknownRelease
from modules import PIN, ContentStore
from pictures import Facts
from profiles import NO_TRIGGERS, Segments, Triggers
from recommender import BundleError, ItemStore, Model, ModelStore, UnknownChoiceError
from rules import Vocabulary
from service.shelf import Shelf
from storage import BlobError, Database

log = logging.getLogger("intarsia")

NEWEST = select(
    ItemStore.newest.scalar_subquery(),
    ModelStore.newest.scalar_subquery(),
    Releases.newest.scalar_subquery(),
    Releases.newest_move.scalar_subquery(),
)
"""All that can be new, in one look: every worker asks four times a second."""

NO_SEGMENTS = Segments.of(())
NO_VOCABULARY = Vocabulary()


@dataclass(slots=True)
class Published:
    """The newest published state, looked for by `refresh`; readers take one reference and keep it for a request."""

    database: Database
    contents: ContentStore
    releases: Releases
    items: ItemStore
    models: ModelStore
    currency: str = "USD"
    catalogue: Catalogue | None = None
    engine: Engine = field(default_factory=Engine)
    model: Model | None = None
    model_version: str | None = None
    stocked: tuple[object, object] | None = None
    facts: dict[str, Facts | None] = field(default_factory=dict)
    """What the pictures of the catalogue are, by digest."""
    pin: tuple[str | None, str | None] = (None, None)
    """A release, and the model that it pins."""
    moved: Publication | None = None
    """How what is served came to be served."""
    turn: threading.Lock = field(default_factory=threading.Lock)

    def current(self) -> Catalogue:
        """The catalogue to serve from. Raises `NothingPublished` before the first release."""
        if self.catalogue is None:
            self.refresh()
        if self.catalogue is None:
            raise NothingPublished
        return self.catalogue

    def segments(self) -> Segments:
        """The segments of the published release; none before the first."""
        return self.catalogue.segments if self.catalogue is not None else NO_SEGMENTS

    def triggers(self) -> Triggers:
        """The triggers of the published release; none before the first."""
        return self.catalogue.triggers if self.catalogue is not None else NO_TRIGGERS

    def vocabulary(self) -> Vocabulary:
        """What may be known of people by the published release; nothing before the first."""
        return self.catalogue.vocabulary if self.catalogue is not None else NO_VOCABULARY

    def refresh(self) -> None:
        """Take over what was published since the last look; on any trouble the last good state serves on."""
        with self.turn:
            with self.database.read() as connection:
                items, model, release, seq = connection.execute(NEWEST).one()
            model = self._pinned(release) or model
            # The shelf first: who sees the first release must find its recommender.
            self._take_shelf(items or 0, model)
            self._take_release(release)
            if seq is not None and (self.moved is None or self.moved.seq != seq):
                # Last: who asks for the version must find that it is served.
                self.moved = self.releases.move(seq)

    def _pinned(self, release: str | None) -> str | None:
        """The model that a release pins, None where it leaves the choice to training."""
        if release != self.pin[0]:
            digest = self.releases.held(release, [PIN]).get(PIN)
            body = orjson.loads(self.contents.content([digest])[digest]) if digest else {}
            self.pin = (release, body.get("version"))
        return self.pin[1]

    def _take_release(self, release: str | None) -> None:
        if release is None or (self.catalogue is not None and release == self.catalogue.release):
            return
        catalogue = self._next(release)
        if self.catalogue is None or catalogue.assets is not self.catalogue.assets or None in self.facts.values():
            # Before the catalogue: a fragment that is rendered once must know how large its pictures are.
            self.facts = facts_of(self.contents, catalogue.assets.values(), self.facts)
        self.catalogue = catalogue
        log.info("serving release %s", release)

    def _next(self, release: str) -> Catalogue:
        """The catalogue of a release: of what changed since the one that is served, or whole where there is none."""
        load = self.contents.content
        if self.catalogue is not None:
            with suppress(UnknownRelease):  # the database was made anew
                changes = self.releases.changes(self.catalogue.release, release)
                return recompile(self.catalogue, release, {name: after for name, (_, after) in changes.items()}, load)
        return compile_catalogue(release, self.releases.manifest(release), load)

    def _take_shelf(self, items: int, model: str | None) -> None:
        if (items, model) == self.stocked:
            return
        if model is not None and model != self.model_version:
            self.model = self._load(model)
        shelf = Shelf(self.model, self.items.all(), self.currency)
        self.engine = Engine(shelf.recommend, shelf.interest if self.model else None)
        self.stocked, self.model_version = (items, model), model
        log.info("serving items %s, model %s", items, model)

    def _load(self, version: str) -> Model | None:
        try:
            return self.models.load(version)
        except (BundleError, BlobError, UnknownChoiceError) as error:
            # A damaged bundle must not take the last good one away.
            log.error("model %s cannot be loaded: %s", version, error)
            return self.model


def facts_of(
    contents: ContentStore, digests: Iterable[str], known: Mapping[str, Facts | None]
) -> dict[str, Facts | None]:
    """What these pictures are; None for what is no picture, or cannot be had now."""
    wanted = set(digests)
    held = {digest: known[digest] for digest in wanted if known.get(digest) is not None}
    fresh = contents.facts(wanted - held.keys()) if wanted - held.keys() else {}
    return {digest: held.get(digest, fresh.get(digest)) for digest in wanted}


@dataclass(slots=True)
class Watch:
    """Calls `look` every `interval` seconds in a thread of its own until stopped."""

    look: Callable[[], None]
    interval: float
    name: str
    stopped: threading.Event = field(default_factory=threading.Event)
    thread: threading.Thread | None = None

    def start(self) -> None:
        """Begin; a second call does nothing."""
        if self.thread is None:
            self.thread = threading.Thread(target=self._run, name=self.name, daemon=True)
            self.thread.start()

    def stop(self) -> None:
        """End, and wait until the last look is over."""
        self.stopped.set()
        if self.thread is not None:
            self.thread.join(timeout=5)

    def _run(self) -> None:
        failing = ""
        while not self.stopped.wait(self.interval):
            try:
                self.look()
                failing = ""
            except Exception as error:  # noqa: BLE001 -- the last good state serves on; said once, not four times a second
                if type(error).__name__ != failing:
                    failing = type(error).__name__
                    log.warning("%s: %s", self.name, failing)
