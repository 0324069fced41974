"""The toy world as a fixture."""

from __future__ import annotations

import pytest

from storage import Database, HotCopies
from tests.profiles.world import World


@pytest.fixture
def world(database: Database) -> World:
    """A world without hot copies."""
    return World(database, HotCopies(None))
