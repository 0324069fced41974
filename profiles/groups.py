"""Groups: what `group` calls tell of a person's company, household or club."""

from __future__ import annotations

from typing import Any, Final

import orjson

from profiles.events import Event
from rules import Instant

GROUPS_KEPT: Final = 20
TRAITS_KEPT: Final = 100
TRAIT_BYTES: Final = 2_000


def take_group(computed: dict[str, Any], since: dict[str, Instant], event: Event) -> None:
    """Fold a `group` call into `computed`: `groups` (id -> traits, the latest value of each) and `group`, the traits of
    the group that was named last, with its `id`.

    `since` keeps when each was told, so that a late call does not overrule a newer one.
    """
    name = str(event.group_id)
    groups = {**computed.get("groups", {})}
    traits = groups[name] = {**groups.get(name, {})}
    for trait, value in event.traits.items():
        told = _told(name, trait)
        fits = trait in traits or len(traits) < TRAITS_KEPT
        if fits and event.at >= since.get(told, float("-inf")) and len(orjson.dumps(value)) <= TRAIT_BYTES:
            traits[trait], since[told] = value, event.at
    since[f"groups.{name}"] = max(event.at, since.get(f"groups.{name}", float("-inf")))
    newest = sorted(groups, key=lambda one: (since[f"groups.{one}"], one), reverse=True)
    for gone in newest[GROUPS_KEPT:]:
        for trait in groups.pop(gone):
            del since[_told(gone, trait)]
        del since[f"groups.{gone}"]
    computed["groups"] = groups
    computed["group"] = {**groups[newest[0]], "id": newest[0]}


def _told(group: str, trait: str) -> str:
    # An id may hold a dot, but no line break: no two of these are the same.
    return f"groups.{group}\n{trait}"
