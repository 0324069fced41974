"""Who looks on while events are taken in, and counts; intake itself has no clock."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from profiles.events import Event
from profiles.judging import Receipt


class Observer:
    """Is told of each group of events as it goes. This one looks away."""

    def committed(self, events: Sequence[Event], receipts: Sequence[Receipt]) -> None:
        """These are durable now, and this became of them."""

    def visible(self, events: Sequence[Event]) -> None:
        """The next page of each of their people knows of these."""


UNSEEN: Final = Observer()
"""Where nobody counts."""
