"""Where things are kept: SQL for the truth, a Redis protocol for copies, files for blobs."""

from storage.audit import Act, record
from storage.blobs import BlobError, Blobs
from storage.database import Base, Database
from storage.dialect import insert, lock_out
from storage.hot import Copy, HotCopies
from storage.migrate import migrate, revise, roll_down
from storage.outbox import Notice, emit
from storage.valkey import Valkey, ValkeyError

__all__ = [
    "Act",
    "Base",
    "BlobError",
    "Blobs",
    "Copy",
    "Database",
    "HotCopies",
    "Notice",
    "Valkey",
    "ValkeyError",
    "emit",
    "insert",
    "lock_out",
    "migrate",
    "record",
    "revise",
    "roll_down",
]
