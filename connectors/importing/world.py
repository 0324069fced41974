"""What an import has read so far, in the words of our files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, TypeAlias

from connectors.importing.keys import Keys
from connectors.importing.pictures import picture_name, placeless
from connectors.importing.report import Report
from modules import KINDS, check_content
from pictures import Limits

Spec: TypeAlias = dict[str, Any]
"""A field of a type as our files write it."""

Fields: TypeAlias = dict[str, Any]

UNPUBLISHED = "unpublished"
"""The tag of what was not public where it came from, and the key of the policy that bars it from everybody."""


class State(StrEnum):
    """How far an entry had come where it was made."""

    PUBLISHED = "published"
    DRAFT = "draft"
    ARCHIVED = "archived"


@dataclass(slots=True)
class Entry:
    """A module under way; `id` is its name in the source, for the report."""

    id: str
    key: str
    type: str
    title: str = ""
    tags: list[str] = field(default_factory=list)
    topics: list[str] = field(default_factory=list)
    state: State = State.PUBLISHED
    schedule: dict[str, Any] | None = None
    locales: dict[str, Fields] = field(default_factory=dict)
    note: str = ""


@dataclass(slots=True)
class Options:
    """What a person chose: the locale of what names none, the locales that a name may be taken for, how an entry's
    address is made, whether archived entries come along, and whether a page is made to look at."""

    locale: str = "en"
    locales: tuple[str, ...] = ()
    address: str = "/{key}"
    archived: bool = False
    layout: str = ""


@dataclass(slots=True)
class World:
    """Types, modules and pictures by key. `locales` gives what each is called in the source, the default one first;
    `fallbacks` names for each the one that stands in for it."""

    options: Options
    report: Report
    keys: Keys
    types: dict[str, Spec] = field(default_factory=dict)
    entries: dict[str, Entry] = field(default_factory=dict)
    assets: dict[str, bytes] = field(default_factory=dict)
    locales: dict[str, str] = field(default_factory=dict)
    fallbacks: dict[str, str | None] = field(default_factory=dict)
    titles: dict[str, str] = field(default_factory=dict)
    declared: frozenset[str] = frozenset()
    """Locales that the target declares already: they are not declared again."""
    default: str = "en"
    names: dict[str, str] = field(default_factory=dict)
    """Id of a picture in the source -> its name among the assets."""
    details: dict[str, dict[str, Any]] = field(default_factory=dict)
    """Name of a picture -> what is said of it, as our files write it."""
    beside: dict[str, str] = field(default_factory=dict)
    """A field that holds what stood inside of a text -> the field of that text."""

    def add(self, entry: Entry) -> None:
        """Keep an entry; archived ones only where they are wanted."""
        if entry.state is State.ARCHIVED and not self.options.archived:
            self.report.left(entry.type, "archived entries do not come along unless asked for", entry.id)
            return
        self.entries[entry.key] = entry

    def add_asset(self, id_: str, file: str, content: bytes, where: str) -> str | None:
        """Keep a picture under a name made of its file's; None, and a word in the report, where it cannot be one."""
        if id_ in self.names:
            return self.names[id_]
        name = picture_name(file, content, KINDS["assets"].media)
        if name is None:
            why = f"files of the kind .{_ending(file)} are no pictures that we keep"
            self.report.lost(where, why, f"{id_} ({file})")
            return None
        if (bare := placeless(content)) is not None:
            self.report.changed(where, "what a picture tells of where it was taken was taken out", f"{id_} ({file})")
            content = bare
        found = check_content("assets", name, content, Limits())
        if found:
            self.report.lost(where, f"the picture is refused: {found[0].message}", f"{id_} ({file})")
            return None
        self.names[id_] = name = self._free(name, content, id_)
        self.assets[name] = content
        return name

    def say(self, name: str, locale: str, alt: str, title: str = "", tags: Sequence[str] = ()) -> None:
        """Note of a picture what it shows in a locale; who says so first is believed."""
        if not alt:
            return
        details = self.details.setdefault(name, {"alt": {}})
        details["alt"].setdefault(locale, alt)
        if title:
            details.setdefault("title", title)
        if tags:
            details.setdefault("tags", list(tags))

    def address(self, key: str) -> str:
        """Where the page of an entry will be."""
        entry = self.entries.get(key)
        return self.options.address.replace("{key}", key).replace("{type}", entry.type if entry else "")

    def _free(self, name: str, content: bytes, id_: str) -> str:
        if self.assets.get(name, content) == content:
            return name
        stem, _, ending = name.rpartition(".")
        return f"{self.keys.give(f'asset:{id_}', [f'{stem}-{n}' for n in range(2, 1_000)])}.{ending}"


def _ending(file: str) -> str:
    return file.rpartition(".")[2][:20] if "." in file else "(none)"


Contents = Mapping[tuple[str, str], bytes]
