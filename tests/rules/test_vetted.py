"""Constants that can never work are refused when a rule is parsed, and at save, with what would be right."""

from typing import Any

import pytest

from rules import RuleError, Vocabulary, check, parse

REFUSED = [
    ({"matches": ["a", "("]}, "/matches/1", "missing )", "RE2"),
    ({"and": [{"matches": ["a", "(?<=a)b"]}]}, "/and/0/matches/1", "invalid perl operator", "no look-around"),
    ({"matches": ["a", "(a)\\1"]}, "/matches/1", "invalid escape", "no back-references"),
    ({"matches": ["a", "a{1001}"]}, "/matches/1", "repetition", "1,000"),
    ({"matches": ["a", "((a{100}){10}){9}\\pL{900}"]}, "/matches/1", "no pattern", "RE2"),
    ({"matches": ["a", "a" * 1_001]}, "/matches/1", "longer than 1,000", "split"),
    ({"matches": ["a", "\ud800"]}, "/matches/1", "half a character", "whole"),
    ({"matches": ["a", {"cat": ["a", "b"]}]}, "/matches/1", "worked out", "as a text"),
    ({"semver": ["1.2.3", ">>1"]}, "/semver/1", "no range", "^1.2"),
    ({"semver": ["latest", "^1.2"]}, "/semver/0", "no version", "1.2.3"),
    ({"distance": [{"lat": 91, "lon": 0}, 1, 2]}, "/distance/0", "no place", "lat"),
    ({"distance": [{"lat": 1, "long": 0}, 1, 2]}, "/distance/0", "no place", "lon"),
    ({"score": {"cat": ["a"]}}, "/score", "worked out", "name"),
]


@pytest.mark.parametrize(("logic", "pointer", "message", "remedy"), REFUSED)
def test_a_constant_that_cannot_work_is_refused(logic: Any, pointer: str, message: str, remedy: str) -> None:
    with pytest.raises(RuleError) as caught:
        parse(logic)
    assert caught.value.pointer == pointer
    assert message in caught.value.message
    assert remedy in caught.value.remedy
    assert any(finding.pointer == pointer and message in finding.message for finding in check(logic, Vocabulary()))


@pytest.mark.parametrize(
    "logic",
    [
        {"<": [{"distance": [{"lat": 53.8, "lon": -1.55}, 1, 2]}, 10_000]},
        {"<": [{"distance": [{"lat": 53.8, "lon": -1.55}, {"lat": 53, "lon": -1}]}, 10]},
        {"any_of": [["a"], ["a", "b"]]},
        {"semver": ["1.2.3", "^1.2"]},
        {"equals_folded": ["a", "b"]},
    ],
)
def test_sound_constants_have_no_findings(logic: Any) -> None:
    """But that a rule of constants alone says the same to everybody."""
    assert {finding.code for finding in check(logic, Vocabulary())} <= {"always-true", "always-false"}
