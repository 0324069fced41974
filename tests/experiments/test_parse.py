"""An experiment is refused at save with the place and the remedy, or parsed as it was meant."""

from __future__ import annotations

from typing import Any

import pytest

from experiments import OFF, ExperimentError, Status, parse_experiment


def body(**other: Any) -> dict[str, Any]:
    variations = [{"key": "control", "weight": 0.5}, {"key": "bold", "weight": 0.5, "modules": {"hero": "bold"}}]
    return {"title": "Words", "status": "running", "seed": "s", "coverage": 0.9, "variations": variations, **other}


def findings(**other: Any) -> dict[str, str]:
    with pytest.raises(ExperimentError) as refused:
        parse_experiment("words", body(**other))
    return {f.pointer: f.message for f in refused.value.findings}


def test_what_is_written_is_what_is_parsed() -> None:
    made = parse_experiment("words", body())
    assert (made.key, made.seed, made.coverage, made.running) == ("words", "s", 0.9, True)
    assert made.variations[1].modules == {"hero": "bold"}
    assert made.ranges == (pytest.approx((0, 0.45)), pytest.approx((0.5, 0.95)))


def test_left_out_words_have_their_defaults() -> None:
    made = parse_experiment("words", {"title": "W", "variations": body()["variations"]})
    assert (made.seed, made.coverage, made.status) == ("words", 1.0, Status.STOPPED)


def test_a_variation_may_take_a_module_out() -> None:
    variations = [{"key": "a", "weight": 0.5}, {"key": "b", "weight": 0.5, "modules": {"hero": "off"}}]
    assert parse_experiment("w", body(variations=variations)).variations[1].modules["hero"] == OFF


def test_weights_must_sum_to_one() -> None:
    variations = [{"key": "a", "weight": 0.5}, {"key": "b", "weight": 0.4}]
    assert "0.9" in findings(variations=variations)["/variations"]


def test_variation_keys_are_taken_once() -> None:
    variations = [{"key": "a", "weight": 0.5}, {"key": "a", "weight": 0.5}]
    assert "taken" in findings(variations=variations)["/variations/1/key"]


@pytest.mark.parametrize(
    ("other", "pointer", "words"),
    [
        ({"coverage": 1.2}, "/coverage", "0 to 1"),
        ({"coverage": "1"}, "/coverage", "0 to 1"),
        ({"statuss": "x"}, "/statuss", "did you mean 'status'"),
        ({"status": "paused"}, "/status", "running"),
        ({"variations": [{"key": "a", "weight": 1}]}, "/variations", ""),
        ({"variations": [{"key": "a", "wieght": 1}, {"key": "b", "weight": 1}]}, "/variations/0/wieght", "'weight'"),
    ],
)
def test_a_wrong_place_is_named(other: dict[str, Any], pointer: str, words: str) -> None:
    assert words in findings(**other)[pointer]


def test_what_is_no_object_is_refused() -> None:
    with pytest.raises(ExperimentError, match="JSON object"):
        parse_experiment("w", [])  # type: ignore[arg-type]
