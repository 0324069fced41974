"""From another system to a page: imported into files, looked through, pushed, published, assembled."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from accounts import Scope
from service.app import create_app
from service.cli import cli
from service.house import House
from service.settings import Settings
from tests.conftest import FixedClock
from tests.connectors.imports import SAMPLES


@pytest.mark.parametrize(
    ("sample", "locale", "slot", "words", "never"),
    [
        ("contentful", "de-DE", "event", "Eröffnungsabend", "Unfinished thoughts"),
        ("strapi", "en", "quote", "Sit down, eat.", "Suppe für einen"),
        ("strapi 4", "de", "recipe", "Linsen", "Toast it."),
        ("markdown", "en", "walks", "Follow the brook.", "Not yet."),
    ],
)
def test_what_is_imported_can_be_published_and_assembled(
    sample: str,
    locale: str,
    slot: str,
    words: str,
    never: str,
    tmp_path: Path,
    clock: FixedClock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("INTARSIA_DATA_DIR", str(tmp_path / "data"))
    source, site = sample.partition(" ")[0], tmp_path / "site"
    run("import-from", source, str(SAMPLES[sample]), "--into", str(site), "--layout", "look")
    run("check-content", str(site))
    run("push", str(site), "--yes")
    run("publish")
    app = create_app(Settings(data_dir=tmp_path / "data"), clock, watch=False)
    house: House = app.extensions["intarsia"]
    house.published.refresh()
    key = house.keys.issue("site", [Scope.DELIVER], clock())
    answer = app.test_client().post(
        "/v1/assemble",
        json={"layout": "look", "locale": locale, "person": {"anonymous_id": "reader"}},
        headers={"Authorization": f"Bearer {key}"},
    )
    assert answer.status_code == 200, answer.text
    slots = {one["slot"]: one for one in answer.get_json()["slots"]}
    assert words in str(slots[slot]["modules"])
    assert never not in answer.text
    house.close()


def run(*arguments: str) -> str:
    """A command that ends well; what it prints."""
    done = CliRunner().invoke(cli, arguments)
    assert done.exit_code == 0, done.output
    return done.output
