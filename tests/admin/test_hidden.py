"""What is hidden, whoever may see what: never in what is shown, and never lost by saving that again."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts import Grant, NotAllowed, Principal, Who
from admin.sight.hidden import with_hidden
from admin.sight.visible import Visible
from admin.sight.writing import admitted

FIELDS = ("heading", "cost", "note")
LOCALES = ("de", "de-AT", "en", "fr")
values = st.one_of(
    st.booleans(), st.integers(0, 3), st.sampled_from(("a", "b")), st.lists(st.integers(0, 2), max_size=2)
)
shown = st.dictionaries(st.sampled_from(FIELDS), values, min_size=1)
locales = st.dictionaries(st.sampled_from(LOCALES), shown, min_size=1)
variants = st.lists(
    st.fixed_dictionaries({"key": st.sampled_from(("one", "two"))}, optional={"locales": locales}),
    max_size=2,
    unique_by=lambda one: one["key"],
)
modules = st.fixed_dictionaries({"type": st.just("offer"), "locales": locales}, optional={"variants": variants})
some = st.one_of(st.none(), st.frozensets(st.sampled_from(("de", "en")), min_size=1))
grants = st.builds(
    Grant,
    st.just(frozenset({"content.read", "content.write"})),
    locales=some,
    fields=st.one_of(st.none(), st.frozensets(st.sampled_from((*FIELDS, "offer/cost", "other/cost")), min_size=1)),
    denied_fields=st.frozensets(st.sampled_from((*FIELDS, "offer/cost", "other/cost"))),
)
principals = st.lists(grants, min_size=1, max_size=2).map(lambda some: Principal("ann", Who.PERSON, tuple(some)))


def spots(body: Any) -> set[tuple[str, str, str]]:
    """Each field that a body holds: variant, locale, name."""
    holders = {"": body["locales"], **{one["key"]: one.get("locales", {}) for one in body.get("variants", ())}}
    return {(v, locale, name) for v, held in holders.items() for locale, fields in held.items() for name in fields}


@given(principals, modules)
def test_what_is_shown_is_what_some_grant_allows(principal: Principal, body: Any) -> None:
    seen = Visible(principal).body("modules", "coffee", body)
    for spot in spots(body):
        _, locale, name = spot
        allowed = any(g.has_locale(locale) and g.has_field("offer", name) for g in principal.grants)
        assert (spot in spots(seen)) == allowed


@given(principals, modules)
def test_saving_what_one_was_shown_changes_nothing(principal: Principal, body: Any) -> None:
    """Not the order of locales either: the first stands in for those that a module lacks."""
    seen = Visible(principal).body("modules", "coffee", body)
    kept = with_hidden(principal, "modules", "coffee", body, seen)
    assert kept == body
    assert list(kept["locales"]) == list(body["locales"])


@given(principals, modules, modules)
def test_whatever_is_sent_nothing_hidden_changes(principal: Principal, old: Any, sent: Any) -> None:
    """It is refused, or it is kept: by way of `admitted`, as every save is."""
    before = json.dumps(old).encode()
    try:
        after = admitted(principal, "modules", "coffee", before, json.dumps(sent).encode())
    except NotAllowed:
        return
    saved = json.loads(after or b"null")
    visible = Visible(principal)
    hidden = spots(old) - spots(visible.body("modules", "coffee", old))
    assert hidden == spots(saved) - spots(visible.body("modules", "coffee", saved))
    for spot in hidden:
        assert json.dumps(value_at(saved, spot)) == json.dumps(value_at(old, spot))


def value_at(body: Any, spot: tuple[str, str, str]) -> Any:
    variant, locale, name = spot
    holder = next(one for one in body["variants"] if one["key"] == variant) if variant else body
    return holder["locales"][locale][name]


def test_a_truth_value_is_no_number() -> None:
    """In Python they are equal; who may not change a field may not make `1` of `true` either."""
    may_read = Grant(frozenset({"content.read"}))
    may_write = Grant(frozenset({"content.write"}), fields=frozenset({"heading"}))
    principal = Principal("ann", Who.PERSON, (may_read, may_write))
    sides = [json.dumps({"type": "offer", "locales": {"de": {"cost": cost}}}).encode() for cost in (True, 1)]
    with pytest.raises(NotAllowed, match="'cost'"):
        admitted(principal, "modules", "coffee", *sides)
