"""Modules: authored blocks of content, with targeting, schedule, locales and variants."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from modules.locales import NO_LOCALES, Locales
from modules.schedule import Window
from rules import Instant, Json

Fields: TypeAlias = Mapping[str, Json]
Bodies: TypeAlias = Mapping[str, Fields]
"""Locale -> its fields."""


@dataclass(frozen=True, slots=True)
class Variant:
    """An alternative body of a module: the fields that differ, by locale.

    People get it whom its `targeting` lets in (`unknown` as of a module), or on whom its `share` falls: a part of those
    who come so far, 0 to 1. With neither only an experiment shows it.
    """

    key: str
    locales: Bodies = field(default_factory=dict)
    targeting: Json = None
    unknown: bool = False
    share: float | None = None

    @property
    def stands_alone(self) -> bool:
        """Whether people get it without an experiment."""
        return self.targeting is not None or self.share is not None


@dataclass(frozen=True, slots=True)
class Module:
    """One authored block. `targeting` names a rule or is one; `unknown` says what a verdict that cannot be known
    counts as.

    It may be shown from `opens` until before `closes`, but for the `pauses`; from `expires` on it is over for good.
    Of its `variants`, by key and in their order, the first that fits somebody is what they get, else the module's own
    body.
    """

    key: str
    type: str
    title: str = ""
    tags: frozenset[str] = frozenset()
    tier: int = 0
    worth: float = 1.0
    topics: tuple[str, ...] = ()
    targeting: Json = None
    unknown: bool = False
    opens: Instant | None = None
    closes: Instant | None = None
    locales: Bodies = field(default_factory=dict)
    variants: Mapping[str, Variant] = field(default_factory=dict)
    references: tuple[str, ...] = ()
    note: str = ""
    pauses: tuple[Window, ...] = ()
    expires: Instant | None = None

    @property
    def is_timed(self) -> bool:
        """Whether there are moments at which it may not be shown. Whoever pauses has opened before, or closes."""
        return self.opens is not None or self.closes is not None or bool(self.pauses)

    def is_expired(self, now: Instant) -> bool:
        """Whether it is over for good."""
        return self.expires is not None and now >= self.expires

    def locale_for(self, locale: str, locales: Locales = NO_LOCALES) -> str | None:
        """The locale that serves a reader; None where nothing may stand in for theirs."""
        return locales.chain(locale).choose(self.locales)

    def body(self, locale: str, variant: str | None = None, locales: Locales = NO_LOCALES) -> Fields | None:
        """The fields for a reader of this locale; None where there is no body for them, or no such variant."""
        actual = self.locale_for(locale, locales)
        return None if actual is None else self.fields(actual, variant)

    def fields(self, locale: str, variant: str | None = None) -> Fields | None:
        """The fields in one of its locales; None where there is no such variant."""
        if variant is None:
            return self.locales[locale]
        chosen = self.variants.get(variant)
        if chosen is None:
            return None
        near = near_locale(chosen.locales, locale)
        return self.locales[locale] if near is None else {**self.locales[locale], **chosen.locales[near]}


def near_locale(there: Collection[str], locale: str) -> str | None:
    """Of these, the locale itself or its language: what of a variant belongs to a body in this locale."""
    if locale in there:
        return locale
    language = locale.partition("-")[0]
    return language if language in there else None
