"""The same ask gives the same page, byte for byte, in any process."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from pathlib import Path

import pytest

from engine import Page
from tests.engine.toys import NOW, catalogue, decide, layout, module

ROOT = Path(__file__).resolve().parents[2]


def thousand_pages() -> str:
    """A digest over a thousand answers for a hundred people."""
    adult = {">=": [{"var": "profile.age"}, 18]}
    modules = {f"m{n}": module(targeting=adult if n % 2 else None, tags=["a", "b", f"t{n}"]) for n in range(30)}
    variations = [{"key": "a", "weight": 0.5, "modules": {}}, {"key": "b", "weight": 0.5, "modules": {"m3": "off"}}]
    test = {"title": "T", "status": "running", "seed": "s", "coverage": 0.8, "variations": variations}
    policy = {"title": "P", "tags": ["t4", "t5"], "logic": adult}
    shop = catalogue(
        modules=modules,
        policies={"p": policy},
        experiments={"t": test},
        layouts={"home": layout({"key": "top", "max": 4}, {"key": "low", "max": 4})},
    )
    digest = hashlib.sha256()
    for number in range(1000):
        values = {"profile": {"age": number % 40, "first_name": "Ada"}}
        digest.update(told(decide(shop, unit=str(number % 100), values=values, now=NOW + number % 7)))
    return digest.hexdigest()


def told(page: Page) -> bytes:
    """All of a page but the objects that it shares with its catalogue."""
    placed = [(p.slot, p.module, p.variant, p.reason, p.tier, p.score, p.assigned) for p in page.placements]
    return repr((page.decision_id, page.level, page.valid_until, placed, [f.why.encoded for f in page.filled])).encode()


@pytest.mark.slow
def test_two_processes_with_different_hash_seeds_give_the_same_bytes() -> None:
    code = "from tests.engine.test_determinism import thousand_pages; print(thousand_pages())"
    answers = set()
    for seed in ("1", "4242"):
        environ = {**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOT)}
        answers.add(
            subprocess.run(
                [sys.executable, "-c", code], env=environ, cwd=ROOT, capture_output=True, text=True, check=True
            ).stdout
        )
    assert len(answers) == 1
    assert answers.pop().strip() == thousand_pages()


def test_another_person_moment_or_fact_makes_another_decision() -> None:
    shop = catalogue(modules={"tea": module()}, layouts={"home": layout({"key": "top"})})
    asks = [{}, {"unit": "else"}, {"now": NOW + 1}, {"values": {"profile": {"age": 3}}}, {"locale": "de"}]
    assert len({decide(shop, **ask).decision_id for ask in asks}) == len(asks)
    assert decide(shop).decision_id == decide(shop).decision_id
