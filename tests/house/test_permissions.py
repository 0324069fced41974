"""Every route of the whole application says what it takes, and who is to be let in. Unlisted means closed."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from accounts import ACTIONS
from admin.permissions import ANYBODY, PERMISSIONS, PERSON, PUBLIC, path_of
from service.app import create_app
from service.settings import Settings

Law = Callable[[str, list[str]], None]
CASES = Path(__file__).parents[1] / "cases/roles.json"


@pytest.fixture(scope="module")
def routes(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    """`METHOD /path` of each route that there is."""
    app = create_app(Settings(data_dir=tmp_path_factory.mktemp("data")), watch=False)
    rules = list(app.url_map.iter_rules())
    app.extensions["intarsia"].close()
    return {f"{method} {path_of(r.rule)}" for r in rules for method in (r.methods or set()) - {"HEAD", "OPTIONS"}}


def test_every_route_says_what_it_takes(routes: set[str], law: Law) -> None:
    """PERMISSIONS and the URL map name the same routes."""
    law(
        'the route answers 403 to everybody: add the line `"METHOD /path": "action",` to PERMISSIONS in '
        "admin/permissions.py (an action of accounts/actions.py, or PUBLIC, ANYBODY, PERSON)",
        list(routes - set(PERMISSIONS)),
    )
    law("there is no such route: take it out of PERMISSIONS in admin/permissions.py", list(set(PERMISSIONS) - routes))


def test_what_a_route_takes_can_be_given(law: Law) -> None:
    """An action that nobody has is a slip of the pen."""
    known = {*ACTIONS, PUBLIC, ANYBODY, PERSON}
    law(
        "there is no such action in accounts/actions.py",
        [r for r, action in PERMISSIONS.items() if action not in known],
    )


def test_every_route_has_a_case(routes: set[str], law: Law) -> None:
    """Who is to be let in is said a second time, in words that people read; a test tries them all."""
    cases = json.loads(CASES.read_text(encoding="utf-8"))["routes"]
    law(
        'say who is to be let in: add the line `"METHOD /path": "readers",` (or another of the groups) to "routes" in '
        "tests/cases/roles.json",
        list(routes - set(cases)),
    )
    law("there is no such route: take it out of tests/cases/roles.json", list(set(cases) - routes))
