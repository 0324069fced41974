"""Reading people: every registered fact of one, with what it is, and why it is not there where it is not."""

from profiles.reading.seen import Known, SeenFact, facts_seen

__all__ = ["Known", "SeenFact", "facts_seen"]
