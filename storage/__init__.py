"""Where things are kept: SQL for the truth, a Redis protocol for copies, files for blobs."""

from storage.answers import Answers, Asked, Claim
from storage.audit import (
    Act,
    Checked,
    Entry,
    Flaw,
    Gap,
    Head,
    Search,
    Trail,
    gaps,
    log_head,
    read_log,
    read_whole_log,
    record,
    verify,
)
from storage.backup import BackupError, Manifest, check_backup, make_backup, restore_backup
from storage.blobs import BlobError, Blobs, BlobsAway, BlobStore
from storage.bounded import BoundedFolder
from storage.bulk import claim_rows, listed, put_rows, upsert_rows
from storage.cache_keys import EVERYTHING, MOST_PURGED, RECOMMENDED, UNTOLD, capped, key_for
from storage.database import Base, Database
from storage.dialect import among, insert, is_busy, lock_out
from storage.hot import Copy, HotCopies
from storage.lines import LINE, is_line
from storage.migrate import migrate, revise, roll_down
from storage.outbox import Notice, emit, news
from storage.remote_blobs import BlobPlaceError, NearBlobs, RemoteBlobs, open_blobs
from storage.seals import Seals, kept_secret
from storage.topics import TOPICS, Topic, UnknownTopic, fits, is_personal
from storage.valkey import Valkey, ValkeyError
from storage.vault import Entry as ErasureEntry
from storage.vault import (
    Ledger,
    PersonKey,
    Scrubbed,
    Unreadable,
    Vault,
    overwrite_deleted,
    person_keys,
    scrub,
    vault_of,
)

__all__ = [
    "EVERYTHING",
    "LINE",
    "MOST_PURGED",
    "RECOMMENDED",
    "TOPICS",
    "UNTOLD",
    "Act",
    "Answers",
    "Asked",
    "BackupError",
    "Base",
    "BlobError",
    "BlobPlaceError",
    "BlobStore",
    "Blobs",
    "BlobsAway",
    "BoundedFolder",
    "Checked",
    "Claim",
    "Copy",
    "Database",
    "Entry",
    "ErasureEntry",
    "Flaw",
    "Gap",
    "Head",
    "HotCopies",
    "Ledger",
    "Manifest",
    "NearBlobs",
    "Notice",
    "PersonKey",
    "RemoteBlobs",
    "Scrubbed",
    "Seals",
    "Search",
    "Topic",
    "Trail",
    "UnknownTopic",
    "Unreadable",
    "Valkey",
    "ValkeyError",
    "Vault",
    "among",
    "capped",
    "check_backup",
    "claim_rows",
    "emit",
    "fits",
    "gaps",
    "insert",
    "is_busy",
    "is_line",
    "is_personal",
    "kept_secret",
    "key_for",
    "listed",
    "lock_out",
    "log_head",
    "make_backup",
    "migrate",
    "news",
    "open_blobs",
    "overwrite_deleted",
    "person_keys",
    "put_rows",
    "read_log",
    "read_whole_log",
    "record",
    "restore_backup",
    "revise",
    "roll_down",
    "scrub",
    "upsert_rows",
    "vault_of",
    "verify",
]
