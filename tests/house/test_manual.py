"""The manual cannot rot: what it must name, it names, and what it names is there."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest

from modules import KINDS
from service.app import create_app
from service.settings import Settings

Law = Callable[[str, list[str]], None]


@pytest.fixture(scope="module")
def openapi(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """The document that the service publishes about itself."""
    app = create_app(Settings(data_dir=tmp_path_factory.mktemp("data")))
    document: dict[str, Any] = app.test_client().get("/openapi.json").get_json()
    # The document tells the kinds of content apart, the manual does not.
    each = {f"/v1/manage/{kind}/{{key}}" for kind in KINDS}
    paths = {"/v1/manage/{kind}/{key}" if path in each else path: told for path, told in document["paths"].items()}
    return {**document, "paths": paths}


def test_every_route_is_in_the_manual(openapi: dict[str, Any], root: Path, law: Law) -> None:
    """docs/api.md names each method and path of the OpenAPI document."""
    manual = (root / "docs/api.md").read_text(encoding="utf-8")
    routes = [
        f"{method.upper()} {path}"
        for path, methods in openapi["paths"].items()
        for method in methods
        if method in {"get", "post", "put", "patch", "delete"}
    ]
    assert routes
    law("describe the route in docs/api.md as `METHOD /path`", [r for r in routes if f"`{r}`" not in manual])


def test_the_manual_names_no_route_that_is_not_there(openapi: dict[str, Any], root: Path, law: Law) -> None:
    """A promise of yesterday misleads longer than a gap."""
    manual = (root / "docs/api.md").read_text(encoding="utf-8")
    named = {
        code for code in manual.split("`")[1::2] if code.split(" ")[0] in {"GET", "POST", "PUT", "PATCH", "DELETE"}
    }
    there = {f"{method.upper()} {path}" for path, methods in openapi["paths"].items() for method in methods}
    law("take it out of docs/api.md, or build it", [n for n in named if n not in there and " /v1/" in n])


def test_every_setting_is_in_the_manual(root: Path, law: Law) -> None:
    """docs/settings.md names each environment variable."""
    manual = (root / "docs/settings.md").read_text(encoding="utf-8")
    names = [f"INTARSIA_{field.name.upper()}" for field in dataclasses.fields(Settings)]
    law("add the setting to the table in docs/settings.md", [name for name in names if f"`{name}`" not in manual])


def test_every_link_leads_somewhere(pages: Mapping[str, str], root: Path, law: Law) -> None:
    """A relative link of a page is a file beside it; a picture too."""
    dead = [
        f"{page} -> {target}"
        for page, text in pages.items()
        for target in _links(text)
        if not (root / page).parent.joinpath(unquote(target.partition("#")[0])).exists()
    ]
    law("mend the link", dead)


def test_every_page_can_be_reached_from_the_first(pages: Mapping[str, str], root: Path, law: Law) -> None:
    """Nobody finds a page that no page leads to."""
    seen, waiting = set(), ["README.md"]
    while waiting:
        page = waiting.pop()
        seen.add(page)
        near = {_from_top(root, page, target) for target in _links(pages[page])}
        waiting += [name for name in near if name in pages and name not in seen]
    law(
        "link the page from README.md or from a page that is linked there", [name for name in pages if name not in seen]
    )


def test_each_word_is_explained_once(root: Path, law: Law) -> None:
    """One word, one thing."""
    rows = [
        line for line in (root / "docs/words.md").read_text(encoding="utf-8").splitlines() if line.startswith("| **")
    ]
    words = [word.strip().casefold() for row in rows for word in row.split("**")[1].split(",")]
    assert len(words) > 40
    law("explain the word in one row of docs/words.md", [word for word in set(words) if words.count(word) > 1])
    law("fill in what it means", [row for row in rows if len(row.split("|")[2].strip()) < 20])


def test_the_words_of_the_house_are_explained(root: Path, packages: list[str], law: Law) -> None:
    """Each package has its row in docs/architecture.md."""
    text = (root / "docs/architecture.md").read_text(encoding="utf-8")
    law("add the package to docs/architecture.md", [name for name in packages if f"`{name}`" not in text])


def test_the_first_screen_shows_what_to_do(root: Path) -> None:
    """README starts with what this is, the two commands and a picture."""
    screen = "\n".join((root / "README.md").read_text(encoding="utf-8").splitlines()[:40])
    for command in ("./intarsia demo", "./intarsia test"):
        assert command in screen, f"show `{command}` on README's first screen"
    assert "![" in screen, "show a picture on README's first screen"


def test_the_changelog_knows_this_version(root: Path, project: dict[str, Any]) -> None:
    """A version without a word about it is a surprise."""
    assert f"## {project['project']['version']}" in (root / "CHANGELOG.md").read_text(encoding="utf-8")


def test_decisions_are_numbered_without_gaps(root: Path) -> None:
    """docs/decisions holds 0001, 0002, …: each a closed door, with the reason."""
    numbers = sorted(path.name[:4] for path in (root / "docs/decisions").glob("*.md"))
    assert numbers == [f"{n:04}" for n in range(1, len(numbers) + 1)]


def _links(text: str) -> Iterator[str]:
    for piece in text.split("](")[1:]:
        target = piece.partition(")")[0]
        if "://" not in target and not target.startswith(("#", "mailto:", "/")):
            yield target


def _from_top(root: Path, page: str, target: str) -> str:
    path = (root / page).parent.joinpath(target.partition("#")[0]).resolve()
    return str(path.relative_to(root)) if path.is_relative_to(root) else ""
