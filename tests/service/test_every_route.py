"""Every operation of the OpenAPI document answers as the document says: to what fits it, and to what does not."""

from __future__ import annotations

import os

import pytest

from tests.service.conftest import Shop
from tests.service.every_route import Run, problems

EXAMPLES = int(os.environ.get("EVERY_ROUTE_EXAMPLES", "1"))
SEEDS = [int(seed) for seed in os.environ.get("EVERY_ROUTE_SEEDS", "1").split(",")]
"""EVERY_ROUTE_EXAMPLES=50 EVERY_ROUTE_SEEDS=2,3,4 tries longer, by hand."""


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore::Warning:schemathesis")
@pytest.mark.parametrize("seed", SEEDS)
def test_every_operation_keeps_what_the_document_promises(shop: Shop, seed: int) -> None:
    found = problems(shop, Run(examples=EXAMPLES, seed=seed))
    assert not found, "\n".join(map(str, found))
