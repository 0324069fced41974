"""Training: interactions from the event log, a bundle into the registry, its quality beside popularity."""

from __future__ import annotations

from collections.abc import Callable

import recommender
from profiles import touches
from recommender import ItemStore, ModelStore, Trained
from rules import Instant, Vocabulary
from storage import Database

Progress = Callable[[str, int, int], None]

NOTHING_DESCRIBED = Vocabulary()

STEPS = 100
"""Parts of a training that the progress bar counts."""


def train_model(
    database: Database,
    items: ItemStore,
    models: ModelStore,
    now: Instant,
    progress: Progress,
    *,
    vocabulary: Vocabulary = NOTHING_DESCRIBED,
    author: str = "training",
) -> Trained:
    """Fit on the log, keep the bundle and make it the one that serves."""

    def tell(_: str, share: float) -> None:
        progress("Training the recommender", round(share * STEPS), STEPS)

    bundle = recommender.train(touches(database, vocabulary), items.all(), recommender.Settings(), now, tell)
    return models.put(bundle, now, author=author)
