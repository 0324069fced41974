"""What content names, and what that names in turn, found level by level in the usage graph."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, Final

import orjson

from accounts import NotAllowed
from admin.reading.paths import ABSENT
from admin.releasing.overlay import Name
from admin.releasing.reading import State
from admin.sight.visible import Visible, still_leads
from modules import KINDS

DEEPEST: Final = 10
MOST_INCLUDED: Final = 1_000
"""Names that are looked up for one answer, found or not."""
MOST_BYTES: Final = 16_000_000
"""Bytes of bodies that come along with one answer."""
AT_ONCE: Final = 200
"""Bodies that are read before their bytes are counted."""


@dataclass(frozen=True, slots=True)
class Seen:
    """A piece of content: its `body` as it is kept, and what of it is `shown`. Pictures have neither."""

    name: Name
    digest: str
    body: Any = None
    shown: Any = None

    def names(self, pointer: str) -> bool:
        """Whether the place is in the answer in which it names something."""
        if self.shown is ABSENT:
            return False
        return self.shown is self.body or still_leads(self.body, self.shown, pointer.split("/")[1:])


@dataclass(frozen=True, slots=True)
class Place:
    """Where something is named first: by what, and at which JSON pointer in it."""

    by: Name
    pointer: str


@dataclass(slots=True)
class Included:
    """What came along. `unresolved` are names that lead to nothing that whoever asks could see; `truncated` says that
    there is more, nearer things being found first."""

    found: dict[Name, Seen] = field(default_factory=dict)
    unresolved: dict[Name, Place] = field(default_factory=dict)
    truncated: bool = False
    bytes: int = 0

    @property
    def room(self) -> int:
        """How many more names may be looked up."""
        return MOST_INCLUDED - len(self.found) - len(self.unresolved)


def include(state: State, visible: Visible, items: Collection[Seen], depth: int) -> Included:
    """All that these items name in what is shown of them, and so on, in at most `depth` steps; the items are no part
    of it. Each level costs the same few queries, however many name however much."""
    made, level, met = Included(), list(items), {one.name for one in items}
    for _ in range(depth):
        named = {name: place for name, place in _named(state, level).items() if name not in met}
        made.truncated = len(named) > made.room
        named = dict(islice(named.items(), made.room))
        met |= named.keys()
        level = list(_look_up(state, visible, named, made))
        if made.truncated or not level:
            break
    return made


def _named(state: State, level: Sequence[Seen]) -> dict[Name, Place]:
    """What these name, each with the first place."""
    found = state.references({one.name: one.digest for one in level})
    first: dict[Name, Place] = {}
    for one in level:
        for ref in found[one.name]:
            if ref.to_kind in KINDS and one.names(ref.pointer):
                first.setdefault((ref.to_kind, ref.to_key), Place(one.name, ref.pointer))
    return first


def _look_up(state: State, visible: Visible, named: Mapping[Name, Place], made: Included) -> Iterator[Seen]:
    digests, names = state.held(named), list(named)
    for start in range(0, len(names), AT_ONCE):
        some = names[start : start + AT_ONCE]
        wanted = {digests[name] for name in some if name in digests and KINDS[name[0]].is_json}
        read = state.load(wanted) if wanted else {}
        for name in some:
            made.bytes += len(read.get(digests.get(name, ""), b""))
            if made.bytes > MOST_BYTES:
                made.truncated = True
                return
            one = _seen(visible, name, digests[name], read) if name in digests else None
            if one is None:
                made.unresolved[name] = named[name]
            else:
                made.found[name] = one
                yield one


def _seen(visible: Visible, name: Name, digest: str, read: Mapping[str, bytes]) -> Seen | None:
    kind, key = name
    if not KINDS[kind].is_json:
        return Seen(name, digest) if visible.sees(kind, key, b"") else None
    try:
        return seen_in(visible, name, digest, read[digest])
    except NotAllowed:
        return None


def seen_in(visible: Visible, name: Name, digest: str, content: bytes) -> Seen:
    """Content as whoever asks sees it. Raises `NotAllowed` where nothing of it is to be seen."""
    body = object_in(content)
    if body is None and visible.whole(name[0]):
        return Seen(name, digest, shown=ABSENT)
    return Seen(name, digest, body, visible.body(*name, body or {}))


def object_in(content: bytes) -> dict[str, Any] | None:
    """The JSON object of these bytes; None where they hold none, since nobody checked them."""
    try:
        body = orjson.loads(content)
    except orjson.JSONDecodeError:
        return None
    return body if isinstance(body, dict) else None
