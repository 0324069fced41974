"""Experiments: controlled tests of modules and their variants."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from experiments.buckets import Range, bucket_ranges

OFF = "off"
"""What a variation maps a module to when it takes the module out."""


class Status(StrEnum):
    """Whether an experiment assigns people."""

    RUNNING = "running"
    STOPPED = "stopped"


@dataclass(frozen=True, slots=True)
class Variation:
    """One alternative: for each module it touches the variant that is shown, or `OFF`."""

    key: str
    weight: float
    modules: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Experiment:
    """A controlled test. `coverage` is the share of people who take part, `seed` the salt of its dice."""

    key: str
    title: str
    status: Status
    seed: str
    coverage: float
    variations: tuple[Variation, ...]
    ranges: tuple[Range, ...] = field(init=False)
    """The part of [0, 1) that belongs to each variation."""

    def __post_init__(self) -> None:
        ranges = bucket_ranges(len(self.variations), self.coverage, [v.weight for v in self.variations])
        object.__setattr__(self, "ranges", ranges)

    @property
    def running(self) -> bool:
        """Whether it assigns people now."""
        return self.status is Status.RUNNING
