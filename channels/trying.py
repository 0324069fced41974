"""Trying modules out: each body of a module is really rendered in each channel, before anybody asks for it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import replace
from typing import Any, Final

from channels.channel import Channel, Rendered, View
from channels.errors import RenderFailure
from channels.slack import cut_short
from engine import Candidate, Content, Filled, Level, Page, Placement, Stops, Why, content_in
from rules import Finding

SLOT: Final = "try"

LOSSES: Final[Mapping[str, Callable[[Content, View], Iterator[str]]]] = {"slack": cut_short}
"""Channel -> what of a body it cannot show; only of those that the world outside sets limits to."""


def try_module(candidate: Candidate, channels: Mapping[str, Channel], view: View, release: str) -> Iterator[Finding]:
    """What goes wrong when this module is shown in these channels, in each of its locales and variants, to somebody of
    whom nothing is known but what its texts need; pointers begin with `/modules/key`.

    A body that cannot be rendered is an error, one of which a channel shows only a part a warning.
    """
    bodies = [None, *candidate.module.variants]
    for locale in candidate.locales:
        for number, variant in enumerate(bodies):
            content = content_in(candidate, locale, variant)
            if content is None:
                continue
            of_variant = f"/variants/{number - 1}" if variant else ""
            at = f"/modules/{candidate.key}{of_variant}/locales/{locale}"
            yield from (finding.below(at) for finding in _try(content, channels, view, release))


def _try(content: Content, channels: Mapping[str, Channel], view: View, release: str) -> Iterator[Finding]:
    known = replace(view, values=_values(content.needs))
    for name, channel in channels.items():
        try:
            _render(channel, content, known, release)
        except RenderFailure as failure:
            yield Finding("", f"it cannot be rendered for {name!r}: {failure.reason}", _remedy(content, name))
            continue
        if name in LOSSES:
            yield from (Finding("", f"{name}: {words}", "shorten it, or accept it", "warning")
                        for words in LOSSES[name](content, known))  # fmt: skip


def _render(channel: Channel, content: Content, view: View, release: str) -> Rendered:
    placement = Placement(SLOT, content.module, content.variant, content, "tried")
    filled = Filled(SLOT, (placement,), Why(SLOT, "ranked", Stops(1)))
    page = Page(SLOT, channel.name, content.locale, release, "try", (filled,), Level.FULL, None)
    return channel.render(page, view, why=False)


def _values(paths: Collection[str]) -> dict[str, Any]:
    """Facts that say their own names, for texts that are shown only to those of whom they are known."""
    values: dict[str, Any] = {}
    for path in sorted(paths):
        *rooms, last = path.split(".")
        room = values
        for step in rooms:
            room = room.setdefault(step, {})
        room[last] = last
    return values


def _remedy(content: Content, channel: str) -> str:
    if channel in content.type.templates:
        return f"mend the template {channel!r} of the type {content.type.key!r}, or what is written here"
    return "mend what is written here"
