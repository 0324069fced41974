"""TC strings: what is written bit by bit is read, published examples are read, nothing else is believed."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest

from profiles.consent.tcf import Restriction, TcStringError, decode
from profiles.consent.tcf_reading import flaw_of, tc_answers
from rules import Basis, Purpose
from tests.profiles.consent.bits import DAY, Written

ADS = Purpose("ads", tcf=(1, 3, 4))
STATISTICS = Purpose("statistics", basis=Basis.LEGITIMATE_INTEREST, tcf=(8,))
PURPOSES = {"ads": ADS, "statistics": STATISTICS, "mail": Purpose("mail")}
GOOD = Written(
    consents={1, 3, 4},
    interests={7, 8},
    vendor_consents={7, 9},
    vendor_interests={7},
    disclosed=[(5, 8)],
)

# From "Consent string and vendor list formats v2" of IAB Tech Lab, and what its text says of them.
PUBLISHED = {
    "CQSbk4AQSbk4ANwAAAENAwCgAAAAAAAAAAYgACPAAAAA.IDKQA4AAgAKAGQAygAAA.YAAAAAAAAAAA": {
        "cmp": 880,
        "language": "EN",
        "vendor_list": 48,
        "publisher_country": "DE",
        "updated": 1_748_908_800.0,
        "vendors": {1, 2, 3, 4},
        "disclosed": {1, 2, 3, 4, 5, 100, 404},
    },
    "CLcVDxRMWfGmWAVAHCENAXCkAKDAADnAABRgA5mdfCKZuYJez-NQm0TBMYA4oCAAGQYIAAAAAAEAIAEgAA.argAC0gAAAAAAAAAAAA": {
        "cmp": 21,
        "language": "EN",
        "vendor_list": 23,
        "publisher_country": "KM",
        "updated": 1_326_215_413.4,
        "consents": {1, 3, 9, 10},
        "legitimate_interests": {3, 4, 5, 8, 9, 10},
        "special_features": {2},
        "disclosed": None,
        "own": ({2, 4, 6, 8, 9, 10}, {2, 4, 5, 7, 10}),
    },
    "COvFyGBOvFyGBAbAAAENAPCAAOAAAAAAAAAAAEEUACCKAAA.IFoEUQQgAIQwgIwQABAEAAAAOIAACAIAAAAQAIAgEAACEAAAAAgAQBAAAAAAAGBA"
    "AgAAAAAAAFAAECAAAgAAQARAEQAAAAAJAAIAAgAAAYQEAAAQmAgBC3ZAYzUw": {
        "cmp": 27,
        "language": "EN",
        "vendor_list": 15,
        "publisher_country": "AA",
        "updated": 1_582_243_059.3,
        "consents": {1, 2, 3},
        "vendors": {2, 6, 8},
    },
}


@pytest.mark.parametrize("text", PUBLISHED)
def test_published_strings_are_read(text: str) -> None:
    found, said = decode(text), dict(PUBLISHED[text])
    if "vendors" in said:
        assert {vendor for vendor in range(1, 500) if vendor in found.vendor_consents} == said.pop("vendors")
    if "disclosed" in said:
        told = found.disclosed
        assert (None if told is None else {v for v in range(1, 900) if v in told}) == said.pop("disclosed")
    if "own" in said:
        assert found.publisher is not None
        assert (found.publisher.consents, found.publisher.legitimate_interests) == said.pop("own")
    assert {name: getattr(found, name) for name in said} == said


def test_what_is_written_bit_by_bit_is_read() -> None:
    dice = random.Random(9)
    for _ in range(100):
        some = lambda most, dice=dice: {n for n in range(1, most) if dice.random() < 0.3}  # noqa: E731
        spans = sorted(dice.sample(range(1, 60_000), 6))
        as_ranges = [(spans[0], spans[1]), (spans[2], spans[2]), (spans[3], spans[5])]
        written = Written(
            consents=some(25),
            interests=some(25),
            vendor_consents=some(200),
            vendor_interests=as_ranges,
            restrictions=[(dice.randint(1, 11), dice.randint(0, 3), as_ranges)],
            disclosed=dice.choice([as_ranges, some(50), None]),
            publisher=dice.choice([None, (some(25), some(25), [True, False], [False, True])]),
            policy=dice.randint(2, 5),
            features=some(13),
        )
        found = decode(written.text())
        assert (found.consents, found.legitimate_interests) == (written.consents, written.interests)
        assert (found.updated, found.policy, found.special_features) == (
            written.day * DAY / 10,
            written.policy,
            written.features,
        )
        assert {v for v in range(1, 250) if v in found.vendor_consents} == written.vendor_consents
        assert found.vendor_legitimate_interests.ranges == tuple(as_ranges)
        assert found.restrictions[0][:2] == (written.restrictions[0][0], Restriction(written.restrictions[0][1]))
        assert found.restrictions[0][2].ranges == tuple(as_ranges)
        assert (found.disclosed is None) == (written.disclosed is None)
        assert (found.publisher is None) == (written.publisher is None)
        if written.publisher is not None and found.publisher is not None:
            assert found.publisher.custom_consents == {1}
            assert found.publisher.custom_legitimate_interests == {2}


@pytest.mark.parametrize(
    "text", ["", ".", "x", "C", "CQSbk4A", "not base64!", "BOEFEAyOEFEAyAHABDENAI4AAAB9vABAASA", "é", "A" * 9_000]
)
def test_what_is_no_string_is_refused_and_says_yes_to_nothing(text: str) -> None:
    with pytest.raises(TcStringError):
        decode(text)
    assert tc_answers(text, PURPOSES, 7) == {"ads": False, "statistics": False}


def test_a_string_cut_anywhere_is_an_error_or_says_no_more_than_the_whole() -> None:
    whole = GOOD.text()
    for end in range(len(whole)):
        told = tc_answers(whole[:end], PURPOSES, 7)
        assert set(told) == {"ads", "statistics"}


def test_a_vendor_needs_each_purpose_and_its_own_bit() -> None:
    assert tc_answers(GOOD.text(), PURPOSES, 7) == {"ads": True, "statistics": True}
    assert tc_answers(GOOD.text(), PURPOSES, 9) == {"ads": False, "statistics": False}, "was not disclosed"
    assert tc_answers(replace(GOOD, consents={1, 3}).text(), PURPOSES, 7)["ads"] is False
    assert tc_answers(replace(GOOD, vendor_consents={9}).text(), PURPOSES, 7)["ads"] is False
    assert tc_answers(replace(GOOD, vendor_interests=set()).text(), PURPOSES, 7)["statistics"] is False
    assert tc_answers(replace(GOOD, interests=set()).text(), PURPOSES, 7)["statistics"] is False, "objected"


def test_a_publisher_may_forbid_a_purpose_or_its_basis() -> None:
    forbidden = replace(GOOD, restrictions=[(3, 0, [(1, 100)])])
    assert tc_answers(forbidden.text(), PURPOSES, 7) == {"ads": False, "statistics": True}
    consent_only = replace(GOOD, restrictions=[(8, 1, [(7, 7)])])
    assert tc_answers(consent_only.text(), PURPOSES, 7)["statistics"] is False
    interest_only = replace(GOOD, restrictions=[(4, 2, [(7, 7)])])
    assert tc_answers(interest_only.text(), PURPOSES, 7)["ads"] is False
    of_others = replace(GOOD, restrictions=[(3, 0, [(8, 100)])])
    assert tc_answers(of_others.text(), PURPOSES, 7)["ads"] is True


def test_tcf_2_3_asks_whom_a_string_disclosed() -> None:
    silent = replace(GOOD, disclosed=None)
    assert tc_answers(silent.text(), PURPOSES, 7)["ads"] is False
    assert "disclosed" in flaw_of(decode(silent.text()))
    before = replace(silent, policy=4)
    assert tc_answers(before.text(), PURPOSES, 7)["ads"] is True, "it was made before 2.3"
    late = replace(before, day=20_514)
    assert tc_answers(late.text(), PURPOSES, 7)["ads"] is False, "2026-03-02 is past the change"


def test_a_global_string_is_not_valid() -> None:
    assert tc_answers(replace(GOOD, service_specific=False).text(), PURPOSES, 7) == {"ads": False, "statistics": False}


def test_no_legitimate_interest_in_profiles_for_ads() -> None:
    ours = {"ads": replace(ADS, basis=Basis.LEGITIMATE_INTEREST)}
    assert tc_answers(replace(GOOD, interests={1, 3, 4}).text(), ours, 7) == {"ads": False}


def test_a_publisher_reads_its_own_segment_first() -> None:
    assert tc_answers(GOOD.text(), PURPOSES, None) == {"ads": True, "statistics": True}
    own = replace(GOOD, publisher=({1, 3}, {8}, [], []))
    assert tc_answers(own.text(), PURPOSES, None) == {"ads": False, "statistics": True}
