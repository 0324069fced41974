"""What can go wrong with backups."""

from __future__ import annotations


class BackupError(Exception):
    """A backup that cannot be made, is not whole, or may not be put where it is to go."""
