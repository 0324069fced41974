"""Constants of which Python says, beside any other value of their type, what JavaScript says."""

from __future__ import annotations

from typing import Any, Final, TypeGuard

from rules.javascript import SAFE_INTEGER

SURROGATES: Final = "\ud800"
"""Below it, texts are ordered by code point as they are by UTF-16 code unit."""


def is_exact(bound: Any) -> TypeGuard[int | float]:
    """Whether it is a number that its neighbours are told apart from: JavaScript makes doubles of both first."""
    return (type(bound) is int or type(bound) is float) and -SAFE_INTEGER < bound < SAFE_INTEGER


def is_orderable(bound: Any) -> TypeGuard[str]:
    """Whether it is a text that comes before and after the same ones in both languages."""
    return type(bound) is str and (not bound or max(bound) < SURROGATES)
