"""What the store gives out: values, never rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, TypeAlias

from rules import Instant

Name: TypeAlias = tuple[str, str]
"""Kind and key."""

Manifest: TypeAlias = Mapping[Name, str]
"""Kind and key -> digest of the revision."""

ANY: Final = "*"
"""Expectation of a writer who does not mind what is there."""


class MadeBy(StrEnum):
    """What a revision was made by."""

    SAVE = "save"
    RESTORE = "restore"
    IMPORT = "import"
    MERGE = "merge"
    MIGRATE = "migrate"
    PUBLISH = "publish"


@dataclass(frozen=True, slots=True)
class Revision:
    """One save of one piece of content; `digest` names its bytes, `version` counts the saves of its key from 1."""

    kind: str
    key: str
    digest: str
    author: str
    created_at: Instant
    version: int
    made_by: MadeBy


@dataclass(frozen=True, slots=True)
class Draft:
    """What editors see now under a key: its newest revision. An archived one is in no release that is made."""

    kind: str
    key: str
    digest: str
    version: int
    updated_at: Instant
    updated_by: str
    created_at: Instant
    created_by: str
    archived_at: Instant | None = None
