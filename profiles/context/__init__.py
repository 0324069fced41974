"""Context: what is known of a visit rather than of a person, and what of it stays with them."""

from profiles.context.arrivals import arrival, arrival_of

__all__ = ["arrival", "arrival_of"]
