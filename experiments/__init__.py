"""Controlled tests: assignment by hash, and who was shown what."""

from experiments.assign import assign
from experiments.errors import ExperimentError, ExperimentsError
from experiments.experiment import OFF, Experiment, Status, Variation
from experiments.exposures import Exposures
from experiments.parse import ExperimentSchema, parse_experiment

__all__ = [
    "OFF",
    "Experiment",
    "ExperimentError",
    "ExperimentSchema",
    "ExperimentsError",
    "Exposures",
    "Status",
    "Variation",
    "assign",
    "parse_experiment",
]
