"""Grants: what they reach, that they add up, and that nobody hands out more than they have."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts import ROLES, BadGrant, Grant, NotAllowed, Principal, Who, parse_grants, write_grants

ACTIONS = ("content.read", "content.write")
KINDS = ("modules", "layouts")
TYPES = ("hero", "offer", None)
LOCALES = ("de", "de-AT", "en", None)
FIELDS = ("cost", "heading")


def some(names: tuple[str, ...]) -> st.SearchStrategy[frozenset[str] | None]:
    return st.one_of(st.none(), st.frozensets(st.sampled_from(names), min_size=1))


grants = st.builds(
    Grant,
    st.frozensets(st.sampled_from(ACTIONS), min_size=1),
    kinds=some(KINDS),
    types=some(("hero", "offer")),
    locales=some(("de", "en")),
    fields=some(FIELDS),
    denied_fields=st.frozensets(st.sampled_from(FIELDS)),
)
several = st.lists(grants, min_size=1, max_size=3).map(tuple)


def person(*held: Grant) -> Principal:
    return Principal("ann", Who.PERSON, held)


@given(several, several)
def test_whoever_covers_grants_may_all_that_they_give(mine: tuple[Grant, ...], given_: tuple[Grant, ...]) -> None:
    """Else handing out a role would be a way up."""
    me, other = person(*mine), person(*given_)
    if not me.covers(given_):
        return
    for action, kind, of_type, locale, field in product(ACTIONS, KINDS, TYPES, LOCALES, FIELDS):
        asked = (action, kind, of_type, locale, field)
        assert me.may_field(*asked) or not other.may_field(*asked), asked
        assert me.may_whole(*asked[:3]) or not other.may_whole(*asked[:3]), asked


@given(several)
def test_everybody_covers_themselves(held: tuple[Grant, ...]) -> None:
    assert person(*held).covers(held)


@given(several)
def test_grants_are_read_as_they_are_written(held: tuple[Grant, ...]) -> None:
    assert parse_grants(write_grants(held)) == held


@given(several)
def test_who_is_not_limited_may_everything(held: tuple[Grant, ...]) -> None:
    me = person(*held)
    for action, kind in product(ACTIONS, KINDS):
        if not me.limited(action, kind):
            for of_type, locale, field in product(TYPES, LOCALES, FIELDS):
                assert me.may_field(action, kind, of_type, locale, field)


def test_a_locale_stands_for_its_regions_and_not_the_other_way_round() -> None:
    german = person(Grant(frozenset({"content.write"}), locales=frozenset({"de"})))
    assert german.may_locale("content.write", "modules", "hero", "de-AT")
    austrian = person(Grant(frozenset({"content.write"}), locales=frozenset({"de-AT"})))
    assert not austrian.may_locale("content.write", "modules", "hero", "de")
    assert not german.may_locale("content.write", "modules", "hero", "den")


def test_a_field_of_one_type_is_not_that_of_another() -> None:
    me = person(Grant(frozenset({"content.read"}), denied_fields=frozenset({"offer/cost"})))
    assert not me.may_field("content.read", "modules", "offer", "de", "cost")
    assert me.may_field("content.read", "modules", "hero", "de", "cost")


def test_grants_add_up() -> None:
    blind = Grant(frozenset({"content.read"}), denied_fields=frozenset({"cost"}))
    assert not person(blind).may_field("content.read", "modules", "offer", "de", "cost")
    seeing = Grant(frozenset({"content.read"}), types=frozenset({"offer"}))
    assert person(blind, seeing).may_field("content.read", "modules", "offer", "de", "cost")
    assert not person(blind, seeing).may_field("content.read", "modules", "hero", "de", "cost")


def test_what_nobody_granted_is_denied_with_what_it_takes() -> None:
    with pytest.raises(NotAllowed, match=r"release\.publish"):
        person().require("release.publish")
    for role in ROLES.values():
        principal = person(*role.grants)
        assert not any(principal.may(scope) for scope in ("track", "deliver", "render", "preview")), role.name


@pytest.mark.parametrize("body", [None, {}, "content.read", [None], [["content.read"]], [{"actions": "content.read"}]])
def test_what_is_no_grant_is_refused(body: object) -> None:
    with pytest.raises(BadGrant):
        parse_grants(body)
