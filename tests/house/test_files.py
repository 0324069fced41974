"""What stands in the repository, and what must not."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

Law = Callable[[str, list[str]], None]
LOCKS = ["requirements-dev.lock", "requirements-demo.lock", "requirements-identity.lock", "requirements.lock"]
LOCKS += ["requirements-uv.lock"]
CODE = {".py", ".sh", ".js", ".html", ".css", ".ts", ".tsx", ""}
LONGEST = 300
LONGER: set[str] = set()
"""Files of code that may be longer, each with its reason beside it; data needs no entry. There is none."""


def test_no_code_file_is_longer_than_a_screenful_of_ideas(texts: Mapping[Path, str], law: Law) -> None:
    """A long file holds two things that want to be apart."""
    long = {str(p): t.count("\n") for p, t in texts.items() if p.suffix in CODE and t.count("\n") > LONGEST}
    law(f"split what has over {LONGEST} lines", [f"{path}: {n}" for path, n in long.items() if path not in LONGER])
    assert set(long) >= LONGER, f"no longer needed in LONGER: {LONGER - set(long)}"


def test_nothing_names_a_place_on_one_machine(texts: Mapping[Path, str], law: Law) -> None:
    """A path of the machine it was written on works nowhere else."""
    places = ["/" + place for place in ("work/", "root/", "tmp/", "home/", "Users/")]
    offenders = [
        f"{path}:{number}: {place}"
        for path, text in texts.items()
        for number, line in enumerate(text.splitlines(), 1)
        for place in places
        if _names(line, place)
    ]
    law("take the folder from a setting, `tmp_path` or `tempfile`", offenders)


@pytest.mark.parametrize(
    ("line", "named"),
    [
        ('open("/tm' + 'p/x")', True),
        ("cd /roo" + "t/x", True),
        ("https://example.com/ho" + "me/", False),
        ("./ho" + "me/x", False),
        ("/v1/pages/ho" + "me/", False),
    ],
)
def test_the_law_of_places_knows_an_address_from_a_path(line: str, named: bool) -> None:
    """`/v1/pages/ho…` is no folder."""
    assert any(_names(line, "/" + place) for place in ("tmp/", "root/", "home/")) is named


def test_texts_are_utf8_with_a_newline_at_the_end(texts: Mapping[Path, str], law: Law) -> None:
    """Without it tools join the last line with whatever follows."""
    law("end the file with one newline, and without \\r", [
        str(path) for path, text in texts.items() if text and (not text.endswith("\n") or "\r\n" in text)
    ])  # fmt: skip


@pytest.mark.parametrize("lock", [*LOCKS, "tests/sdks/package-lock.json", "service/browser/package-lock.json"])
def test_a_lock_names_no_address(root: Path, lock: str) -> None:
    """Where packages come from is the affair of whoever installs, through the settings of pip, uv and npm."""
    text = (root / lock).read_text(encoding="utf-8")
    found = [
        word for word in ("://", "--index", "--extra-index", "--find-links", "--trusted-host", " @ ") if word in text
    ]
    assert not found, f"{lock}: compile it as docs/architecture.md says; it holds {found}"


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_pins_every_package_by_hash(root: Path, lock: str, law: Law) -> None:
    """What is installed is what was tested, byte for byte."""
    pins = _pins(root / lock)
    assert pins
    law(f"compile {lock} with --generate-hashes", [name for name, (_, hashed) in pins.items() if not hashed])


@pytest.mark.parametrize("lock", ["requirements-demo.lock", "requirements-identity.lock", "requirements.lock"])
def test_the_development_lock_holds_all_of_the_others(root: Path, lock: str) -> None:
    """Who has set up for tests has set up for everything, and runs what was tested."""
    tested = {name: version for name, (version, _) in _pins(root / "requirements-dev.lock").items()}
    differ = {name: version for name, (version, _) in _pins(root / lock).items() if tested.get(name) != version}
    assert not differ, f"compile {lock} constrained to requirements-dev.lock (-c); it differs in {differ}"


def test_the_locks_hold_what_the_project_asks_for(root: Path, project: dict[str, Any], law: Law) -> None:
    """A dependency that was added, but not locked, is missing on every other machine."""
    extras = project["project"]["optional-dependencies"]
    wanted = {
        "requirements.lock": project["project"]["dependencies"],
        "requirements-demo.lock": project["project"]["dependencies"] + extras["demo"],
        "requirements-identity.lock": project["project"]["dependencies"] + extras["identity"],
        "requirements-dev.lock": project["project"]["dependencies"] + [r for extra in extras.values() for r in extra],
    }
    law("compile the locks again, as docs/architecture.md says", [
        f"{lock} lacks {name}"
        for lock, requirements in wanted.items()
        for name in sorted({_normal(requirement) for requirement in requirements} - set(_pins(root / lock)))
    ])  # fmt: skip


def test_the_licence_is_the_one_named(root: Path, project: dict[str, Any]) -> None:
    """Apache-2.0, whole, and never uploaded to an index by mistake."""
    licence = (root / "LICENSE").read_text(encoding="utf-8")
    assert project["project"]["license"] == "Apache-2.0"
    assert "Version 2.0, January 2004" in licence and "END OF TERMS AND CONDITIONS" in licence
    assert "Private :: Do Not Upload" in project["project"]["classifiers"]


def _names(line: str, place: str) -> bool:
    before, found, _ = line.partition(place)
    # Part of a longer path or of an address is something else.
    return bool(found) and not (before[-1:].isalnum() or before[-1:] in set(".-_}>]{*$/"))


def _pins(lock: Path) -> dict[str, tuple[str, bool]]:
    """Package -> (version, whether it has a hash)."""
    found = {}
    for entry in lock.read_text(encoding="utf-8").replace("\\\n", " ").splitlines():
        name, _, rest = entry.partition("==")
        found[name.strip()] = (rest.split()[0], "--hash=sha256:" in rest)
    return found


def _normal(requirement: str) -> str:
    name = requirement
    for stop in "[<>=!~; ":
        name = name.partition(stop)[0]
    return name.lower().replace("_", "-").replace(".", "-")
