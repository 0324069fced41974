"""Two editors change the same body: both changes are in what comes of it, or the clash is told."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given

from modules import merge

from .bodies import bodies, leaves, named_path

BASE: dict[str, Any] = {
    "type": "hero",
    "tags": ["home", "spring"],
    "locales": {"en": {"heading": "Hello", "body": "Fresh"}, "de": {"heading": "Hallo", "body": "Frisch"}},
    "variants": [{"key": "bold", "locales": {"en": {"heading": "HELLO"}}}, {"key": "calm", "locales": {}}],
    "steps": [{"text": "Rinse"}, {"text": "Simmer"}, {"text": "Serve"}],
}


def with_(path: str, value: Any, body: Any = BASE) -> Any:
    """The body with another value at a pointer; with `...`, without the value."""
    head, _, rest = path.removeprefix("/").partition("/")
    step: Any = int(head) if isinstance(body, list) else head
    made = list(body) if isinstance(body, list) else dict(body)
    if rest:
        made[step] = with_(f"/{rest}", value, body[step])
    elif value is ...:
        del made[step]
    elif isinstance(made, list):
        made[step : step + 1] = [value]
    else:
        made[step] = value
    return made


@pytest.mark.parametrize(
    ("mine", "theirs"),
    [
        (("/locales/en/heading", "Hi"), ("/locales/en/body", "Warm")),
        (("/locales/en/heading", "Hi"), ("/locales/de/heading", "Servus")),
        (("/locales/fr", {"heading": "Salut"}), ("/locales/de", ...)),
        (("/variants/0/locales/en/heading", "HI"), ("/variants/1", ...)),
        (("/variants/0", ...), ("/variants/2", {"key": "new", "locales": {}})),
        (("/tags/2", "new"), ("/tags/0", ...)),
        (("/steps/0/text", "Wash"), ("/steps/2/text", "Eat")),
        (("/steps/0", ...), ("/steps/2/text", "Eat")),
        (("/title", "Mine"), ("/note", "Theirs")),
    ],
)
def test_changes_in_different_places_both_survive(mine: tuple[str, Any], theirs: tuple[str, Any]) -> None:
    merged = merge(BASE, with_(*mine), with_(*theirs))
    later, earlier = sorted((mine, theirs), key=lambda change: change[1] is ...)[::-1]
    # What is taken out of a list last does not move the place of the other change.
    assert merged.body == with_(*later, with_(*earlier))
    assert merged.clashes == ()


def test_both_may_add_to_a_list_in_the_same_place() -> None:
    merged = merge(BASE, with_("/tags/2", "mine"), with_("/tags/2", "theirs"))
    assert merged.body["tags"] == ["home", "spring", "mine", "theirs"]
    mine = with_("/variants/2", {"key": "m", "locales": {}})
    theirs = with_("/variants/2", {"key": "t", "locales": {}})
    assert [one["key"] for one in merge(BASE, mine, theirs).body["variants"]] == ["bold", "calm", "m", "t"]


@pytest.mark.parametrize(
    ("mine", "theirs", "pointer", "kept"),
    [
        (("/locales/en/heading", "Mine"), ("/locales/en/heading", "Theirs"), "/locales/en/heading", "Theirs"),
        (("/variants/0/locales/en/heading", "M"), ("/variants/0/locales/en/heading", "T"),
         "/variants/0/locales/en/heading", "T"),
        (("/locales/de", ...), ("/locales/de/heading", "Servus"), "/locales/de",
         {"heading": "Servus", "body": "Frisch"}),
        (("/locales/de/heading", "Servus"), ("/locales/de", ...), "/locales/de",
         {"heading": "Servus", "body": "Frisch"}),
        (("/title", "Mine"), ("/title", "Theirs"), "/title", "Theirs"),
        (("/title", None), ("/title", False), "/title", False),
        (("/steps/1/text", "M"), ("/steps/1/text", "T"), "/steps/1/text", "T"),
    ],
)  # fmt: skip
def test_what_both_changed_is_told_with_all_three_sides(mine: Any, theirs: Any, pointer: str, kept: Any) -> None:
    """The proposal holds theirs, which is saved already; where one side took something away, what the other made."""
    merged = merge(BASE, with_(*mine), with_(*theirs))
    (clash,) = merged.clashes
    assert clash.pointer == pointer
    found = merged.body
    for step in pointer.split("/")[1:]:
        found = found[int(step)] if isinstance(found, list) else found[step]
    assert found == kept


def test_entries_without_names_in_one_place_clash_as_a_whole() -> None:
    merged = merge(BASE, with_("/steps/3", {"text": "Mine"}), with_("/steps/3", {"text": "Theirs"}))
    (clash,) = merged.clashes
    assert (clash.pointer, len(clash.mine), len(clash.theirs)) == ("/steps", 4, 4)


def test_two_orders_clash_and_one_order_is_kept() -> None:
    keys = [{"key": key} for key in "abc"]
    base, mine, theirs = ({"variants": [keys[n] for n in order]} for order in ((0, 1, 2), (2, 0, 1), (1, 0, 2)))
    assert merge(base, mine, {**base, "title": "x"}).body == {**mine, "title": "x"}
    (clash,) = merge(base, mine, theirs).clashes
    assert (clash.order, clash.pointer, clash.mine) == (True, "/variants", ["c", "a", "b"])
    assert merge(base, theirs, theirs).clashes == ()


def test_the_order_of_locales_counts_and_that_of_other_members_does_not() -> None:
    turned = {"locales": dict(reversed(BASE["locales"].items()))}
    base = {"locales": BASE["locales"]}
    assert list(merge(base, turned, {**base, "tier": 1}).body["locales"]) == ["de", "en"]
    assert merge({"a": 1, "b": 2}, {"b": 2, "a": 1}, {"a": 1, "b": 3}).clashes == ()


@given(bodies, bodies)
def test_what_only_one_changed_is_taken_as_it_is(base: Any, changed: Any) -> None:
    assert merge(base, changed, base).body == changed
    assert merge(base, base, changed).body == changed
    assert merge(base, changed, changed).body == changed
    assert not any(merge(*sides).clashes for sides in ((base, changed, base), (base, base, changed)))


@given(bodies, bodies, bodies)
def test_no_edit_is_lost_silently(base: Any, mine: Any, theirs: Any) -> None:
    """Wherever somebody changed a value, the merged body holds their value, or a clash is told there."""
    merged = merge(base, mine, theirs)
    before, after = dict(leaves(base)), dict(leaves(merged.body))
    clashes = [named_path(merged.body, clash.pointer) for clash in merged.clashes]
    for side in (dict(leaves(mine)), dict(leaves(theirs))):
        changed = {path for path in before.keys() | side.keys() if before.get(path) != side.get(path)}
        for path in changed:
            told = any(path[: len(clash)] == clash for clash in clashes)
            assert told or after.get(path) == side.get(path)


@given(bodies, bodies, bodies)
def test_both_sides_may_be_swapped_but_for_what_clashes(base: Any, mine: Any, theirs: Any) -> None:
    one, other = merge(base, mine, theirs), merge(base, theirs, mine)
    assert len(one.clashes) == len(other.clashes)
    if not one.clashes:
        assert sorted(leaves(one.body)) == sorted(leaves(other.body))
