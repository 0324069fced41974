"""A bundle made ready to answer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from recommender.again import Again
from recommender.als import Als
from recommender.als_numpy import AlsNumpy
from recommender.bundle import Bundle
from recommender.errors import BundleError
from recommender.interactions import Assortment, History, Known
from recommender.interest import Interest
from recommender.ladders import PERSONAL
from recommender.popular import Popular
from recommender.protocol import Arrays, Recommender

RECOMMENDERS: Mapping[str, type[Recommender]] = {r.name: r for r in (Popular, Als, AlsNumpy, Again)}
"""Every recommender by its name; all sit the exam in tests/suites/test_recommenders.py."""


class Model:
    """What one training learned: an assortment, its recommenders by name, and everybody's interests."""

    def __init__(
        self,
        assortment: Assortment,
        recommenders: Iterable[Recommender],
        interest: Interest,
        manifest: Mapping[str, Any],
    ) -> None:
        self.assortment = assortment
        self.recommenders: Mapping[str, Recommender] = {r.name: r for r in recommenders}
        self.manifest = manifest
        self._interest = interest

    def named(self, name: str) -> Recommender:
        """The recommender of this name; `personal` is the collaborative one, whichever library fitted it."""
        return self.recommenders[self.manifest["personal"] if name == PERSONAL else name]

    @classmethod
    def load(cls, blob: bytes) -> Model:
        """The model in a bundle's bytes; BundleError where they must not be served."""
        return cls.of(Bundle.load(blob))

    @classmethod
    def of(cls, bundle: Bundle) -> Model:
        """The model that a bundle holds."""
        arrays = bundle.arrays
        try:
            assortment = Assortment(
                arrays["assortment.ids"].tolist(),
                arrays["assortment.categories"].tolist(),
                arrays["assortment.category_of"],
            )
            found = [
                RECOMMENDERS[name].load(assortment, _within(arrays, name)) for name in bundle.manifest["recommenders"]
            ]
            return cls(assortment, found, Interest(assortment, arrays["interest.shares"]), bundle.manifest)
        except KeyError as error:
            raise BundleError(f"it lacks {error}, or this version does not know it") from error

    def bundle(self) -> Bundle:
        """All it learned, sealed."""
        arrays = {
            "assortment.ids": np.array(self.assortment.ids, dtype=np.str_),
            "assortment.categories": np.array(self.assortment.categories, dtype=np.str_),
            "assortment.category_of": self.assortment.category_of,
            "interest.shares": self._interest.shares,
        }
        for name, recommender in self.recommenders.items():
            arrays |= {f"{name}.{part}": array for part, array in recommender.save().items()}
        return Bundle.of({**self.manifest, "recommenders": list(self.recommenders)}, arrays)

    def interest(self, history: History) -> dict[str, float]:
        """Category slug -> how much more than others this person touches it, 1 as others; empty for a stranger."""
        return self._interest.of(Known.of(history, self.assortment))


def _within(arrays: Arrays, name: str) -> Arrays:
    """The arrays of one recommender, by their own names."""
    return {part[len(name) + 1 :]: array for part, array in arrays.items() if part.startswith(f"{name}.")}
