"""What is made ready beside what visitors wait for."""

from __future__ import annotations

from profiles import standing
from service.house import House


def warm_enrichers(house: House) -> None:
    """Make enrichers ready for what is registered now, beside what visitors wait for."""
    known = standing(house.published.vocabulary())
    house.asker.enrichment.warm(known.context | known.last)
