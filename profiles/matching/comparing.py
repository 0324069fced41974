"""How two people are compared, and which pairs are looked at: the settings of the scorer, before it has learned."""

from __future__ import annotations

from typing import Any, Final

Comparison = dict[str, Any]


def level(words: str, condition: str, *, adjusted: str = "", null: bool = False) -> dict[str, Any]:
    """One level of likeness; `adjusted`: what is rare counts more, by how often this column's value occurs."""
    made: dict[str, Any] = {"sql_condition": condition, "label_for_charts": words}
    if null:
        made["is_null_level"] = True
    if adjusted:
        made |= {"tf_adjustment_column": adjusted, "tf_adjustment_weight": 1.0}
    return made


def compared(column: str, *levels: dict[str, Any]) -> Comparison:
    """A comparison of one column, from alike to different."""
    unknown = level("not known", f'"{column}_l" IS NULL OR "{column}_r" IS NULL', null=True)
    return {"output_column_name": column, "comparison_levels": [unknown, *levels, level("different", "ELSE")]}


def same(column: str, *, rare: bool = True) -> dict[str, Any]:
    """The very same text."""
    return level("the same", f'"{column}_l" = "{column}_r"', adjusted=column if rare else "")


def like(column: str, least: float) -> dict[str, Any]:
    """Alike by Jaro-Winkler, from 0 to 1."""
    return level(f"alike ({least})", f'jaro_winkler_similarity("{column}_l", "{column}_r") >= {least}')


def typed(column: str, most: int) -> dict[str, Any]:
    """So many slips of the finger apart, at most."""
    return level(f"{most} slips apart", f'damerau_levenshtein("{column}_l", "{column}_r") <= {most}')


def swapped(column: str, other: str) -> dict[str, Any]:
    """Each in the other's place."""
    return level("swapped", f'"{column}_l" = "{other}_r" AND "{other}_l" = "{column}_r"')


def apart(kilometres: float) -> dict[str, Any]:
    """So near to each other on the globe."""
    cosine = (
        'sin(radians("latitude_l")) * sin(radians("latitude_r")) + cos(radians("latitude_l")) * '
        'cos(radians("latitude_r")) * cos(radians("longitude_r" - "longitude_l"))'
    )
    return level(f"within {kilometres:g} km", f"6371 * acos(least(1, greatest(-1, {cosine}))) <= {kilometres}")


COMPARISONS: Final[list[Comparison]] = [
    compared("given", same("given"), swapped("given", "family"), like("given", 0.92), like("given", 0.8)),
    compared("family", same("family"), swapped("family", "given"), like("family", 0.92), like("family", 0.8)),
    compared("born", same("born"), typed("born", 1), typed("born", 2)),
    compared(
        "email",
        same("email"),
        level("the same mailbox", '"mailbox_l" = "mailbox_r"', adjusted="mailbox"),
        like("email", 0.92),
        like("mailbox", 0.88),
    ),
    compared("phone", same("phone"), typed("phone", 1)),
    compared("street", same("street"), swapped("street", "locality"), like("street", 0.9), like("street", 0.8)),
    compared("number", same("number"), typed("number", 1)),
    compared("locality", same("locality"), like("locality", 0.9)),
    compared("city", same("city"), like("city", 0.9)),
    compared("postcode", same("postcode"), typed("postcode", 1), typed("postcode", 2)),
    compared("region", same("region", rare=False)),
    compared("devices", level("a device in common", 'list_has_any("devices_l", "devices_r")')),
    compared("latitude", apart(0.2), apart(5), apart(50)),
]

RULES: Final = (
    'l."email" = r."email"',
    'l."phone" = r."phone"',
    'l."family" = r."family" AND l."given" = r."given"',
    'l."family" = r."given" AND l."given" = r."family"',
    'l."born" = r."born"',
    'l."postcode" = r."postcode" AND l."number" = r."number"',
    'l."postcode" = r."postcode" AND substr(l."family", 1, 3) = substr(r."family", 1, 3)',
    'l."postcode" = r."postcode" AND substr(l."given", 1, 3) = substr(r."given", 1, 3)',
    'l."postcode" = r."postcode" AND substr(l."street", 1, 4) = substr(r."street", 1, 4)',
    'l."city" = r."city" AND l."number" = r."number"',
    'l."city" = r."city" AND substr(l."family", 1, 3) = substr(r."family", 1, 3)',
    'l."city" = r."city" AND substr(l."given", 1, 3) = substr(r."given", 1, 3)',
    'l."city" = r."city" AND substr(l."street", 1, 4) = substr(r."street", 1, 4)',
    'l."number" = r."number" AND substr(l."street", 1, 4) = substr(r."street", 1, 4)',
    'l."street" = r."street" AND substr(l."family", 1, 1) = substr(r."family", 1, 1)',
    'l."street" = r."street" AND substr(l."given", 1, 1) = substr(r."given", 1, 1)',
    'l."street" = r."locality" AND l."number" = r."number"',
    'l."street" = r."locality" AND substr(l."family", 1, 1) = substr(r."family", 1, 1)',
    'l."locality" = r."locality" AND l."number" = r."number"',
    'l."locality" = r."locality" AND substr(l."family", 1, 2) = substr(r."family", 1, 2)',
    'l."mailbox" = r."mailbox" AND substr(l."family", 1, 1) = substr(r."family", 1, 1)',
    'substr(l."family", 1, 3) = substr(r."family", 1, 3) AND l."given" = r."given"',
    'l."family" = r."family" AND substr(l."given", 1, 3) = substr(r."given", 1, 3)',
    'l."family" = r."family" AND l."number" = r."number"',
    'l."given" = r."given" AND l."number" = r."number" AND l."region" = r."region"',
)
"""Two people are looked at if one of these holds: looking at all pairs of a million would take weeks."""

LESSONS: Final = (
    'l."family" = r."family" AND l."given" = r."given"',
    'l."born" = r."born"',
    'l."postcode" = r."postcode" AND l."number" = r."number"',
    'l."street" = r."street" AND l."number" = r."number"',
    'l."email" = r."email"',
    'l."phone" = r."phone"',
)
"""What the scorer learns from, each by itself: pairs that agree in these, to see how the rest then agrees."""

FOUND: Final = 0.7
"""The share of all pairs that are one person which the best of these lessons is taken to find."""
