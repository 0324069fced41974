"""The command `rebuild`: compares, puts right, and says how it went."""

from __future__ import annotations

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import update

from profiles import tables
from service.cli import cli
from tests.profiles.calls import ordered, viewed
from tests.service.conftest import Shop


def rebuild(*arguments: str) -> Result:
    return CliRunner().invoke(cli, ["rebuild", *arguments])


def test_the_command_compares_and_puts_right(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INTARSIA_DATA_DIR", str(shop.house.settings.data_dir))
    monkeypatch.setenv("INTARSIA_REDIS_URL", "")
    shop.house.intake.accept([ordered("1"), viewed("2"), viewed("2", user="bob")], shop.clock())
    ann, people = shop.house.profiles.find("user:ann"), shop.house.profiles.count()
    assert (checked := rebuild("--check")).exit_code == 0, checked.output
    assert "All is as the log says." in checked.output

    with shop.house.database.write() as connection:
        connection.execute(update(tables.profiles).where(tables.profiles.c.id == ann).values(document=b"lost"))
    checked = rebuild("--check")
    assert (checked.exit_code, ann in checked.output) == (1, True)
    assert "1 people are kept otherwise" in checked.output and "ann" not in checked.output.replace(ann, "")
    told = rebuild()
    assert told.exit_code == 0 and f"{people} people told anew" in told.output
    assert "All is as the log says." in rebuild("--check").output
    assert rebuild("--person", ann).output == "All is as the log says.\n"
    assert rebuild("--person", ann, "--check").output == "All is as the log says.\n"


def test_a_rebuild_that_was_broken_off_is_said_and_ended(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INTARSIA_DATA_DIR", str(shop.house.settings.data_dir))
    monkeypatch.setattr("profiles.rebuilding.rebuild.CHUNK", 1)
    shop.house.intake.accept([viewed("2"), viewed("2", user="bob"), viewed("2", user="cid")], shop.clock())

    def stop(step: str, done: int, total: int) -> None:
        if step == "profiles":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        shop.house.rebuild.run(shop.clock(), stop)
    people = shop.house.profiles.count()
    assert f"Going on with a rebuild that was broken off: 1 of {people} people are done.\n" in rebuild().output
    assert "Going on" not in rebuild().output
    refused = rebuild("--afresh", "--check")
    assert refused.exit_code == 2 and "--afresh goes with neither --check nor --person" in refused.output
