"""Context: what is known of a visit rather than of a person, and what of it stays with them."""

from profiles.context.agents import AGENT_FACTS, HINTS, agent_of, device_of
from profiles.context.arrivals import ARRIVAL_FACTS, arrival, arrival_of
from profiles.context.visit import Visit

__all__ = ["AGENT_FACTS", "ARRIVAL_FACTS", "HINTS", "Visit", "agent_of", "arrival", "arrival_of", "device_of"]
