"""The composition: every part built once from settings, and the one path that all APIs assemble by."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

from sqlalchemy.exc import SQLAlchemyError

from accounts import Passwords
from admin import Publishing
from channels import Channel, Rendered, RenderFailure, View, Web
from connectors import Sender
from engine import Ask, Catalogue, Page
from experiments import Exposures
from layouts import OpenReleases, Releases
from modules import ContentStore
from profiles import (
    Backfill,
    Eraser,
    Identities,
    Intake,
    Lists,
    Marks,
    Matches,
    Profiles,
    Quality,
    Rebuild,
    Recount,
    Retention,
    Timers,
    Visit,
    Watcher,
)
from recommender import ItemStore, ModelStore
from rules import Instant
from service.asking import Asker, Visitor
from service.door import Door
from service.keys import Keys
from service.metrics import Metrics
from service.pictures import Pictures
from service.previewing import Previewing
from service.published import Published, Watch
from service.settings import Settings
from service.triggering import Triggering
from storage import BlobStore, Database, HotCopies

log = logging.getLogger("intarsia")

MOST_RETRIES = 5
"""Modules that may break in one answer before the rest is an error: each costs another decision."""


@dataclass(slots=True)
class Wanted:
    """What a delivery request asks for, checked. Not frozen, as all that is made for one request."""

    layout: str
    visitor: Visitor | None
    """Who asks; None: nobody in particular."""
    channel: str
    now: Instant
    locale: str | None = None
    context: Mapping[str, Any] = field(default_factory=dict)
    why: bool = True
    user_agent: str = ""
    visit: Callable[[], Visit] = Visit
    gpc: bool = False
    """Whether the browser that asks sends Global Privacy Control."""
    whole_page: bool = False
    """A web page with head and body, instead of the HTML of each slot."""
    catalogue: Catalogue | None = None
    """What a preview shows, instead of what is published; `token` opens its pictures too."""
    token: str = ""


@dataclass(slots=True)
class Broken:
    """Modules that failed to render in this release, by channel: they are gated until the next release."""

    release: str = ""
    modules: dict[str, dict[str, str]] = field(default_factory=dict)

    def of(self, catalogue: Catalogue, channel: str) -> dict[str, str]:
        """Module -> reason, for this channel; a new release starts with a clean slate."""
        if self.release != catalogue.release:
            self.release, self.modules = catalogue.release, {}
        return self.modules.setdefault(channel, {})


@dataclass(slots=True)
class House:
    """All parts of one process. Nobody below `service` knows it."""

    settings: Settings
    clock: Callable[[], Instant]
    database: Database
    hot: HotCopies
    blobs: BlobStore
    contents: ContentStore
    releases: Releases
    waiting: OpenReleases
    publishing: Publishing
    items: ItemStore
    models: ModelStore
    exposures: Exposures
    keys: Keys
    door: Door
    passwords: Passwords
    metrics: Metrics
    published: Published
    pictures: Pictures
    previewing: Previewing
    profiles: Profiles
    marks: Marks
    consents: Watcher
    intake: Intake
    identities: Identities
    rebuild: Rebuild
    quality: Quality
    timers: Timers
    backfill: Backfill
    lists: Lists
    recount: Recount
    eraser: Eraser
    retention: Retention
    asker: Asker
    channels: Mapping[str, Channel]
    webhooks: Sender
    triggering: Triggering
    matches: Matches
    watches: list[Watch] = field(default_factory=list)
    broken: Broken = field(default_factory=Broken)

    def assemble(self, wanted: Wanted) -> Rendered:
        """Decide and render; a module that cannot be rendered yields its slot to the next, and is named in `why`."""
        return self.decided(wanted)[2]

    def decided(self, wanted: Wanted) -> tuple[Ask, Page, Rendered]:
        """As `assemble`, with what was asked and decided."""
        started = time.perf_counter()
        catalogue = wanted.catalogue or self.published.current()
        ask = self.asker.ask(
            catalogue,
            wanted.layout,
            wanted.channel,
            wanted.visitor,
            wanted.now,
            context=wanted.context,
            locale=wanted.locale,
            user_agent=wanted.user_agent,
            visit=wanted.visit,
            gpc=wanted.gpc,
        )
        page, rendered = self._render(ask, wanted)
        if wanted.catalogue is None:
            self.metrics.page(page, time.perf_counter() - started)
        return ask, page, rendered

    def publish_due(self) -> None:
        """Publish the releases whose moment has come; every process that looks may try, one does it."""
        for release in self.publishing.publish_due():
            log.info("release %s was due and is published", release.id)

    def _render(self, ask: Ask, wanted: Wanted) -> tuple[Page, Rendered]:
        render = self._renderer(wanted)
        broken = self.broken_in(ask.catalogue, wanted)
        view = self.view(ask, wanted.token)
        for left in range(MOST_RETRIES, -1, -1):
            page = self.published.engine.decide(replace(ask, without=dict(broken)) if broken else ask)
            try:
                return page, render(page, view, why=wanted.why)
            except RenderFailure as failure:
                if ask.strict or not left:
                    raise
                # Said once a release: from now on the gate stops it before it is rendered.
                log.warning("module %s cannot be rendered in %s: %s", failure.module, failure.channel, failure.reason)
                self.metrics.broken.labels(wanted.channel).inc()
                broken[failure.module] = failure.reason
        raise AssertionError("the loop returns or raises")

    def broken_in(self, catalogue: Catalogue, wanted: Wanted) -> dict[str, str]:
        """Modules that cannot be rendered, with the reason; of a preview nothing is noted."""
        return self.broken.of(catalogue, wanted.channel) if wanted.catalogue is None else {}

    def _renderer(self, wanted: Wanted) -> Callable[..., Rendered]:
        channel = self.channels[wanted.channel]
        if isinstance(channel, Web) and not wanted.whole_page:
            return channel.render_slots
        return channel.render

    def view(self, ask: Ask, token: str = "") -> View:
        """What a channel needs beside the page."""
        layout = ask.catalogue.plan(ask.layout).layout
        return View(
            values=ask.facts.values,
            asset_url=partial(self.asset_url, ask.catalogue, token=token),
            base_url=self.settings.base_url,
            settings=layout.settings,
            title=layout.title,
            stylesheet=layout.settings.get("stylesheet", ""),
            has_asset=ask.catalogue.assets.__contains__,
            alt_of=ask.catalogue.alt_of,
            picture=partial(self.pictures.shown, ask.catalogue),
        )

    def asset_url(self, catalogue: Catalogue, name: str, token: str = "") -> str:
        """Where an asset of this release is served; the digest lets caches keep it for good. What was never published
        is served to who has the `token` of a preview."""
        digest = catalogue.assets.get(name, "missing")
        address = self.pictures.address(name, digest)
        return f"{address}?preview={token}" if token and self.pictures.find(name, digest) is None else address

    def close(self) -> None:
        """Stop the threads and give every connection back."""
        for watch in self.watches:
            watch.stop()
        with suppress(SQLAlchemyError):  # figures are not worth a stop that fails
            self.quality.flush()
        self.asker.enrichment.close()
        self.webhooks.close()
        self.pictures.darkroom.close()
        self.hot.close()
        self.database.close()
