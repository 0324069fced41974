"""The vault: what is told of a person is kept under a key of that person's own, and is gone when the key is."""

from storage.vault.envelope import PLAIN_START, SEALED, Keyring, PersonKey, Unreadable
from storage.vault.ledger import Entry, Ledger
from storage.vault.scrubbing import Scrubbed, overwrite_deleted, scrub
from storage.vault.tables import person_keys
from storage.vault.vault import Vault, vault_of

__all__ = [
    "PLAIN_START",
    "SEALED",
    "Entry",
    "Keyring",
    "Ledger",
    "PersonKey",
    "Scrubbed",
    "Unreadable",
    "Vault",
    "overwrite_deleted",
    "person_keys",
    "scrub",
    "vault_of",
]
