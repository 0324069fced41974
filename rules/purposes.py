"""Purposes: what people are asked to agree to, described as content beside the attributes that need it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

NECESSARY: Final = "necessary"
"""The purpose that needs no consent."""


class Basis(StrEnum):
    """What makes it lawful to use data for a purpose (GDPR, article 6)."""

    CONSENT = "consent"
    CONTRACT = "contract"
    LEGAL_OBLIGATION = "legal_obligation"
    VITAL_INTERESTS = "vital_interests"
    PUBLIC_TASK = "public_task"
    LEGITIMATE_INTEREST = "legitimate_interest"


ANSWERABLE: Final = frozenset({Basis.CONSENT, Basis.LEGITIMATE_INTEREST, Basis.PUBLIC_TASK})
"""Bases that a person can end: consent by taking it back, the others by objecting (articles 7 and 21)."""


class Unanswered(StrEnum):
    """What becomes of events and traits of a person who has not answered yet, while the purpose is not allowed."""

    DROP = "drop"
    KEEP = "keep"


@dataclass(frozen=True, slots=True)
class Purpose:
    """One purpose, as its owner describes it.

    `defaults` say what holds before a person answers, by region (`US-CA`, `US`, `EEA`, `*`): only of the bases that can
    be answered. `gpc`: Global Privacy Control refuses it. `tcf`: the purposes of IAB TCF that it takes, all of them.
    """

    key: str
    title: str = ""
    basis: Basis = Basis.CONSENT
    defaults: Mapping[str, bool] = field(default_factory=dict)
    gpc: bool = False
    tcf: tuple[int, ...] = ()
    unanswered: Unanswered = Unanswered.DROP

    @property
    def answerable(self) -> bool:
        """Whether a person decides about it."""
        return self.basis in ANSWERABLE
