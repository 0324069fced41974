"""What a request says of consent beside the profile: Global Privacy Control, a TC string, a region."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from profiles import OF_NOBODY, QUIET, TC_CHARACTERS, Signals, tc_answers
from rules import Purpose, region_of
from service.problems import Problem, field_error

SAID: Final = ("gpc", "tcf", "region")
"""What of a context is about consent."""


def has_gpc(environ: Mapping[str, Any]) -> bool:
    """Whether the browser sends Global Privacy Control (https://www.w3.org/TR/gpc/)."""
    return environ.get("HTTP_SEC_GPC") == "1"


def signals_of(
    context: Mapping[str, Any], *, gpc: bool, somebody: bool, purposes: Mapping[str, Purpose], vendor: int | None
) -> Signals:
    """The signals of an ask. `gpc`: its header says so; not `somebody`: it is of nobody in particular.

    Raises a 422 `Problem` that names the wrong field.
    """
    told = {name: context[name] for name in SAID if context.get(name) is not None}
    country = context.get("country")
    if not told and not gpc and somebody and not country:
        return QUIET
    gpc = _flag(told.get("gpc", False)) or gpc
    place = region_of(country) if isinstance(country, str) and len(country) == 2 else ""
    region = _region(told["region"]) if "region" in told else place
    answers = tc_answers(_tcf(told["tcf"]), purposes, vendor) if "tcf" in told else {}
    if not somebody:
        return Signals(OF_NOBODY.gpc, region)
    return Signals(gpc, region, answers) if gpc or region or answers else QUIET


def _flag(value: Any) -> bool:
    if not isinstance(value, bool):
        raise _refused("gpc", "is neither true nor false", "send what the browser says")
    return value


def _region(value: Any) -> str:
    region = region_of(value) if isinstance(value, str) else ""
    if not region:
        raise _refused("region", "is no region", 'write ISO 3166, such as "DE" or "US-CA"')
    return region


def _tcf(value: Any) -> str:
    if not isinstance(value, str) or len(value) > TC_CHARACTERS:
        raise _refused("tcf", "is no TC string", f"send text of at most {TC_CHARACTERS} characters")
    return value


def _refused(name: str, message: str, remedy: str) -> Problem:
    field = f"/context/{name}"
    return Problem(422, "Request refused", f"context/{name}: {message}", errors=[field_error(field, message, remedy)])
