"""Patterns of other systems as ours: RE2's syntax, of the whole text."""

from __future__ import annotations

from rules import RuleError, matches_whole

FLAGS = {"i": "(?i)", "s": "(?s)", "m": "(?m)"}
ANYTHING = r"[\s\S]*"


def whole_pattern(pattern: str, flags: str = "") -> str | None:
    """A pattern of JavaScript, which looks anywhere in a text, as one of the whole text; None where RE2 has no such.

    Where both ends are fixed it stays what it was; else whatever may stand before and behind is put around it.
    """
    ends = pattern.startswith("^") and pattern.endswith("$") and not pattern.endswith(r"\$") and "|" not in pattern
    made = pattern[1:-1] if ends else f"{ANYTHING}(?:{pattern}){ANYTHING}"
    made = "".join(FLAGS.get(flag, "") for flag in flags) + made
    try:
        matches_whole(made, "")
    except RuleError:
        return None
    return made
