"""The command line: `./intarsia COMMAND`."""

from __future__ import annotations

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # before numpy is imported

import shutil
import sys
import threading
import time
from dataclasses import replace

import click
from rich.console import Console

from recommender import NothingToLearnError
from service.accounts_cli import accounts
from service.audit_cli import audit
from service.backup_cli import backup, restore
from service.blob_cli import blobs
from service.clock import watches_of
from service.content_cli import check_content, export, import_
from service.demo import run_demo
from service.import_cli import import_from
from service.intake_figures import WorkerFigures
from service.keys_cli import keys
from service.lock import InUse, only_one
from service.match_cli import match
from service.opening import open_house
from service.problems import problem_of
from service.published import Watch
from service.publishing import publisher_of
from service.rebuild_cli import rebuild
from service.report import progress_bars, show_findings, show_quality
from service.serving import Plan, Running, environment
from service.setting_texts import SettingError
from service.settings import Settings, read_settings
from service.sync_cli import diff, pull, push
from service.training import train_model
from service.webhooks_cli import webhooks
from service.worker import Worker, chores_of

out = Console()


@click.group(help="Intarsia assembles content for one person at a time, and says why.", invoke_without_command=True)
@click.pass_context
def cli(context: click.Context) -> None:
    if context.invoked_subcommand is None:
        click.echo(context.get_help())


@cli.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8321, show_default=True, help="Delivery; management answers on the next port.")
@click.option("--workers", default=2, show_default=True)
@click.option("--server", type=click.Choice(["granian", "gunicorn"]), default="granian", show_default=True)
def serve(host: str, port: int, workers: int, server: str) -> None:
    """Start the service: delivery and tracking, management, timers."""
    settings = _settings(port)
    plan = Plan(host=host, port=port, workers=workers, server=server)
    with only_one(settings.data_dir), environment(settings, plan) as environ:
        running = Running(plan, environ)
        try:
            running.start()
            running.wait_ready()
            out.print(
                f"Delivery and tracking: http://{host}:{port}   Management and docs: http://{host}:{plan.manage_port}/docs/"
            )
            ended = running.wait()
        finally:
            running.processes.stop()
    if ended:
        raise click.ClickException(f"the {ended} process ended by itself")


@cli.command()
@click.option("--every", default=0.25, show_default=True, help="Seconds between two looks at what is due.")
def worker(every: float) -> None:
    """Run what is due by the clock: memberships that end, and whatever else waits for its moment."""
    import signal

    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    with open_house() as house:
        house.watches.append(Watch(house.publish_due, every, "due releases"))  # apart: timers do not wait for it
        house.watches += watches_of(house.clock)
        for one in house.watches:
            one.start()
        Worker(chores_of(house, every), turn=WorkerFigures(house.metrics.registry).turn).run(stop)


@cli.command()
@click.option("--port", default=8321, show_default=True)
@click.option("--once", is_flag=True, help="Set up, print the two pages, and stop.")
def demo(port: int, once: bool) -> None:
    """The demo shop: import, train, publish, serve, and show the home page of two people."""
    run_demo(_settings(port), Plan(port=port), out, once=once)


@cli.command()
def reset() -> None:
    """Remove the data folder, and with it everything the demo made."""
    folder = read_settings().data_dir
    if folder.is_dir():
        with only_one(folder):
            shutil.rmtree(folder, ignore_errors=True)
    out.print(f"Removed {folder}.")


@cli.command()
def train() -> None:
    """Train the recommender on the event log and make it current."""
    with open_house() as house, progress_bars(out) as progress:
        try:
            house.published.refresh()
            known, now = house.published.vocabulary(), house.clock()
            trained = train_model(
                house.database, house.items, house.models, now, progress, author="cli", vocabulary=known
            )
        except NothingToLearnError as error:
            raise click.ClickException(str(error)) from None
    show_quality(out, trained)


@cli.command()
@click.option("--name", default="", help="What the release is called.")
@click.option("--author", default="cli", show_default=True)
def publish(name: str, author: str) -> None:
    """Make the drafts the published release."""
    with open_house() as house:
        publisher = publisher_of(house)
        findings = publisher.findings()
        if show_findings(out, findings):
            raise click.ClickException("nothing was published")
        release = publisher.publish(name or time.strftime("%Y-%m-%d %H:%M"), author)
        out.print(f"Published {release.id} ({release.name}).")


@cli.command()
@click.option("--to", default=None, help="A release's id; without it, the one before.")
@click.option("--author", default="cli", show_default=True)
def rollback(to: str | None, author: str) -> None:
    """Serve an earlier release again."""
    with open_house() as house:
        release = publisher_of(house).roll_back(to, author)
        out.print(f"Serving {release.id} ({release.name}) again.")


cli.add_command(audit)
for command in (import_, export, check_content, import_from, diff, push, pull):
    cli.add_command(command)
cli.add_command(blobs)
cli.add_command(keys)
cli.add_command(accounts)
cli.add_command(match)
cli.add_command(rebuild)
cli.add_command(webhooks)
cli.add_command(backup)
cli.add_command(restore)


def _settings(port: int) -> Settings:
    settings, default = read_settings(), Settings()
    if settings.base_url == default.base_url:
        settings = replace(settings, base_url=f"http://127.0.0.1:{port}")
    if settings.admin_url == default.admin_url:
        settings = replace(settings, admin_url=f"http://127.0.0.1:{port + 1}")
    if settings.live_url == default.live_url:
        settings = replace(settings, live_url=f"http://127.0.0.1:{port + 2}")
    return settings


def main() -> None:
    """Run a command; an error of ours is one sentence, not a traceback."""
    try:
        cli(prog_name="./intarsia", standalone_mode=False)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except click.Abort:
        sys.exit(130)
    except (SettingError, InUse) as error:
        sys.exit(f"Error: {error}")
    except Exception as error:
        known = problem_of(error)
        if known is None:
            raise
        sys.exit(f"Error: {known.title}: {known.detail}")


if __name__ == "__main__":
    main()
