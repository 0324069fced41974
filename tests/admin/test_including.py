"""What content names comes along: to the depth that was asked for, nothing twice, nothing hidden."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import pytest
from sqlalchemy import event

from admin.reading import including
from modules import ContentStore
from storage import Database

from .conftest import Editor
from .teasers import CONTENTS, FIRST, Name, opened, raw, teaser, told


@pytest.fixture
def as_role(database: Database) -> Callable[..., Editor]:
    return opened(database)


@pytest.fixture
def editor(as_role: Callable[..., Editor]) -> Editor:
    return as_role()


def test_what_is_named_comes_along_step_by_step(editor: Editor) -> None:
    """Each once, circles do no harm, and what leads nowhere is told with its place."""
    one = told(editor("GET", "/modules/a?include=1"))
    assert set(one["included"]) == {"types/teaser", "modules/b", "modules/c", "assets/dot.svg"}
    assert (one["item"]["body"], one["unresolved"], one["truncated"]) == (CONTENTS["modules", "a"], [], False)
    assert one["included"]["modules/b"] == {
        "kind": "modules", "key": "b", "digest": one["included"]["modules/b"]["digest"],
        "body": CONTENTS["modules", "b"],
    }  # fmt: skip
    picture = one["included"]["assets/dot.svg"]
    assert (picture["media_type"], picture["width"], picture["height"]) == ("image/svg+xml", 9, 7)
    two = told(editor("GET", "/modules/a?include=2"))
    assert set(two["included"]) == {*one["included"], "modules/n"}
    gone = {"kind": "modules", "key": "gone", "by": "modules/c", "pointer": "/locales/en/next/0"}
    assert two["unresolved"] == [gone]
    assert set(told(editor("GET", "/modules/a?include=10"))["included"]) == {*two["included"], "types/note"}
    none = told(editor("GET", "/modules/a?include=0"))
    assert (none["included"], none["item"]["body"]) == ({}, CONTENTS["modules", "a"])


def test_what_is_an_item_is_not_repeated(editor: Editor) -> None:
    page = told(editor("GET", "/modules?include=1"))
    assert [one["key"] for one in page["items"]] == ["a", "b", "c", "n"]
    assert set(page["included"]) == {"types/teaser", "types/note", "assets/dot.svg"}
    assert page["unresolved"][0]["key"] == "gone"
    found = told(editor("GET", "/search?q=hallo&include=1&fields=snippet.text,body"))
    assert found["items"] == [FIRST | {"snippet": {"text": "Hallo"}, "body": CONTENTS["modules", "a"]}]
    assert (
        set(found["included"]) == {"types/teaser", "modules/b", "modules/c", "assets/dot.svg"} and found["total"] == 1
    )


def test_only_what_is_in_the_answer_is_followed(editor: Editor) -> None:
    picture = told(editor("GET", "/modules/a?include=1&fields=body.locales.*.picture"))
    assert set(picture["included"]) == {"assets/dot.svg"}
    assert told(editor("GET", "/modules/a?include=3&fields=title"))["included"] == {}


@pytest.mark.parametrize(
    ("role", "expected", "words"),
    [
        ("no-secret", {"types/teaser", "modules/b", "modules/c", "assets/dot.svg", "modules/n"}, "rosebud"),
        ("no-next", {"types/teaser", "assets/dot.svg"}, '"next":['),
        ("german", {"types/teaser", "modules/c", "assets/dot.svg"}, "Hello"),
    ],
)
def test_what_is_kept_from_somebody_neither_comes_along_nor_is_followed(
    as_role: Callable[..., Editor], role: str, expected: set[str], words: str
) -> None:
    for path in ("/modules/a?include=2", "/search?q=hallo&include=2"):
        answer = as_role(role)("GET", path)
        body = told(answer)
        assert set(body["included"]) == expected
        assert words not in answer.text
    assert words in as_role()("GET", "/modules/a?include=2").text


def test_a_denied_type_is_as_if_it_were_not_there(as_role: Callable[..., Editor]) -> None:
    two = told(as_role("teasers")("GET", "/modules/a?include=2"))
    assert set(two["included"]) == {"modules/b", "modules/c"}
    assert {one["key"] for one in two["unresolved"]} == {"teaser", "dot.svg", "gone", "n"}
    for path in ("/modules/a?fields=title", "/modules/a?include=1"):
        assert as_role("notes")("GET", path).status_code == 403
    assert told(as_role("notes")("GET", "/modules?include=1"))["items"][0]["key"] == "n"


def test_a_release_brings_along_what_it_holds_itself(editor: Editor) -> None:
    """Also what it is put together of: one locale of a draft, over what is served."""
    for key, body in (("c", teaser()), ("b", teaser("c")), ("a", teaser("b"))):
        assert editor("PUT", f"/modules/{key}", body).status_code == 200
    served = editor("POST", "/releases", {"name": "All", "publish": True}).json["id"]
    changed = teaser("a", de={"heading": "Hallo", "next": ["c"]})
    assert editor("PUT", "/modules/a", changed).status_code == 200
    assert editor("PUT", "/modules/c", teaser(title="Newer")).status_code == 200
    wishes = [{"kind": "modules", "key": "a", "locales": ["de"]}, {"kind": "modules", "key": "c"}]
    waiting = editor("POST", "/releases", {"name": "German", "changes": wishes}).json["id"]
    assert editor("PUT", "/modules/c", teaser(title="Newest")).status_code == 200

    held = told(editor("GET", f"/modules/a?release={waiting}&include=2"))
    assert set(held["item"]) == {"kind", "key", "digest", "body"}
    assert held["item"]["body"]["locales"] == {"en": teaser("b")["locales"]["en"], "de": changed["locales"]["de"]}
    assert set(held["included"]) == {"types/teaser", "modules/b", "modules/c"}
    assert held["included"]["modules/c"]["body"]["title"] == "Newer"
    page = told(editor("GET", f"/modules?release={waiting}&include=1&limit=1"))
    assert page["items"] == [held["item"]] and page["included"] == held["included"]
    before = told(editor("GET", f"/modules/a?release={served}&include=2"))["included"]
    assert before["modules/c"]["body"]["title"] == ""
    refused = editor("GET", f"/modules?release={waiting}&fields=title")
    assert refused.status_code == 422 and refused.json["errors"][0]["remedy"] == "there are body, digest, key, kind"


def test_an_older_revision_brings_along_what_it_named(editor: Editor) -> None:
    old = told(editor("GET", "/modules/a?fields=digest"))["item"]["digest"]
    assert editor("PUT", "/modules/a", teaser("n")).status_code == 200
    assert set(told(editor("GET", "/modules/a?include=1"))["included"]) == {"types/teaser", "modules/n"}
    then = told(editor("GET", f"/modules/a?include=1&revision={old}"))
    assert set(then["included"]) == {"types/teaser", "modules/b", "modules/c", "assets/dot.svg"}


def test_what_is_archived_does_not_come_along(editor: Editor) -> None:
    assert editor("POST", "/modules/n/archive", {"override": "done"}).status_code == 204
    two = told(editor("GET", "/modules/a?include=2"))
    assert "modules/n" not in two["included"] and "n" in {one["key"] for one in two["unresolved"]}
    assert told(editor("GET", "/modules/n?fields=state"))["item"]["state"] == "archived"
    assert told(editor("GET", "/modules?archived=true&include=1"))["items"][0]["key"] == "n"


def test_more_than_an_answer_takes_is_cut_off_and_told(editor: Editor, monkeypatch: pytest.MonkeyPatch) -> None:
    """The nearest comes first."""
    whole = told(editor("GET", "/modules/a?include=3"))["included"]
    monkeypatch.setattr(including, "MOST_INCLUDED", 4)
    cut = told(editor("GET", "/modules/a?include=3"))
    assert (len(cut["included"]), cut["truncated"]) == (4, True)
    assert list(cut["included"]) == list(whole)[:4]
    monkeypatch.setattr(including, "MOST_INCLUDED", 1_000)
    monkeypatch.setattr(including, "MOST_BYTES", 10)
    assert told(editor("GET", "/modules/a?include=3")) | {"item": 0} == {
        "item": 0, "included": {}, "unresolved": [], "truncated": True
    }  # fmt: skip


def test_each_level_costs_the_same_few_statements(editor: Editor, database: Database) -> None:
    """However many name however much."""
    many = {("modules", f"m{n}"): teaser(*(f"m{other}" for other in range(60) if other != n)) for n in range(60)}
    ContentStore(database).put_all(raw(many), author="ann", now=1.0)
    statements: list[str] = []
    event.listen(database.engine, "before_cursor_execute", lambda *told: statements.append(told[2]))

    def cost(path: str) -> int:
        statements.clear()
        told(editor("GET", path))
        return sum(one.startswith("SELECT") for one in statements)

    alone = cost("/modules/m1?include=0")
    assert cost("/modules/m1?include=1") - alone <= 4
    assert cost("/modules/m1?include=10") - alone <= 8, "nothing is left to follow after the second level"
    assert cost("/modules?limit=2&include=1") <= cost("/modules?limit=50&include=1")


SEES: Mapping[str, Callable[[str, str], bool]] = {
    "admin": lambda locale, field: True,
    "no-next": lambda locale, field: field != "next",
    "german": lambda locale, field: locale == "de",
}
"""Role -> whether it sees a field in a locale."""


def named_in(body: Any, sees: Callable[[str, str], bool]) -> Iterator[Name]:
    """What a body of a teaser names, walked by hand."""
    yield "types", body["type"]
    if "targeting" in body:
        yield "rules", body["targeting"]
    for locale, fields in body["locales"].items():
        if sees(locale, "next"):
            yield from (("modules", key) for key in fields.get("next", ()))
        if "picture" in fields and sees(locale, "picture"):
            yield "assets", fields["picture"]["asset"]


def reachable(contents: Mapping[Name, Any], starts: set[Name], depth: int, role: str = "admin") -> set[Name]:
    found, level = set(starts), set(starts)
    for _ in range(depth):
        bodies = (contents[name] for name in level if name[0] == "modules" and name in contents)
        level = {name for body in bodies for name in named_in(body, SEES[role])} - found
        found |= level
    return found - starts


def drawn(dice: random.Random, world: str, size: int) -> dict[Name, Any]:
    """Teasers that name some of one another, themselves too, and here and there nothing that there is."""
    keys = [f"{world}-{number}" for number in range(size)]
    made: dict[Name, Any] = {}
    for key in keys:
        locales: dict[str, Any] = {}
        for locale in dice.sample(["en", "de", "fr"], dice.randint(1, 3)):
            some = dice.sample([*keys, f"{world}-gone"], dice.choice([0, 0, 1, 1, 2]))
            locales[locale] = {"heading": "x", **({"next": some} if some else {})}
            if dice.random() < 0.2:
                locales[locale]["picture"] = {"asset": dice.choice(["dot.svg", f"{world}.svg"]), "alt": ""}
        made["modules", key] = {"type": "teaser", "locales": locales}
        if dice.random() < 0.2:
            made["modules", key]["targeting"] = dice.choice(["r", f"{world}-none"])
    return made


def check(answer: Any, contents: Mapping[Name, Any], wanted: set[Name], role: str = "admin") -> None:
    """That exactly this came along, each with its body, and all else is told to lead nowhere."""
    assert {tuple(name.split("/")) for name in answer["included"]} == {name for name in wanted if name in contents}
    assert {(one["kind"], one["key"]) for one in answer["unresolved"]} == {n for n in wanted if n not in contents}
    assert not answer["truncated"]
    for name, one in answer["included"].items():
        kind, _, key = name.partition("/")
        if role == "admin":
            assert one.get("body") == (None if kind == "assets" else contents[kind, key])


@pytest.fixture
def graphs(as_role: Callable[..., Editor], database: Database) -> dict[Name, Any]:
    """Random graphs with circles beside the few teasers."""
    dice = random.Random(7)
    worlds = [drawn(dice, f"w{number}", size) for number, size in enumerate((3, 6, 10, 14))]
    contents = {**CONTENTS, **{name: body for world in worlds for name, body in world.items()}}
    ContentStore(database).put_all(raw(contents), author="ann", now=2.0)
    return contents


def starts(contents: Mapping[Name, Any], dice: random.Random, count: int) -> list[Name]:
    return dice.sample(sorted(name for name in contents if name[1].startswith("w")), count)


@pytest.mark.parametrize("role", SEES)
def test_included_is_exactly_what_can_be_reached(
    as_role: Callable[..., Editor], graphs: dict[Name, Any], role: str
) -> None:
    """Against a walk by hand over what this role sees: of one piece, and of pages of several."""
    ask = as_role(role)
    for kind, key in starts(graphs, random.Random(1), 8):
        for depth in (0, 1, 2, 10):
            answer = told(ask("GET", f"/{kind}/{key}?include={depth}"))
            check(answer, graphs, reachable(graphs, {(kind, key)}, depth, role), role)
    for depth in (1, 2):
        page = told(ask("GET", f"/modules?include={depth}&limit=9&sort=-key"))
        names = {(one["kind"], one["key"]) for one in page["items"]}
        check(page, graphs, reachable(graphs, names, depth, role), role)


def test_what_a_release_brings_along_is_exactly_what_can_be_reached_in_it(
    editor: Editor, graphs: dict[Name, Any], database: Database
) -> None:
    """Some of the content is in it; drafts that moved on since, and all that is not in it, do not count."""
    dice = random.Random(3)
    held = {name: graphs[name] for name in sorted(graphs) if name[0] != "modules" or dice.random() < 0.7}
    wishes = [{"kind": kind, "key": key} for kind, key in held]
    release = editor("POST", "/releases", {"name": "Some", "changes": wishes}).json["id"]
    other = {name: {**body, "locales": {"en": {"heading": "y"}}} for name, body in graphs.items() if name[1] > "w2"}
    ContentStore(database).put_all(raw(other), author="ann", now=3.0)
    for kind, key in starts(held, dice, 8):
        for depth in (1, 2, 10):
            answer = told(editor("GET", f"/{kind}/{key}?release={release}&include={depth}"))
            check(answer, held, reachable(held, {(kind, key)}, depth))
