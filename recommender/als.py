"""ALS by the library `implicit`: the only file that knows it."""

from __future__ import annotations

from importlib.metadata import version
from typing import ClassVar

import numpy as np
from scipy.sparse import csr_matrix
from threadpoolctl import threadpool_limits

from recommender.factors import FoldIn
from recommender.interactions import Floats
from recommender.settings import Settings


class Als(FoldIn):
    """Alternating least squares, fitted by `implicit` (conjugate gradient, in C++)."""

    name: ClassVar[str] = "als"
    summary: ClassVar[str] = "What people with a similar history take (alternating least squares, library implicit)."

    @classmethod
    def factorise(cls, confidence: csr_matrix, penalty: float, settings: Settings) -> Floats:
        # Imported here: it needs the system library libgomp, and serving never needs it at all.
        from implicit.cpu.als import AlternatingLeastSquares

        # The import brings a BLAS of its own, which a limit set before it does not reach.
        with threadpool_limits(1, "blas"):
            als = AlternatingLeastSquares(
                factors=settings.factors,
                regularization=penalty,
                alpha=1.0,  # the matrix holds confidences already
                iterations=settings.iterations,
                num_threads=settings.threads,  # one thread solves a row: its bits do not depend on how many there are
                random_state=np.random.default_rng(settings.seed),
            )
            als.fit(confidence, show_progress=False)
        return np.ascontiguousarray(als.item_factors, dtype=np.float32)


def fitted_by() -> str:
    """The library and its version, once it can be imported; ImportError where it can not (no libgomp)."""
    import implicit.cpu.als  # noqa: F401

    return f"implicit {version('implicit')}"
