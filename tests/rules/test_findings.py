"""Every kind of finding is found in its own example, as grave as the table says."""

import pytest

from rules.checking.check import check
from rules.checking.findings import FINDINGS, SAMPLE, Mistake

SINGLE = [mistake for mistake in FINDINGS.values() if not mistake.catalogue]


@pytest.mark.parametrize("mistake", SINGLE, ids=lambda mistake: mistake.name)
def test_a_mistake_is_found_in_its_example_and_nothing_graver(mistake: Mistake) -> None:
    found = check(mistake.example, SAMPLE)
    own = [finding for finding in found if finding.code == mistake.name]
    assert own, found
    assert all(finding.severity == mistake.severity and finding.message and finding.remedy for finding in own)
    assert all(finding.severity != "error" for finding in found if finding.code != mistake.name)


@pytest.mark.parametrize("mistake", FINDINGS.values(), ids=lambda mistake: mistake.name)
def test_a_mistake_says_what_it_is(mistake: Mistake) -> None:
    assert mistake.summary.endswith(".")
    assert mistake.severity in {"error", "warning", "note"}
