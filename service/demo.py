"""The demo shop from a bare data folder: import, train, publish, serve, and two pages side by side."""

from __future__ import annotations

import urllib.error
import urllib.request
from collections.abc import Mapping
from dataclasses import replace
from secrets import token_urlsafe
from typing import Any

import click
import orjson
from rich.console import Console

from accounts import Accounts, NameTaken, Scope
from connectors import read_folder
from service.app import create_house
from service.history import import_history
from service.house import House
from service.lock import only_one
from service.publishing import publisher_of
from service.report import Report, progress_bars, show_findings, show_quality, two_pages
from service.serving import ROOT, Plan, Running, environment
from service.settings import Settings
from service.storefront import write_config
from service.training import train_model

SHOP = ROOT / "examples" / "shop"
ZONE = "America/New_York"
"""Where the shop's customers live."""

ADMIN = "admin"

KEY_NAMES = {
    "storefront": (Scope.TRACK, Scope.DELIVER),
    "demo": (Scope.DELIVER, Scope.RENDER, Scope.PREVIEW),
    "editor": (Scope.MANAGE,),
}


def run_demo(settings: Settings, plan: Plan, out: Console, *, once: bool) -> None:
    """Everything from nothing; what is there already is kept. Ends with Ctrl-C, and ends all it started."""
    zone = ZONE if settings.zone == Settings().zone else settings.zone
    quiet = "warning" if settings.log_level == Settings().log_level else settings.log_level
    storefront = settings.storefront or SHOP / "storefront"
    settings = replace(settings, storefront=storefront, zone=zone, log_level=quiet)
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    with only_one(settings.data_dir), environment(settings, plan) as environ:
        house = create_house(replace(settings, redis_url=environ["INTARSIA_REDIS_URL"]))
        try:
            keys, password = _set_up(house, out), _password(house)
        finally:
            house.close()
        running = Running(plan, environ)
        try:
            running.start()
            _wait(running)
            _show(out, plan, keys, password)
            ended = None if once else running.wait()
        finally:
            running.processes.stop()
    if ended:
        raise click.ClickException(f"the {ended} process ended by itself")


def _wait(running: Running) -> None:
    try:
        running.wait_ready()
    except RuntimeError as error:
        raise click.ClickException(str(error)) from None


def _set_up(house: House, out: Console) -> Mapping[str, str]:
    """Bring the shop to where it can be served; each step is skipped where its result is there."""
    trained = None
    with progress_bars(out) as progress:
        if house.releases.published() is None:
            _publish_content(house, out, progress)
        house.published.refresh()
        import_history(house, progress)
        if house.models.current() is None:
            house.published.refresh()
            known, now = house.published.vocabulary(), house.clock()
            trained = train_model(house.database, house.items, house.models, now, progress, vocabulary=known)
    if trained is not None:
        show_quality(out, trained)
    return _keys(house)


def _publish_content(house: House, out: Console, progress: Report) -> None:
    publisher = publisher_of(house)
    contents = read_folder(SHOP / "content")
    if show_findings(out, publisher.findings(contents)):
        raise click.ClickException(f"the content in {SHOP / 'content'} cannot be published")
    house.contents.put_all(contents, author="demo", now=house.clock())
    publisher.publish("The shop opens", "demo")
    progress("Content published", len(contents), len(contents))


def _keys(house: House) -> Mapping[str, str]:
    """The demo's keys, made once and kept in the data folder for the next start."""
    path = house.settings.data_dir / "demo-keys.json"
    if path.is_file():
        kept: Mapping[str, str] = orjson.loads(path.read_bytes())
        return kept
    for name in KEY_NAMES:
        house.keys.revoke(name)  # of a start that was broken off before it could keep them
    made = {name: house.keys.issue(name, scopes, house.clock()) for name, scopes in KEY_NAMES.items()}
    path.touch(mode=0o600)
    path.write_bytes(orjson.dumps(made, option=orjson.OPT_INDENT_2))
    browser = {"track_key": made["storefront"], "deliver_key": made["storefront"]}
    write_config(
        house.settings.data_dir, {**browser, "live": True, "currency": house.settings.currency, "people": _people()}
    )
    return made


def _password(house: House) -> str:
    """The password of the demo's own account, kept beside the keys; empty where somebody else made that account."""
    path = house.settings.data_dir / "demo-password"
    ours = path.is_file()
    if not ours:
        path.touch(mode=0o600)
        path.write_text(token_urlsafe(15), encoding="utf-8")
    password = path.read_text(encoding="utf-8")
    kept = house.passwords.hash(ADMIN, password)
    try:
        Accounts(house.database).add(ADMIN, [ADMIN], by="demo", now=house.clock(), password=kept)
    except NameTaken:
        return password if ours else ""
    return password


def _show(out: Console, plan: Plan, keys: Mapping[str, str], password: str) -> None:
    base = f"http://{plan.host}:{plan.port}"
    first, second = _people()[:2]
    left, right = (_page(base, keys["demo"], person["user_id"]) for person in (first, second))
    out.print(two_pages(left, right, (first["label"], second["label"])))
    out.print(f"\n  The shop           {base}/shop/")
    out.print(f"  The API, to try    http://{plan.host}:{plan.manage_port}/docs/")
    if password:
        out.print(f"  To sign in         {ADMIN}, {password}", highlight=False)
    for name, secret in keys.items():
        out.print(f"  Key {name:<14} {secret}", highlight=False)
    out.print("\n  Ctrl-C stops everything. `./intarsia reset` starts over.")


def _page(base: str, key: str, user: str) -> Mapping[str, Any]:
    body = orjson.dumps({"layout": "home", "person": {"user_id": user}, "channel": "headless"})
    headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
    request = urllib.request.Request(f"{base}/v1/assemble", body, headers)  # noqa: S310 -- our own loopback address
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310
            page: Mapping[str, Any] = orjson.loads(answer.read())
    except urllib.error.HTTPError as error:
        told = error.read().decode()
        raise click.ClickException(f"the home page cannot be shown ({told}); `./intarsia reset` starts over") from None
    return page


def _people() -> list[dict[str, str]]:
    """The customers whom a visitor of the demo can be, the most telling first."""
    people: list[dict[str, str]] = orjson.loads((SHOP / "people.json").read_bytes())
    return people
