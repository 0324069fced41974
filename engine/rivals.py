"""Modules that compete for a place: those that never win it, because others always do."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from engine.candidates import Candidate
from engine.catalogue import Catalogue, Place, Plan
from engine.contents import content_of, varied
from engine.entries import Entry as Listed
from engine.variants import WHOLE
from modules import Chain
from rules import Entry, Finding, Rule, check_catalogue, parse

EVERYBODY = parse(True)
PINNED = -1e9
"""The order of the first module that is pinned: no tier is as high."""


def rivalries(catalogue: Catalogue) -> list[Finding]:
    """Modules that come too late in every place where they fit: whoever may see them is shown others, as is proved
    from the rules. Of each module its first place is told."""
    barred = frozenset(tag for policy in catalogue.policies for tag in policy.tags)
    entries = [entry for plan in catalogue.plans.values() for entry in _entries(plan, barred)]
    room = {_name(plan, place): place.slot.maximum for plan in catalogue.plans.values() for place in plan.places}
    found = check_catalogue(entries, catalogue.vocabulary, room=room)
    hidden = [finding for finding in found if finding.code == "shadowed"]
    places = Counter(entry.pointer for entry in entries)
    places.subtract(finding.pointer for finding in hidden)
    first = {finding.pointer: finding for finding in reversed(hidden)}
    return [finding for pointer, finding in reversed(first.items()) if not places[pointer]]


def late_variants(catalogue: Catalogue, some: Iterable[Candidate]) -> list[Finding]:
    """Variants of some modules that nobody gets, because whoever may see them is given one before: as is proved from
    their rules."""
    entries = [entry for candidate in some if len(candidate.choices) > 1 for entry in _variants(candidate)]
    found = check_catalogue(entries, catalogue.vocabulary)
    return [finding for finding in found if finding.code == "shadowed"]


def _variants(candidate: Candidate) -> Iterator[Entry]:
    module = candidate.module
    numbers = {key: number for number, key in enumerate(module.variants)}
    for choice in candidate.choices:
        yield Entry(
            key=choice.key,
            logic=choice.target.rule if choice.target else EVERYBODY,
            slot=f"variants of {candidate.key}",
            order=numbers[choice.key],
            lenient=bool(choice.target and choice.target.unknown_passes),
            steady=choice.limit == WHOLE and _for_all(candidate, choice.key),
            pointer=f"/modules/{candidate.key}/variants/{numbers[choice.key]}",
        )


def _for_all(candidate: Candidate, variant: str) -> bool:
    """Whether a variant has words in each of its module's locales, and needs no fact for them."""
    made = [varied(candidate, Chain((locale,)), variant, {}) for locale in candidate.locales]
    return all(not isinstance(content, str) and not content.items for content in made)


def repeats(named: Iterable[tuple[str, str, Rule]], catalogue: Catalogue) -> list[Finding]:
    """Rules and segments, given as kind, key and rule, that ask the same under two names."""
    entries = [Entry(key, rule, pointer=f"/{kind}/{key}/logic") for kind, key, rule in named]
    found = check_catalogue(entries, catalogue.vocabulary)
    return [finding for finding in found if finding.code == "duplicate"]


def _entries(plan: Plan, barred: frozenset[str]) -> Iterator[Entry]:
    for place in plan.places:
        for number, entry in enumerate(place.pinned):
            yield _entry(plan, place, entry, barred, PINNED + number)
        for entry in place.listed():
            yield _entry(plan, place, entry, barred, -entry.tier)


def _entry(plan: Plan, place: Place, listed: Listed, barred: frozenset[str], order: float) -> Entry:
    candidate = listed.candidate
    target = candidate.target
    alone = sum(bool(other.mask & listed.bit) for other in plan.places) == 1
    return Entry(
        key=candidate.key,
        logic=target.rule if target else EVERYBODY,
        slot=_name(plan, place),
        order=order,
        lenient=bool(target and target.unknown_passes),
        steady=alone and is_steady(candidate, barred),
        pointer=f"/modules/{candidate.key}/targeting",
    )


def is_steady(candidate: Candidate, barred: frozenset[str]) -> bool:
    """Whether nothing but its rule can keep the module away: no schedule, policy, experiment, merge field or list."""
    if candidate.is_timed or candidate.experiments or candidate.tags & barred:
        return False
    bodies = (None, *(choice.key for choice in candidate.choices))
    made = [content_of(candidate, Chain((locale,)), body) for locale in candidate.locales for body in bodies]
    return bool(made) and all(content is not None and not content.needs and not content.items for content in made)


def _name(plan: Plan, place: Place) -> str:
    return f"{plan.layout.key}/{place.slot.key}"
