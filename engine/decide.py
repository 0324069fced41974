"""The decision: one pure function of what is asked."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from hashlib import blake2b

import orjson

from engine.gates import Gatekeeper
from engine.items import Filler
from engine.placing import Placer
from engine.values import Ask, History, Level, Page, Recommend

Interest = Callable[[History], Mapping[str, float]]
"""A person's history -> lift of each category over the population's, 1 = average."""

NO_INTEREST: Mapping[str, float] = {}


@dataclass(frozen=True, slots=True)
class Engine:
    """Decides pages. Holds models, which are values; reads no clock, no dice, no socket.

    The same ask gives the same page, byte for byte, in any process.
    """

    recommend: Recommend | None = None
    interest: Interest | None = None

    def decide(self, ask: Ask) -> Page:
        """Fill every slot of the layout for this person now, and say why.

        Raises `UnknownLayout`; whatever else is wrong costs its slot a fallback (or raises, when `ask.strict`).
        """
        plan = ask.catalogue.plan(ask.layout)
        keeper = Gatekeeper.of(ask, plan)
        filler = Filler(self.recommend, ask.history, keeper.barred_tags, ask.locale, ask.strict)
        interest, failure = self._interest(ask)
        placer = Placer(keeper, filler, interest, _number(ask.unit))
        filled = tuple([placer.fill(place) for place in plan.places])
        told = (ask.degraded, failure, *keeper.failures, *filler.failures)
        notes = tuple(dict.fromkeys(note for note in told if note))
        level = max(placer.level, Level.DEGRADED) if notes else placer.level
        return Page(
            layout=ask.layout,
            channel=ask.channel,
            locale=ask.locale,
            release=ask.catalogue.release,
            decision_id=_name(ask),
            filled=filled,
            level=level,
            valid_until=keeper.until,
            notes=notes,
            static=plan.layout.static,
            nobodys=not ask.unit,
        )

    def _interest(self, ask: Ask) -> tuple[Mapping[str, float], str]:
        if self.interest is None:
            return NO_INTEREST, ""
        try:
            return self.interest(ask.history()), ""
        except Exception as error:  # order falls back to the editors' worth; the page stands
            if ask.strict:
                raise
            return NO_INTEREST, f"interest failed: {type(error).__name__}"


def _number(unit: str) -> int:
    return int.from_bytes(blake2b(unit.encode(), digest_size=8).digest(), "big")


def _name(ask: Ask) -> str:
    """The decision's id: a digest of all that it depends on."""
    fingerprint = ask.fingerprint or orjson.dumps(
        [ask.facts.values, ask.facts.events, sorted(ask.facts.segments), ask.history()],
        option=orjson.OPT_SORT_KEYS,
        default=dict,
    )
    head = f"{ask.catalogue.release}|{ask.layout}|{ask.channel}|{ask.locale}|{ask.unit}|{ask.facts.now!r}|"
    digest = blake2b(head.encode(), digest_size=12)
    digest.update(fingerprint)
    for module in ask.without:
        digest.update(module.encode())
    return digest.hexdigest()
