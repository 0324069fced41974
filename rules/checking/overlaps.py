"""Whether two rules let in the same person: somebody to show, asked to be sure."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import product

from rules.checking.implication import Compared
from rules.checking.proving import witness
from rules.rule import Rule
from rules.values import Json


def overlap(one: tuple[Compared, Rule], other: tuple[Compared, Rule]) -> Mapping[str, Json] | None:
    """Facts of which both rules say yes; None where none were found."""
    for way, beside in product(one[0].ways, other[0].ways):
        groups = dict(way.groups)
        for subject, group in beside.groups.items():
            groups[subject] = (*groups.get(subject, ()), *group)
        found = witness(groups, (one[1], other[1]))
        if found is not None:
            return found
    return None
