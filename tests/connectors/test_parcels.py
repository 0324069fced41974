"""What is pushed to a service is packed into as few calls as it takes."""

from __future__ import annotations

import base64
import json
from typing import Any

from connectors.workspace.parcels import MOST_BYTES, MOST_OPERATIONS, Parcel, parcels

Name = tuple[str, str]


def told(parcel: Parcel) -> list[dict[str, Any]]:
    body = json.loads(parcel.body)
    assert (body["atomic"], body["made_by"]) == (True, "import")
    operations: list[dict[str, Any]] = body["operations"]
    assert [(one["kind"], one["key"]) for one in operations] == list(parcel.names)
    return operations


def test_what_is_named_comes_first_and_goes_last() -> None:
    puts = {("modules", "a"): b"{}", ("types", "t"): b"{}", ("locales", "site"): b"{}"}
    gone = [("rules", "r"), ("modules", "m"), ("types", "u")]
    (one,) = parcels(puts, gone, {**dict.fromkeys(puts), **dict.fromkeys(gone, "d")})
    assert one.names == (
        ("locales", "site"),
        ("types", "t"),
        ("modules", "a"),
        ("modules", "m"),
        ("types", "u"),
        ("rules", "r"),
    )
    assert [one["op"] for one in told(one)] == ["save"] * 3 + ["delete"] * 3


def test_bytes_travel_as_they_are() -> None:
    exact, picture = '{"a":  "ü\\u0041"}\n\n'.encode(), b"\x89PNG\r\n\x00"
    broken = b'{"a": "\xff"}'
    puts = {("modules", "a"): exact, ("assets", "a.png"): picture, ("rules", "b"): broken}
    (one,) = parcels(puts, (), dict.fromkeys(puts))
    by_key = {each["key"]: each for each in told(one)}
    assert by_key["a"]["text"].encode() == exact
    assert base64.b64decode(by_key["a.png"]["base64"]) == picture
    assert base64.b64decode(by_key["b"]["base64"]) == broken


def test_each_is_on_condition_of_what_was_compared() -> None:
    names: list[Name] = [("rules", "new"), ("rules", "old")]
    expect: dict[Name, str | None] = {names[0]: None, names[1]: "d" * 64, ("rules", "gone"): "e" * 64}
    (one,) = parcels(dict.fromkeys(names, b"{}"), [("rules", "gone")], expect, "it must go")
    new, old, gone = told(one)
    assert (new["if_none_match"], old["if_match"], gone["if_match"]) == ("*", "d" * 64, "e" * 64)
    assert gone["override"] == "it must go"
    assert "override" not in old


def test_a_call_holds_no_more_than_a_service_takes() -> None:
    many = {("rules", f"r-{number}"): b"{}" for number in range(2 * MOST_OPERATIONS + 1)}
    assert [len(one.names) for one in parcels(many, (), dict.fromkeys(many))] == [1000, 1000, 1]
    large = {("assets", f"{number}.png"): bytes(MOST_BYTES // 4) for number in range(5)}
    cut = parcels(large, (), dict.fromkeys(large))
    assert [len(one.names) for one in cut] == [2, 2, 1]
    assert all(len(one.body) < MOST_BYTES + 1_000 for one in cut)
    huge = {("assets", "huge.png"): bytes(MOST_BYTES), ("rules", "r"): b"{}"}
    assert [len(one.names) for one in parcels(huge, (), dict.fromkeys(huge))] == [1, 1]
    assert parcels({}, (), {}) == []
