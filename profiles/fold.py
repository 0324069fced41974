"""The reducer: a profile and an event give the next profile. Pure, and the order of events hardly matters."""

from __future__ import annotations

from bisect import insort
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

import orjson

from profiles.computed import NOTHING, Plan
from profiles.consent.answers import take_answers, take_region
from profiles.events import Event
from profiles.groups import take_group
from profiles.orders import (
    ADDED,
    ORDERED,
    REMOVED,
    VIEWED,
    Line,
    category_slug,
    line_of,
    lines_of,
    total_of,
    trimmed,
)
from profiles.profile import Document, Profile
from rules import Instant, Json

DAYS_KEPT: Final = 30
PER_TYPE: Final = 100
ITEMS_KEPT: Final = 200
TYPES_KEPT: Final = 100
TRAITS_KEPT: Final = 200
SLUGS_KEPT: Final = 500
TRAIT_BYTES: Final = 2_000
LAST_KEPT: Final = 50
MOST_UNITS: Final = 2**53
"""Where a count of things bought stops: JSON holds no larger one exactly."""

COUPON = "Coupon Applied"

WEIGHTS: Final[Mapping[str, float]] = {VIEWED: 1.0, ADDED: 3.0, ORDERED: 5.0}
"""What a touch says about a person's liking, by event type."""


def fold(profile: Profile, event: Event, plan: Plan = NOTHING) -> Profile:
    """The profile after one more event. Late events find their place in time; telling one twice is the caller's
    to prevent."""
    return fold_all(profile, (event,), plan)


def fold_all(profile: Profile, events: Iterable[Event], plan: Plan = NOTHING) -> Profile:
    """Fold many events at once: the same as one after the other, without a copy for each.

    Of `plan` only what was computed from the first event on is kept up (`Plan.begun`); without one nothing computed is
    known until it is computed anew.
    """
    events = tuple(events)
    draft = _Draft(profile, events, plan)
    for event in events:
        draft.take(event)
    return draft.profile()


class _Draft:
    """A profile while events are folded into it; the only place where one is changed."""

    def __init__(self, profile: Profile, events: Iterable[Event], plan: Plan) -> None:
        self._from = profile
        self._plan = plan
        self.computed = profile.computed if plan.definitions else {}
        self.traits = dict(profile.traits)
        self.consent = dict(profile.consent)
        self.since = dict(profile.since)
        self.region = profile.region
        self.restricted = profile.restricted
        self.counters: Document = {**profile.counters}
        self.counters["bought"] = dict(profile.counters["bought"])
        self.counters["viewed"] = dict(profile.counters["viewed"])
        self.events = {name: list(log) for name, log in profile.events.items()}
        self.items = list(profile.items)
        moments = [log[0][0] for log in self.events.values()] + [event.at for event in events if event.name]
        self.horizon = max(moments, default=float("-inf")) - DAYS_KEPT * 86_400
        self.cart_touched = False

    def take(self, event: Event) -> None:
        take_answers(self.consent, self.since, event)
        self.region = take_region(self.region, self.since, event)
        if event.kind == "privacy" and "restricted" in event.traits:
            self._restrict(bool(event.traits["restricted"]), event.at)
        for name, value in event.traits.items() if event.kind == "identify" else ():
            self._trait(name, value, event.at)
        for name, value in event.context.items():
            self._last(name, value, event.at)
        if event.group_id is not None:
            take_group(self.counters, self.since, event)
        if event.name:
            self._log(event)
            if self.computed:
                self.computed = self._plan.counted(self.computed, event)
            if (count := _COUNT.get(event.name)) is not None:
                count(self, event)

    def profile(self) -> Profile:
        self._forget_the_old()
        return self._from.but(
            version=self._from.version + 1,
            traits=self.traits,
            consent=self.consent,
            counters=self.counters,
            cart=_cart_of(self.events) if self.cart_touched else self._from.cart,
            events=self.events,
            items=_first(self.items, ITEMS_KEPT),
            since=self.since,
            region=self.region,
            computed=self.computed,
            restricted=self.restricted,
        )

    def touch(self, products: Iterable[Line], event: Event) -> None:
        ids = [line.item for line in products if line.item]
        if ids:
            entry = [event.at, WEIGHTS[event.name], ids]
            _insert(self.items, entry, key=_by_touch)
            # Each entry has an item at least: what comes after can be gone at once.
            del self.items[ITEMS_KEPT:]

    def _log(self, event: Event) -> None:
        if event.at <= self.horizon:
            return
        log = self.events.get(event.name)
        if log is None:
            if len(self.events) >= TYPES_KEPT:
                return
            log = self.events[event.name] = []
        _insert(log, [event.at, trimmed(event.properties)], key=_by_age)
        del log[PER_TYPE:]
        self.cart_touched = self.cart_touched or event.name in (ADDED, REMOVED, ORDERED)

    def _forget_the_old(self) -> None:
        horizon = self.horizon
        for name in [name for name, log in self.events.items() if log[-1][0] <= horizon]:
            self.events[name] = [entry for entry in self.events[name] if entry[0] > horizon]
            if not self.events[name]:
                del self.events[name]
            self.cart_touched = self.cart_touched or name in (ADDED, REMOVED, ORDERED)

    def _restrict(self, restricted: bool, at: Instant) -> None:
        if at >= self.since.get("restricted", float("-inf")):
            self.restricted, self.since["restricted"] = restricted, at

    def _trait(self, name: str, value: Json, at: Instant) -> None:
        if at < self.since.get(f"traits.{name}", float("-inf")):
            return
        if (name not in self.traits and len(self.traits) >= TRAITS_KEPT) or len(orjson.dumps(value)) > TRAIT_BYTES:
            return
        self.traits[name] = value
        self.since[f"traits.{name}"] = at

    def _last(self, name: str, value: Json, at: Instant) -> None:
        """Where and on what somebody was last: each fact as the newest event that told it."""
        last, since = self.counters.get("last", {}), self.since.get(f"last.{name}")
        if since is not None and (at, _rank(value)) < (since, _rank(last.get(name))):
            return
        if since is None and len(last) >= LAST_KEPT:
            return
        self.counters["last"] = {**last, name: value}
        self.since[f"last.{name}"] = at


def _rank(value: Json) -> bytes:
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS)


def _view(draft: _Draft, event: Event) -> None:
    product = line_of(event.properties)
    _count_slug(draft.counters["viewed"], product.category, 1)
    draft.touch((product,), event)


def _add(draft: _Draft, event: Event) -> None:
    draft.touch((line_of(event.properties),), event)


def _order(draft: _Draft, event: Event) -> None:
    counters, products = draft.counters, lines_of(event.properties)
    counters["orders"] += 1
    # Cents: a sum of rounded terms does not depend on their order.
    counters["spend"] = round(counters["spend"] + total_of(event.properties, products), 2)
    first, last = counters["first_order_at"], counters["last_order_at"]
    counters["first_order_at"] = event.at if first is None else min(first, event.at)
    counters["last_order_at"] = event.at if last is None else max(last, event.at)
    for product in products:
        _count_slug(counters["bought"], product.category, product.quantity)
    draft.touch(products, event)


def _redeem(draft: _Draft, _: Event) -> None:
    draft.counters["coupons_redeemed"] += 1


_COUNT: Final[Mapping[str, Callable[[_Draft, Event], None]]] = {
    VIEWED: _view,
    ADDED: _add,
    ORDERED: _order,
    COUPON: _redeem,
}


def _cart_of(events: Mapping[str, list[list[Any]]]) -> dict[str, float]:
    """The cart as its events tell it. Read from the log each time, so that a late event cannot refill it."""
    ordered_at = events[ORDERED][0][0] if ORDERED in events else float("-inf")
    steps = [(at, 0, props) for at, props in events.get(ADDED, ()) if at > ordered_at]
    steps += [(at, 1, props) for at, props in events.get(REMOVED, ()) if at > ordered_at]
    cart: dict[str, float] = {}
    for _, removed, props in sorted(steps, key=lambda step: step[:2]):
        product = line_of(props)
        left = cart.get(product.item, 0) + (-product.quantity if removed else product.quantity)
        cart[product.item] = left
        if left <= 0 or not product.item:
            del cart[product.item]
    return cart


def _by_age(entry: list[Any]) -> tuple[float, bytes]:
    return -entry[0], orjson.dumps(entry[1], option=orjson.OPT_SORT_KEYS)


def _by_touch(entry: list[Any]) -> tuple[float, float, list[str]]:
    at, weight, ids = entry
    return -at, weight, ids


def _insert(entries: list[list[Any]], entry: list[Any], key: Callable[[list[Any]], Any]) -> None:
    """Put `[at, …]` in its place, the newest first; entries of one moment by `key`, whichever came first."""
    if not entries or entry[0] > entries[0][0]:
        entries.insert(0, entry)
    else:
        insort(entries, entry, key=key)


def _first(entries: list[list[Any]], count: int) -> list[list[Any]]:
    """The newest touches, of `count` items in all; the last one is cut if it must be."""
    for place, (at, weight, ids) in enumerate(entries):
        if len(ids) >= count:
            return [*entries[:place], [at, weight, ids[:count]]]
        count -= len(ids)
    return entries


def _count_slug(counts: dict[str, float], category: str, units: float) -> None:
    slug = category_slug(category)
    if slug and (slug in counts or len(counts) < SLUGS_KEPT):
        counts[slug] = min(counts.get(slug, 0) + units, MOST_UNITS)
