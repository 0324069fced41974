"""A broken export is read, with what is broken told, or refused in a sentence; never anything else."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors import FileError, SourceError
from engine import validate
from tests.connectors.imports import SAMPLES, bring

Place = tuple[Any, ...]

JUNK = [None, True, -1, 1.5, "", "x", "{{ x }}", [], {}, [None], [{}], {"a": 1}, {"sys": None}, 10**18, "2024-13-45"]
CONTENTFUL = json.loads((SAMPLES["contentful"] / "export.json").read_bytes())
PARTS = ("schemas", "entities", "links", "configuration")
STRAPI = {
    part: [json.loads(line) for line in (SAMPLES["strapi"] / part / f"{part}_00001.jsonl").read_text().splitlines()]
    for part in PARTS
}


def places(value: Any, at: Place = ()) -> Iterator[Place]:
    """Every place in a value below its top."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for step, one in inner:
        yield (*at, step)
        yield from places(one, (*at, step))


def broken(value: Any, at: Place, junk: Any) -> Any:
    """A copy with junk at a place."""
    copy = json.loads(json.dumps(value))
    here = copy
    for step in at[:-1]:
        here = here[step]
    here[at[-1]] = junk
    return copy


def bring_or_refuse(source: str, path: Path) -> None:
    try:
        came = bring(source, path)
    except (SourceError, FileError) as error:
        assert str(error)
        return
    assert not [finding for finding in validate(came.imported.contents) if finding.severity == "error"]


@pytest.fixture(scope="module")
def strapi(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the sample to break."""
    return Path(shutil.copytree(SAMPLES["strapi"], tmp_path_factory.mktemp("strapi") / "v5"))


@settings(max_examples=80)
@given(at=st.sampled_from(list(places(CONTENTFUL))), junk=st.sampled_from(JUNK))
def test_whatever_stands_in_an_export_of_contentful(
    tmp_path_factory: pytest.TempPathFactory, at: Place, junk: Any
) -> None:
    file = tmp_path_factory.mktemp("contentful") / "export.json"
    file.write_text(json.dumps(broken(CONTENTFUL, at, junk)))
    bring_or_refuse("contentful", file)


@settings(max_examples=80)
@given(data=st.data(), part=st.sampled_from(PARTS), junk=st.sampled_from(JUNK))
def test_whatever_stands_in_an_export_of_strapi(strapi: Path, data: st.DataObject, part: str, junk: Any) -> None:
    at = data.draw(st.sampled_from([place for place in places(STRAPI[part]) if len(place) > 1]))
    file = strapi / part / f"{part}_00001.jsonl"
    whole = file.read_bytes()
    try:
        file.write_text("".join(json.dumps(line) + "\n" for line in broken(STRAPI[part], at, junk)))
        bring_or_refuse("strapi", strapi)
    finally:
        file.write_bytes(whole)
