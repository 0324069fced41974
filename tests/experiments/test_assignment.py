"""Everybody gets one variation, always the same, in the shares that the author asked for."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest

from experiments import Experiment, Status, Variation, assign
from experiments.buckets import bucket, bucket_ranges, choose, fnv1a32

CASES = json.loads((Path(__file__).parents[1] / "cases/experiments/growthbook.json").read_text())


def halves(seed: str = "hero", coverage: float = 1.0, status: Status = Status.RUNNING) -> Experiment:
    both = (Variation("control", 0.5), Variation("bold", 0.5, {"hero": "bold"}))
    return Experiment("hero-words", "Words", status, seed, coverage, both)


@pytest.mark.parametrize(("seed", "unit", "expected"), CASES["hash"])
def test_the_dice_are_growthbooks_hash_version_2(seed: str, unit: str, expected: float) -> None:
    assert bucket(seed, unit) == expected


@pytest.mark.parametrize(("name", "given", "expected"), CASES["getBucketRange"])
def test_bucket_ranges_are_growthbooks(name: str, given: list, expected: list) -> None:
    ranges = bucket_ranges(*given)
    assert [list(r) for r in ranges] == [pytest.approx(r) for r in expected], name


@pytest.mark.parametrize(("name", "n", "ranges", "expected"), CASES["chooseVariation"])
def test_choice_in_ranges_is_growthbooks(name: str, n: float, ranges: list, expected: int) -> None:
    chosen = choose(n, [tuple(r) for r in ranges])
    assert (-1 if chosen is None else chosen) == expected, name


def test_letters_beyond_ascii_are_hashed_by_utf_16_code_units() -> None:
    """é is one code unit in JavaScript and two bytes in UTF-8: an FNV-1a step over 0xE9 alone."""
    assert fnv1a32("é") == ((0x811C9DC5 ^ 0xE9) * 0x01000193) & 0xFFFFFFFF
    assert fnv1a32("") == 0x811C9DC5


def test_the_same_unit_always_gets_the_same_variation() -> None:
    first = [assign(halves(), f"person-{n}") for n in range(200)]
    again = [assign(halves(), f"person-{n}") for n in range(200)]
    assert first == again


def test_halves_are_halves_and_coverage_leaves_the_rest_out() -> None:
    """10,000 units: four standard deviations are 200."""
    shares = Counter(v.key for n in range(10_000) if (v := assign(halves(), f"u{n}")))
    assert abs(shares["control"] - 5_000) < 200 and shares.total() == 10_000
    taking_part = sum(assign(halves(coverage=0.3), f"u{n}") is not None for n in range(10_000))
    assert abs(taking_part - 3_000) < 200


def test_wider_coverage_keeps_those_who_take_part_where_they_are() -> None:
    before = {n: assign(halves(coverage=0.2), f"u{n}") for n in range(2_000)}
    after = {n: assign(halves(coverage=0.8), f"u{n}") for n in range(2_000)}
    assert all(after[n] == variation for n, variation in before.items() if variation)


def test_two_seeds_assign_independently() -> None:
    both = Counter((assign(halves("a"), f"u{n}").key, assign(halves("b"), f"u{n}").key) for n in range(8_000))
    assert all(abs(count - 2_000) < 200 for count in both.values()) and len(both) == 4


def test_a_stopped_experiment_and_a_nameless_unit_take_no_part() -> None:
    assert assign(halves(status=Status.STOPPED), "u1") is None
    assert assign(halves(), "") is None
