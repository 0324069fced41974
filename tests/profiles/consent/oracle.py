"""What is allowed, worked out a second time and otherwise: from the whole list of what was said, as docs/consent.md has
it, from top to bottom."""

from __future__ import annotations

from dataclasses import dataclass

from rules import Purpose

EEA = set(
    "AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IS IT LI LT LU LV MT NL NO PL PT RO SE SI SK".split()  # noqa: SIM905
)
SILENCE_IS_NO = EEA | {"GB", "CH", "BR"}


@dataclass(frozen=True)
class Said:
    """One thing that was said: by an act, by a stamp, by a browser (`gpc`), of a place (`region`)."""

    how: str
    at: float
    purpose: str = ""
    yes: bool = False
    place: str = ""


def answer(said: list[Said], purpose: str) -> bool | None:
    """The explicit answer that holds, None where there is none."""
    about = [one for one in said if one.purpose == purpose and one.how in ("act", "stamp")]
    if not about:
        return None
    # The latest word of each kind; of a yes and a no in one moment the no is the later one.
    last = {
        how: max(some, key=lambda one: (one.at, not one.yes))
        for how in ("act", "stamp")
        if (some := [one for one in about if one.how == how])
    }
    if "act" not in last:
        return last["stamp"].yes
    if not last["act"].yes:
        return False
    return not ("stamp" in last and not last["stamp"].yes and last["stamp"].at >= last["act"].at)


def place(said: list[Said]) -> str:
    told = [(one.at, one.place) for one in said if one.how == "region"]
    return max(told)[1] if told else ""


def allowed(said: list[Said], purpose: str, described: dict[str, Purpose]) -> tuple[bool, bool]:
    """Whether a purpose is allowed, and whether what comes in for it is kept."""
    if purpose == "necessary":
        return True, True
    own = described.get(purpose)
    if own is not None and own.basis in ("contract", "legal_obligation", "vital_interests"):
        return True, True
    explicit = answer(said, purpose)
    if explicit is False:
        return False, False
    browser = [one.at for one in said if one.how == "gpc"]
    if own is not None and own.gpc and browser:
        decided = [one.at for one in said if (one.how, one.purpose, one.yes) == ("act", purpose, True)]
        if not decided or max(decided) < min(browser):
            return False, False
    if explicit:
        return True, True
    if own is None:
        return False, True
    silent = _silent(own, place(said))
    return silent, silent or own.unanswered == "keep"


def _silent(own: Purpose, where: str) -> bool:
    country = where.partition("-")[0]
    if own.basis == "consent" and (where == "" or country in SILENCE_IS_NO):
        return False
    if where == "":
        return False not in own.defaults.values()
    for entry in [where, country, "EEA" if country in EEA else country, "*"]:
        if entry in own.defaults:
            return own.defaults[entry]
    return own.basis != "consent"
