"""What is known of somebody, for those who look into a decision."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from accounts import Scope
from engine import Catalogue
from rules import Facts, Instant
from service.asking import Visitor
from service.delivery import moment_of
from service.house import House


def known_of(house: House, asked: Mapping[str, Any]) -> tuple[Catalogue, Facts]:
    """The published release, and the facts that a rule may read of this `person` now, or `at` another moment.

    Raises a `Problem` that names the wrong field, `NothingPublished` before the first release.
    """
    catalogue = house.published.current()
    # Who manages content may look at any moment.
    now = moment_of(house, asked.get("at"), {Scope.PREVIEW})
    return catalogue, house.asker.facts(catalogue, Visitor.of(asked["person"]), now, asked)


def catalogue_of(house: House, asked: Mapping[str, Any]) -> tuple[Catalogue, Instant]:
    """What a `release` holds, or would over what is served; without one, what is served; and the moment `at`, or now.

    Raises a `Problem` that names the wrong field, `UnknownRelease`, `NothingPublished` before the first release.
    """
    now, release = moment_of(house, asked.get("at"), {Scope.PREVIEW}), asked.get("release")
    return house.published.current() if release is None else house.previewing.of_release(release), now
