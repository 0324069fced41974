"""Training: what is learned from the interactions of a window, and how good it was on what it had not seen."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any, TypeAlias

import numpy as np
import scipy

from recommender.again import Again
from recommender.als import Als, fitted_by
from recommender.als_numpy import AlsNumpy
from recommender.bundle import Bundle
from recommender.errors import NothingToLearnError
from recommender.evaluation import HeldOut, cases, held_out
from recommender.factors import FoldIn
from recommender.interactions import DAY, Interactions
from recommender.interest import Interest
from recommender.items import Item
from recommender.model import Model
from recommender.popular import Popular
from recommender.protocol import Recommender
from recommender.settings import Settings
from rules import Instant

Stage: TypeAlias = Callable[[str, float], None]
"""Told what is done now, and the share of the whole that is behind."""


BEHIND = (0.35, 0.4, 0.75)
"""Share of a training on the demo shop that is behind when each recommender's measuring begins."""


@dataclass(frozen=True, slots=True)
class Collaborative:
    """The collaborative recommender that can be fitted here; `note` says what is missing, if something is."""

    recommender: type[FoldIn]
    fitted_by: str
    note: str = ""

    @classmethod
    def at_hand(cls) -> Collaborative:
        """ALS by `implicit`, or in NumPy where that library can not be loaded."""
        try:
            return cls(Als, fitted_by())
        except ImportError as error:
            note = f"the library implicit can not be loaded ({error}); ALS is fitted in NumPy, which is slower"
            return cls(AlsNumpy, f"numpy {np.__version__}", note)


def train(
    touches: Iterable[tuple[str, str, float, Instant]],
    items: Iterable[Item],
    settings: Settings,
    now: Instant,
    progress: Stage | None = None,
) -> Bundle:
    """Measure on the last `holdout_days`, then learn from everything before `now`. The same input, the same bytes.

    `touches` are (person, item id, weight, at) in any order. NothingToLearnError where none of them falls on an item
    within the window.
    """
    tell = progress or _tell_nobody
    tell("Gathering interactions", 0.0)
    everything = Interactions.gather(touches, items)
    interactions = everything.between(-np.inf, now)
    window = interactions.between(now - settings.window_days * DAY, now)
    if not len(window):
        raise NothingToLearnError(len(everything), len(everything.assortment), settings.window_days)
    engine = Collaborative.at_hand()
    kinds = (Popular, engine.recommender, Again)
    figures = _examine(kinds, interactions, settings, now, tell)
    tell("Learning from everything", 0.85)
    learned = [kind.fit(interactions, settings, now) for kind in kinds]
    manifest = _manifest(engine, figures, window, settings, now)
    tell("Sealing the bundle", 0.95)
    bundle = Model(interactions.assortment, learned, Interest.fit(window), manifest).bundle()
    tell("Trained", 1.0)
    return bundle


def _examine(
    kinds: Iterable[type[Recommender]], interactions: Interactions, settings: Settings, now: Instant, tell: Stage
) -> dict[str, HeldOut]:
    """Each kind, fitted on what was before the split, asked about what came after it."""
    split = now - settings.holdout_days * DAY
    before, after = interactions.between(-np.inf, split), interactions.between(split, now)
    questions = cases(before, after, settings)
    figures = {}
    for kind, behind in zip(kinds, BEHIND, strict=True):
        tell(f"Measuring {kind.name} on the last {settings.holdout_days:g} days", behind)
        figures[kind.name] = held_out(kind.fit(before, settings, split), questions)
    return figures


def _tell_nobody(_: str, __: float) -> None:
    """The progress of a training that nobody watches."""


def _manifest(
    engine: Collaborative, figures: Mapping[str, HeldOut], window: Interactions, settings: Settings, now: Instant
) -> dict[str, Any]:
    return {
        "trained_at": now,
        "personal": engine.recommender.name,
        "fitted_by": engine.fitted_by,
        "notes": [engine.note] if engine.note else [],
        "libraries": {"numpy": np.__version__, "scipy": scipy.__version__},
        "settings": asdict(settings),
        "data": {
            "since": float(window.at[0]),
            "until": float(window.at[-1]),
            "interactions": len(window),
            "people": len(np.unique(window.people)),
            "items": len(np.unique(window.items)),
            "assortment": len(window.assortment),
        },
        "held_out": {name: figure.as_json() for name, figure in figures.items()},
    }
