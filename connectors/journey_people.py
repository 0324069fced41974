"""Who the households of the demo data are: what the data tell of them, and a first name that is made up."""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import blake2b
from typing import Any

from rules import Json

# Invented: the data hold no names. A household gets one by a hash of its number.
FIRST_NAMES = (
    "Ada", "Alice", "Amos", "Anna", "Arthur", "Beatrice", "Ben", "Carl", "Clara", "Daniel", "Dora", "Edgar", "Edith",
    "Eleanor", "Eli", "Emil", "Emma", "Esther", "Felix", "Flora", "Frank", "George", "Grace", "Hannah", "Harold",
    "Hazel", "Helen", "Henry", "Hugo", "Ida", "Irene", "Jack", "James", "Jane", "John", "Joseph", "Judith", "Julia",
    "Laura", "Leo", "Lena", "Louis", "Lucy", "Mabel", "Marie", "Martha", "Martin", "Max", "Miles", "Nathan", "Nora",
    "Oliver", "Olive", "Oscar", "Otto", "Paul", "Pearl", "Peter", "Rosa", "Ruby", "Ruth", "Samuel", "Simon", "Sophie",
    "Stella", "Theo", "Thomas", "Vera", "Victor", "Violet", "Walter", "Willa",
)  # fmt: skip

AT_LEAST = str.maketrans("", "", "+")


def traits_of(user_id: str, told: Mapping[str, Any] | None, campaigns: list[Json] | None) -> dict[str, Json]:
    """The traits of a household; what the data do not tell (two in three have no demographics) is left out."""
    traits: dict[str, Json] = {"first_name": first_name(user_id)}
    if campaigns:
        traits["campaigns"] = campaigns
    if told is None:
        return traits
    traits["age_band"] = told["age"]
    traits["income_band"] = told["income"]
    # "3+" and "5+" are counted as 3 and 5: the data stop there.
    traits["household_size"] = int(told["household_size"].translate(AT_LEAST))
    traits["kids"] = int(told["kids_count"].translate(AT_LEAST))
    if isinstance(told["marital_status"], str):
        traits["married"] = told["marital_status"] == "Married"
    if isinstance(told["home_ownership"], str):
        traits["home_owner"] = told["home_ownership"].endswith("Homeowner")
    return traits


def first_name(user_id: str) -> str:
    """The invented first name of this person: always the same."""
    return FIRST_NAMES[int.from_bytes(blake2b(user_id.encode(), digest_size=4).digest(), "big") % len(FIRST_NAMES)]
