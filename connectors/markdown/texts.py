"""The text of a page: its links to other pages and its pictures are found, whatever the site generator calls them."""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import unquote, urlsplit

from connectors.errors import FileError
from connectors.importing import Marked, Rich, World, inside, plain_text, read_file
from connectors.markdown.pages import ENDINGS, Page

STATIC = ("", "static", "public", "assets", "src")
"""Where an address that begins with / may lie."""

_LINKS = re.compile(
    r"\{\{[<%]\s*(?:rel)?ref\s+\"?([^\"\s>%]+)\"?\s*[>%]\}\}|\{%\s*link\s+(\S+)\s*%\}|\{%\s*post_url\s+(\S+)\s*%\}"
)
_BASE = re.compile(r"\{\{\s*site\.(?:baseurl|url)\s*\}\}(?=/)")
_TAGS = re.compile(r"\{\{[<%].{0,500}?[>%]\}\}|\{%.{0,500}?%\}|\{\{.{0,500}?\}\}", re.DOTALL)


@dataclass(slots=True)
class Texts:
    """Reads the texts of pages. `by_path` finds a page by its path, with or without ending and locale."""

    root: Path
    world: World
    by_path: dict[str, Page] = field(default_factory=dict)
    keys: dict[str, str] = field(default_factory=dict)
    """Id of a page -> its key."""
    _by_stem: dict[str, dict[str, Page]] = field(default_factory=dict)

    def read(self, page: Page) -> Rich:
        """The text of a page as rich text."""
        text = _LINKS.sub(lambda found: f"/{(found[1] or found[2] or found[3]).lstrip('/')}", page.text)
        text = _BASE.sub("", text)
        rich = Rich()
        tags = len(_TAGS.findall(text))
        rich.losses += ["a shortcode or a template tag does nothing: it stands as text"] * tags
        marked = Marked(
            link=lambda address: self._link(page, address, rich),
            image=lambda address, alt: self.image(page, address, alt),
            rich=rich,
        )
        return marked.read(text)

    def image(self, page: Page, address: str, alt: str) -> dict[str, Any] | None:
        """A picture as our fields hold it, None where there is none at this address."""
        words = plain_text(alt)[0][:300]
        if address.startswith("https://"):
            return {"src": address, "alt": words}
        found = self._file(page, address)
        if found is None:
            return None
        path, file = found
        name = self.world.names.get(path)
        if name is None:
            try:
                name = self.world.add_asset(path, file.name, read_file(file), f"{page.type} ({path})")
            except FileError as error:
                self.world.report.lost(page.type, error.message, path)
        if name:
            self.world.say(name, page.locale, words)
        return {"asset": name, "alt": words} if name else None

    def _link(self, page: Page, address: str, rich: Rich) -> str | None:
        parts = urlsplit(address) if "[" not in address else None
        if parts is None or parts.scheme or address.startswith(("//", "#")):
            return address
        target = self._page(page, unquote(parts.path))
        if target is not None:
            rich.entries.append(f"page:{target.id}")
            rich.changes.append("a link to a page became a link to its address here: see that it is there")
            return self._address(target) + (f"#{parts.fragment}" if parts.fragment else "")
        if self._file(page, address) is not None:
            return None  # a file that is no picture has no address here
        return address if address.startswith("/") else None

    def _address(self, target: Page) -> str:
        for name in ("permalink", "url"):
            said = target.matter.get(name)
            if isinstance(said, str) and said.startswith("/") and ":" not in said:
                return said
        return self.world.address(self.keys[target.id])

    def _page(self, page: Page, path: str) -> Page | None:
        for base in (posixpath.dirname(page.path), ""):
            near = posixpath.normpath(posixpath.join(base, path.lstrip("/") if not base else path))
            for one in (near.strip("/"), f"{near.strip('/')}/index", f"{near.strip('/')}/_index"):
                plain = one.removesuffix(PurePosixPath(one).suffix) if one.lower().endswith(ENDINGS) else one
                if (found := self.by_path.get(plain)) is not None:
                    return found
        return self._by_name(path)

    def _by_name(self, path: str) -> Page | None:
        """The one page whose path ends so: generators find pages by less than their path."""
        plain = path.strip("/")
        plain = plain.removesuffix(PurePosixPath(plain).suffix) if plain.lower().endswith(ENDINGS) else plain
        if not self._by_stem:
            for known, page in self.by_path.items():
                self._by_stem.setdefault(known.rpartition("/")[2], {})[known] = page
        near = self._by_stem.get(plain.rpartition("/")[2], {})
        found = {page.id: page for known, page in near.items() if f"/{known}".endswith(f"/{plain}")}
        return next(iter(found.values())) if plain and len(found) == 1 else None

    def _file(self, page: Page, address: str) -> tuple[str, Path] | None:
        """The path below the root and the file of an address, None where it leads nowhere or out of the folder."""
        path = unquote(address.partition("?")[0].partition("#")[0])
        if not path or "://" in path:
            return None
        bases = STATIC if path.startswith("/") else (posixpath.dirname(page.path), *STATIC)
        for base in bases:
            near = posixpath.normpath(posixpath.join(base, path.lstrip("/")))
            file = inside(self.root, near)
            if file is not None and file.is_file():
                return near, file
        return None
