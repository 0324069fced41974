"""Pictures of what is published: which one an address means, its bytes, and the renditions of it."""

from __future__ import annotations

import logging
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Final

from channels import Picture
from engine import Catalogue
from layouts import Releases
from modules import ContentStore
from pictures import CENTRE, FORMATS, Facts, Focal, Rendition, Sizes, Target, ratio_of
from service.darkroom import Darkroom
from service.published import Published
from service.settings import Settings

log = logging.getLogger("intarsia")

SHORT: Final = 12
"""Characters of a digest in an address: enough to tell apart all that a name ever stood for."""
MAIL_WIDTH: Final = 1280
"""Pixels of a picture for readers that cannot choose one: mail programs, chats."""
SVG: Final = "svg"
PLAIN: Final = frozenset({"jpeg", "png", "gif"})
"""Formats that every reader knows."""
MOST_RECENT: Final = 32_000_000
MOST_KNOWN: Final = 20_000


@dataclass(slots=True)
class Recent:
    """Bytes of what was served last, in at most so many bytes of memory."""

    most: int = MOST_RECENT
    held: OrderedDict[str, bytes] = field(default_factory=OrderedDict)
    size: int = 0
    turn: threading.Lock = field(default_factory=threading.Lock)

    def get(self, digest: str) -> bytes | None:
        """The bytes, if they are still held."""
        with self.turn:
            found = self.held.get(digest)
            if found is not None:
                self.held.move_to_end(digest)
            return found

    def keep(self, digest: str, content: bytes) -> None:
        """Hold these; what would take more than an eighth of the room is not held."""
        if len(content) > self.most // 8:
            return
        with self.turn:
            if digest not in self.held:
                self.held[digest] = content
                self.size += len(content)
            while self.size > self.most:
                self.size -= len(self.held.popitem(last=False)[1])


@dataclass(slots=True)
class Pictures:
    """The pictures that anybody may see: those that are published, and those that were."""

    published: Published
    releases: Releases
    contents: ContentStore
    darkroom: Darkroom
    settings: Settings
    sizes: Sizes = field(init=False)
    recent: Recent = field(default_factory=Recent)
    known: dict[tuple[str, str], str] = field(default_factory=dict)
    """Name and short digest -> the digest of something that was published once."""
    older: dict[str, Facts] = field(default_factory=dict)
    """What pictures are that were published once."""

    def __post_init__(self) -> None:
        self.sizes = self.settings.sizes

    def find(self, name: str, digest: str | None = None) -> str | None:
        """The digest of the picture that an address means, None where nobody may see one: the one place that decides.

        Without a digest it is the one that is published. An older one is found for as long as a release holds it, for
        a page that was made of it may still be read; a draft that was never published is not.
        """
        current = self.published.current().assets.get(name)
        if digest is None or (current is not None and len(digest) >= SHORT and current.startswith(digest)):
            return current
        if len(digest) < SHORT or not set(digest) <= set("0123456789abcdef"):
            return None
        found = self.known.get((name, digest))
        if found is None:
            found = next((one for one in self.releases.ever("assets", name) if one.startswith(digest)), None)
            if found is not None and len(self.known) < MOST_KNOWN:
                self.known[(name, digest)] = found
        return found

    def original(self, digest: str) -> bytes | None:
        """The bytes of a picture; None where they are lost. Raises `BlobsAway`, and `BlobError` for damaged ones."""
        found = self.recent.get(digest)
        if found is None:
            found = self.contents.content([digest]).get(digest)
            if found is not None:
                self.recent.keep(digest, found)
        return found

    def snapped(self, name: str, asked: Rendition) -> Rendition:
        """The rendition that stands for what is asked, cut around what matters in this picture."""
        details = self.published.current().details.get(name)
        return self.sizes.snapped(asked, details.focal if details else CENTRE)

    def develop(self, digest: str, rendition: Rendition, target: Target, original: Callable[[], bytes]) -> bytes | None:
        """A rendition; None where it cannot be had now. Then, and when it is made, the original is asked for."""
        return self.darkroom.rendition(digest, rendition, target, original)

    def format_of(self, digest: str, name: str) -> str:
        """The format of a picture, without reading it; what its name says, where that is not known."""
        facts = self.published.facts.get(digest) or self.older.get(digest)
        if facts is None and (facts := self.contents.facts([digest]).get(digest)) and len(self.older) < MOST_KNOWN:
            self.older[digest] = facts
        ending = name.rpartition(".")[2]
        return facts.format if facts else next((f.name for f in FORMATS.values() if f.ending == ending), ending)

    def address(self, name: str, digest: str, rendition: Rendition | None = None, ending: str = "") -> str:
        """Where a picture, or a rendition of it, is served for good."""
        middle = f"{rendition.written}/" if rendition else ""
        return f"{self.settings.base_url}/assets/{digest[:SHORT]}/{middle}{name}{ending}"

    def shown(self, catalogue: Catalogue, name: str) -> Picture | None:
        """What a channel may say of an asset of a release, beside its address; None for what is not known."""
        digest = catalogue.assets.get(name)
        facts = self.published.facts.get(digest) if digest else None
        if facts is None or digest is None:
            return None
        plain = self._plain(name, digest, facts)
        if facts.format == SVG or facts.width is None or facts.height is None:
            return Picture(facts.width, facts.height, plain=plain)
        details = catalogue.details.get(name)
        focal = details.focal if details else CENTRE
        whole = (Rendition(width) for width in self.sizes.below(facts.width))
        return Picture(
            facts.width,
            facts.height,
            srcset=self._srcset(name, digest, whole, facts.width),
            plain=plain,
            shapes={one: self._cut(name, digest, facts.width, facts.height, one, focal) for one in self.sizes.shapes},
            focal=(focal.x, focal.y) if focal != CENTRE else None,
        )

    def _cut(self, name: str, digest: str, width: int, height: int, shape: str, focal: Focal) -> str:
        most = min(width, round(height * ratio_of(shape)))
        return self._srcset(name, digest, self.sizes.cut(shape, width, height, focal), most)

    def _srcset(self, name: str, digest: str, renditions: Iterable[Rendition], most: int) -> str:
        """Renditions as HTML offers them; none is wider than the picture is."""
        return ", ".join(f"{self.address(name, digest, one)} {min(one.width, most)}w" for one in renditions)

    def _plain(self, name: str, digest: str, facts: Facts) -> str:
        if facts.format == SVG or (facts.format in PLAIN and (facts.width or 0) <= MAIL_WIDTH):
            return self.address(name, digest)
        asked = self.sizes.snapped(Rendition(MAIL_WIDTH), CENTRE)
        return self.address(name, digest, asked, ".png" if facts.alpha else ".jpg")


def accepted(types: Iterable[tuple[str, float]]) -> list[str]:
    """The media types that a request accepts by name: `*/*` says nothing of new ones."""
    return [name for name, quality in types if quality > 0]
