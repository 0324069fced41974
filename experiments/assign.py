"""Assignment: which variation of an experiment a unit gets."""

from __future__ import annotations

from experiments.buckets import bucket, choose
from experiments.experiment import Experiment, Variation


def assign(experiment: Experiment, unit: str) -> Variation | None:
    """The variation of this unit, always the same; None where it does not take part."""
    if not unit or not experiment.running:
        return None
    index = choose(bucket(experiment.seed, unit), experiment.ranges)
    return None if index is None else experiment.variations[index]
