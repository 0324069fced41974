"""Backups: database, blobs and secrets in one file, proved by digests, restored into a database of any kind."""

from storage.backup.errors import BackupError
from storage.backup.form import Manifest
from storage.backup.making import make_backup
from storage.backup.restoring import check_backup, restore_backup

__all__ = ["BackupError", "Manifest", "check_backup", "make_backup", "restore_backup"]
