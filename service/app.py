"""The only place that builds things: `create_app(settings)`."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection
from functools import partial

from flask import Flask
from flask_smorest import Blueprint
from prometheus_client import CollectorRegistry
from sqlalchemy import Connection

import admin
from accounts import Passwords, PreviewLinks, Sessions
from channels import create_channels
from connectors import PeopleNews
from engine import touched
from experiments import Exposures
from layouts import Move, OpenReleases, Releases
from modules import ContentStore
from profiles import (
    Backfill,
    Census,
    Consents,
    FiringRecord,
    Firings,
    Identities,
    Intake,
    Lists,
    Marks,
    Past,
    Profiles,
    Quality,
    Quarantine,
    Rebuild,
    Recount,
    Retention,
    Timers,
    Watcher,
)
from recommender import ItemStore, ModelStore
from rules import Instant
from service import asset_routes, browser, delivery, ops, problems, storefront, tracking
from service.asking import Asker
from service.audit import house_secrets
from service.blob_places import blob_store
from service.clock import shared, watches_of
from service.cors import Cors
from service.darkroom import Darkroom
from service.door import Door
from service.enriching import create_enrichment
from service.exposing import exposing
from service.express import Express
from service.figures import EventFigures, SegmentFigures, Together, TriggerFigures
from service.fixed import keep_fixed_addresses
from service.four_eyes import four_eyes
from service.gate import close_what_is_not_listed
from service.house import House
from service.intake_figures import IntakeFigures, WaitingFigures
from service.keys import Keys
from service.knowing import catalogue_of, known_of
from service.live.routes import add_live_routes
from service.matching import create_matches
from service.metrics import Metrics
from service.openapi import create_api
from service.people import eraser_of, keep_no_names, keeping_of, open_database, requests_of
from service.pictures import Pictures
from service.previewing import Previewing
from service.public import add_public_routes
from service.published import Published, Watch
from service.publishing import create_publishing, publisher_of
from service.served import served_at
from service.settings import Settings
from service.signing import desk_of
from service.strict import Strict
from service.triggering import Triggering
from service.warming import warm_enrichers
from storage import (
    EVERYTHING,
    Answers,
    BoundedFolder,
    HotCopies,
    migrate,
)

PARTS = ("delivery", "tracking", "manage")
"""The APIs a process can serve; slow ones may run apart so that they never take a hot route's threads."""


KEYS_EVERY = 2.0
"""Seconds between two looks at the keys: one that was revoked stops everywhere within five."""


def create_house(settings: Settings, clock: Callable[[], Instant] = time.time) -> House:
    """Build every part; the database is brought up to date first. A missing database stops the start."""
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    database = open_database(settings)
    migrate(database)
    clock = shared(database, clock)
    exposures = Exposures(database)
    keep_no_names(database, exposures, clock())
    hot = HotCopies(settings.redis_url or None, prefix=settings.redis_prefix)
    # Whom an older backup brought back is forgotten again before anybody is served.
    eraser = eraser_of(settings, database, hot)
    eraser.carry_out(clock())
    blobs = blob_store(settings)
    contents = ContentStore(database, blobs)
    contents.derive()
    on_step = [four_eyes] if settings.approval else []
    releases = Releases(database, [partial(_note, contents)], on_step, lambda move: purged_by(published, move))
    waiting = OpenReleases(database, on_step)
    items, models = ItemStore(database), ModelStore(database, blobs)
    keys = Keys(database, clock)
    published = Published(database, contents, releases, items, models, settings.currency)
    darkroom = Darkroom(BoundedFolder(settings.data_dir / "renditions", settings.near_bytes), settings.limits)
    pictures = Pictures(published, releases, contents, darkroom, settings)
    watcher = Watcher(database, hot)
    people, quality = Profiles(database, hot, lambda: watcher.trusts(time.monotonic())), Quality(database)

    segments, vocabulary = published.segments, published.vocabulary
    publishing = create_publishing(settings, contents, releases, waiting, models, clock, published)
    firings = Firings(published.triggers, vocabulary, clock)
    hooks = [exposing(exposures, published), firings.on_event]
    vendor = settings.tcf_vendor or None
    registry, timers = CollectorRegistry(), Timers(database, segments, vocabulary, hot, on_changes=firings.on_changes)
    seen, told = IntakeFigures(registry, clock), firings.on_changes
    intake = Intake(
        database, segments, vocabulary, hot, on_event=hooks, on_changes=told, tcf_vendor=vendor, observer=seen
    )
    waits = WaitingFigures(Quarantine(database, intake), timers, clock)
    fired = TriggerFigures(FiringRecord(database), PeopleNews(database))
    backfill = Backfill(database, segments, vocabulary, hot, on_changes=firings.on_changes)
    identities = Identities(database, segments, vocabulary, hot, on_changes=firings.on_changes)
    read = (EventFigures(quality), waits, fired, SegmentFigures(backfill))
    metrics = Metrics(Together(read), registry)
    enrichment = create_enrichment(settings, clock, metrics.enriched)
    lists = Lists(database, segments, vocabulary, hot, on_changes=firings.on_changes)
    triggering = Triggering.over(database, published, intake, lists, clock, metrics)
    return House(
        settings=settings,
        clock=clock,
        database=database,
        hot=hot,
        blobs=blobs,
        contents=contents,
        releases=releases,
        waiting=waiting,
        publishing=publishing,
        items=items,
        models=models,
        exposures=exposures,
        keys=keys,
        door=Door(settings, keys, Sessions(database, settings.session_idle, settings.session_lifetime)),
        passwords=Passwords(),
        metrics=metrics,
        published=published,
        pictures=pictures,
        previewing=Previewing(PreviewLinks(database), publishing, releases, contents, published, clock),
        profiles=people,
        marks=Marks(database.vault.mark, settings.trusted_sources),
        consents=watcher,
        intake=intake,
        identities=identities,
        rebuild=Rebuild(database, segments, vocabulary, hot, on_changes=firings.on_changes),
        quality=quality,
        timers=timers,
        recount=Recount(database, segments, vocabulary, hot, on_changes=firings.on_changes),
        backfill=backfill,
        lists=lists,
        eraser=eraser,
        retention=Retention(
            database, hot, keeping_of(settings), segments, vocabulary, eraser, on_changes=firings.on_changes
        ),
        asker=Asker(people, settings.zone, settings.locale, settings.strict, enrichment, vendor),
        channels=create_channels(),
        webhooks=triggering.sender(settings),
        triggering=triggering,
        matches=create_matches(database, settings, published, identities),
    )


def _note(contents: ContentStore, connection: Connection, move: Move) -> None:
    """Let the drafts know, in the transaction that publishes, what is served from now on."""
    contents.published(connection, {name: after for name, (_, after) in move.changes.items()}, at=move.at)


def purged_by(published: Published, move: Move) -> Collection[str]:
    """The cache keys that must go with a move; all of them where what was served until now is not at hand."""
    base, before = published.catalogue, move.before
    if base is None or before is None or base.release != before.id:
        return (EVERYTHING,)
    return touched(base, move.changes, published.contents.content)


def manage_deps(house: House) -> admin.Deps:
    """What the management API works with."""
    publisher = publisher_of(house)
    return admin.Deps(
        store=house.contents,
        releases=house.releases,
        waiting=house.waiting,
        publishing=house.publishing,
        validate=partial(publisher.findings, notes=True),
        authorise=house.door.principal,
        clock=house.clock,
        known=partial(known_of, house),
        catalogue=partial(catalogue_of, house),
        database=house.database,
        webhooks=house.webhooks,
        quarantine=Quarantine(house.database, house.intake),
        identities=house.identities,
        requests=requests_of(house),
        quality=house.quality,
        people=house.profiles,
        matches=house.matches,
        census=Census(house.database, house.published.segments, house.published.vocabulary),
        lists=house.lists,
        backfill=house.backfill,
        past=Past(house.database),
        consents=Consents(house.database, house.intake),
        served_at=partial(served_at, house),
        segments=house.published.segments,
        vocabulary=house.published.vocabulary,
        firings=house.triggering.record,
        triggers=house.published.triggers,
        base_url=house.settings.base_url,
        limits=house.settings.limits,
        idempotency=admin.Idempotency(Answers(house.database), house_secrets(house.settings), house.clock),
    )


def create_app(
    settings: Settings,
    clock: Callable[[], Instant] = time.time,
    parts: Collection[str] = PARTS,
    *,
    watch: bool = True,
) -> Flask:
    """A Flask application that serves `parts`; with `watch` it follows what is published by itself."""
    house = create_house(settings, clock)
    # A process that was killed between its commit and its copy may have left an old copy behind.
    house.hot.forget_all()
    app = Flask("intarsia", static_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = (
        max(20_000_000, 2 * settings.asset_bytes) if "manage" in parts else settings.max_body + 1
    )
    app.extensions["intarsia"] = house
    api = create_api(app)
    keep_fixed_addresses(app)
    close_what_is_not_listed(app, house.keys, house.door.principal, house.previewing.of)
    problems.register(app)  # after the API, which brings an error handler of its own
    strict = Strict(api)

    def serve(blueprint: Blueprint) -> None:
        # After what the blueprint itself asks of a request: who may not come in is not told what is known inside.
        blueprint.before_request(strict.check)
        api.register_blueprint(blueprint)

    if "delivery" in parts:
        blueprint = delivery.create_blueprint(house)
        add_public_routes(blueprint, house)
        add_live_routes(blueprint, house)
        serve(blueprint)
        app.wsgi_app = Express(house, app.wsgi_app)  # type: ignore[method-assign]
    if "tracking" in parts:
        serve(tracking.create_blueprint(house))
    app.wsgi_app = Cors(app.wsgi_app, house.settings.cors_origins)  # type: ignore[method-assign]
    if "manage" in parts:
        deps = manage_deps(house)
        manage = admin.create_blueprint(deps)
        house.watches.append(Watch(deps.idempotency.renew, admin.RENEWED_EVERY, "requests at work"))
        admin.add_access_routes(manage, desk_of(house))
        admin.add_document_route(manage, manage_deps(house), lambda: api.document)
        serve(manage)
    app.register_blueprint(ops.create_blueprint(house))
    app.register_blueprint(asset_routes.create_blueprint(house.pictures, house.previewing))
    app.register_blueprint(storefront.create_blueprint(house))
    app.register_blueprint(browser.create_blueprint())
    if watch:
        seconds = settings.poll_interval.total_seconds()
        house.watches.append(Watch(house.published.refresh, seconds, "published"))
        house.watches.append(Watch(lambda: house.consents.look(time.monotonic()), 0.25, "consent"))
        house.watches.append(Watch(house.keys.refresh, KEYS_EVERY, "keys"))
        house.watches.append(Watch(house.metrics.count, 0.5, "metrics"))
        house.watches.append(Watch(house.quality.flush, 1.0, "figures of events"))
        house.watches += watches_of(house.clock)
        if "manage" in parts:
            house.watches.append(Watch(house.publish_due, 1.0, "due releases"))
        house.watches.append(Watch(partial(warm_enrichers, house), 60.0, "enrichers"))
        for one in house.watches:
            one.start()
    return app
