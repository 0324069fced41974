"""Modules of one call are judged in one pass, and told what each of them would be told alone."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from storage import Base, Database
from tests.admin.conftest import ATTRIBUTES, HERO, Editor, build
from tests.admin.operations import bulk, module, save


@pytest.fixture
def twins(tmp_path: Path) -> Iterator[tuple[Editor, Editor]]:
    """Two houses that hold the same."""
    databases = [Database(f"sqlite:///{tmp_path}/{name}.db") for name in ("one", "two")]
    editors = []
    for one in databases:
        Base.metadata.create_all(one.engine)
        editors.append(Editor(build(one).test_client()))
    for editor in editors:
        for path, body in (
            ("/attributes/shop", ATTRIBUTES),
            ("/types/hero", HERO),
            ("/types/old", {**HERO, "retired": True}),
            ("/rules/buyers", {"title": "Buyers", "logic": {">": [{"var": "profile.orders"}, 0]}}),
            ("/segments/fans", {"title": "Fans", "logic": {">": [{"var": "profile.orders"}, 9]}}),
            ("/modules/there", module()),
        ):
            assert editor("PUT", path, body).status_code == 201
    yield editors[0], editors[1]
    for one in databases:
        one.close()


MODULES: list[tuple[str, Any]] = [
    ("right", module()),
    ("no-type", {"type": "her", "locales": {"en": {}}}),
    ("retired", {"type": "old", "locales": {"en": {"heading": "A"}}}),
    ("no-heading", {"type": "hero", "locales": {"en": {}}}),
    ("rule", module(targeting="buyers")),
    ("near-rule", module(targeting="buyer")),
    ("own-rule", module(targeting={">": [{"var": "profile.orders"}, "3"]})),
    ("no-fact", module(targeting={">": [{"var": "profile.order"}, 3]})),
    ("segment", module(targeting={"in_segment": ["fans"]})),
    ("no-segment", module(targeting={"in_segment": ["fan"]})),
    ("late", module(variants=[
        {"key": "a", "targeting": True, "locales": {"en": {"heading": "A"}}},
        {"key": "b", "targeting": "buyers", "locales": {"en": {"heading": "B"}}},
    ])),
    ("there", module("Changed")),
    ("no-asset", module(locales={"en": {"heading": "A", "picture": {"asset": "none.svg"}}})),
    ("nonsense", {"type": 3}),
    ("last", module("Last")),
]  # fmt: skip


@pytest.mark.parametrize("shift", range(0, len(MODULES), 4))
def test_modules_that_are_judged_together_are_told_what_each_would_be_told(
    twins: tuple[Editor, Editor], shift: int
) -> None:
    one, other = twins
    modules = MODULES[shift:] + MODULES[:shift]
    results = bulk(one, *(save("modules", key, body) for key, body in modules))
    for number, ((key, body), told) in enumerate(zip(modules, results, strict=True)):
        alone = other("PUT", f"/modules/{key}", json.dumps(body, ensure_ascii=False, indent=2).encode() + b"\n")
        said = alone.get_json()
        assert told["status"] == alone.status_code, key
        if alone.status_code < 300:
            assert told["warnings"] == said["warnings"], key
            assert told["etag"] == said["digest"], key
        else:
            at = f"/operations/{number}/content"
            assert told["problem"]["errors"] == [{**e, "pointer": at + e["pointer"]} for e in said["errors"]], key
