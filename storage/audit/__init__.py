"""The audit log: written with each change, guarded by the database, proved by hashes and seals."""

from storage.audit.proving import Checked, Flaw, verify
from storage.audit.reading import Entry, Search, read_log, read_whole_log
from storage.audit.trail import Gap, Trail, gaps
from storage.audit.triggers import missing_triggers
from storage.audit.writing import FIRST, Act, Head, hash_of, log, log_head, record

__all__ = [
    "FIRST",
    "Act",
    "Checked",
    "Entry",
    "Flaw",
    "Gap",
    "Head",
    "Search",
    "Trail",
    "gaps",
    "hash_of",
    "log",
    "log_head",
    "missing_triggers",
    "read_log",
    "read_whole_log",
    "record",
    "verify",
]
