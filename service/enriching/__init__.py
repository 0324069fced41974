"""Enrichers: what else can be known of a visit, each in its turn, none of them a danger to the answer."""

from service.enriching.events import last_seen
from service.enriching.running import Enricher, Enrichment
from service.enriching.table import ENRICHERS, create_enrichment
from service.enriching.visits import visit_of

__all__ = ["ENRICHERS", "Enricher", "Enrichment", "create_enrichment", "last_seen", "visit_of"]
