"""Variants: which body of a module somebody gets without an experiment, and why."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import TYPE_CHECKING, NamedTuple

from modules import Module, Variant

if TYPE_CHECKING:
    from engine.candidates import Content, Target
    from rules import Verdict

WHOLE = 1 << 64


class Considered(NamedTuple):
    """A variant that was looked at for somebody: whether they get it, by which rule or share, and the predicates that
    decided."""

    variant: str
    shown: bool
    detail: str
    because: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Choice:
    """A variant that people get without an experiment.

    Its `share` is None where nobody is drawn. Else it falls on whose dice show less than `limit`, the part of those
    who are left by the shares before it: when a share grows, whoever is in it stays in it, and another one loses only
    those whom it takes.
    """

    key: str
    target: Target | None
    share: float | None
    limit: int
    salt: bytes
    locales: tuple[str, ...] = ()
    """Those in which it has words of its own."""

    def falls_on(self, unit: str) -> bool:
        """Whether somebody is in its share."""
        if self.share is None or self.limit == WHOLE:
            return True
        if not unit:
            return False
        dice = blake2b(unit.encode(), key=self.salt, digest_size=8).digest()
        return int.from_bytes(dice, "big") < self.limit

    @property
    def for_all(self) -> bool:
        """Whether everybody who comes so far gets it."""
        return self.target is None and self.limit == WHOLE


def choices_of(module: Module, target: Callable[[int, Variant], Target | None]) -> tuple[Choice, ...]:
    """The variants that stand alone, in their order; `target` gives the rule of one that has any."""
    made, left = [], 1.0
    for number, variant in enumerate(module.variants.values()):
        if not variant.stands_alone:
            continue
        rule = None if variant.targeting is None else target(number, variant)
        part = 1.0 if variant.share is None else variant.share
        if variant.share is not None and variant.targeting is None:
            # Of all, not of those who are left: the first of two halves leaves the whole rest to the second.
            part, left = (min(part / left, 1.0) if left > 1e-9 else 0.0), left - part
        limit = WHOLE if part > 1 - 1e-9 else int(part * WHOLE)
        salt = blake2b(f"{module.key}/{variant.key}".encode(), digest_size=16).digest()
        made.append(Choice(variant.key, rule, variant.share, limit, salt, tuple(variant.locales)))
    return tuple(made)


def choose(
    choices: Sequence[Choice],
    unit: str,
    judge: Callable[[Target], Verdict | None],
    ready: Callable[[str], Content | str],
) -> tuple[Content | None, tuple[Considered, ...]]:
    """The body of the first variant that fits somebody, None where none does; and each that was looked at.

    `judge` asks a rule, None where it fails; `ready` makes the body of a variant, or says why this person cannot get
    it.
    """
    looked: list[Considered] = []
    for choice in choices:
        passed = _pass(choice, unit, judge)
        made = ready(choice.key) if passed.shown else ""
        if isinstance(made, str):
            looked.append(Considered(choice.key, False, made) if passed.shown else passed)
            continue
        looked.append(passed)
        return made, tuple(looked)
    return None, tuple(looked)


def _pass(choice: Choice, unit: str, judge: Callable[[Target], Verdict | None]) -> Considered:
    said = [] if choice.target is None else [choice.target.name]
    because: tuple[str, ...] = ()
    if choice.target is not None:
        verdict = judge(choice.target)
        if verdict is None:
            return Considered(choice.key, False, f"the rule of {choice.target.name} fails")
        because = verdict.because
        if not choice.target.passes(verdict):
            return Considered(choice.key, False, choice.target.named(verdict), because)
    if choice.share is not None:
        inside = choice.falls_on(unit)
        said.append(f"{'in' if inside else 'not in'} its share of {choice.share:.4g}")
        return Considered(choice.key, inside, ", ".join(said), because)
    return Considered(choice.key, True, ", ".join(said), because)


def told_of_variants(looked: Iterable[Considered]) -> list[dict[str, object]]:
    """What is told of them in an answer."""
    return [one._asdict() for one in looked]
