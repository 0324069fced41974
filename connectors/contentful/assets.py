"""Assets of Contentful: pictures that were downloaded come along, all else stays at its address."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from connectors.contentful.export import Export, id_of
from connectors.importing import World, key_of, plain_text
from modules import is_safe_url

Json = Mapping[str, Any]
LONGEST_ALT = 300


@dataclass(slots=True)
class Assets:
    """The assets of an export; a file may differ by locale."""

    export: Export
    world: World
    known: Mapping[str, Json] = field(default_factory=dict)
    used: set[str] = field(default_factory=set)
    _addresses: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.known = {id_of(asset): asset for asset in self.export.parts["assets"]}

    def is_picture(self, id_: str) -> bool | None:
        """Whether an asset is a picture; None where there is no such asset, or no file of it."""
        file = self._file(id_, self.world.default)
        return str(file.get("contentType") or "").startswith("image/") if file else None

    def picture(self, id_: str, locale: str, where: str, entry: str) -> dict[str, Any] | None:
        """As `image`, and without a word None for an asset that is no picture."""
        return self.image(id_, locale, where, entry) if self.is_picture(id_) else None

    def image(self, id_: str, locale: str, where: str, entry: str) -> dict[str, Any] | None:
        """A picture as our fields hold it; None, and a word in the report, where it cannot be had."""
        file = self._public(id_, locale, where, entry)
        if file is None:
            return None
        if not str(file.get("contentType") or "").startswith("image/"):
            self.world.report.lost(where, "a file that is no picture", f"{entry}: {self.address(id_, locale)}")
            return None
        name = self._keep(id_, file)
        alt = self._alt(id_, locale)
        if name is not None:
            return {"asset": name, "alt": alt}
        url = self.address(id_, locale)
        if url is None:
            return None
        why = "the picture was not downloaded: it stays at its address (export with --download-assets)"
        self.world.report.changed(where, why, entry)
        return {"src": url, "alt": alt}

    def link(self, id_: str, locale: str, where: str, entry: str) -> dict[str, Any] | None:
        """A file that is no picture, as a link to its address."""
        if self._public(id_, locale, where, entry) is None:
            return None
        url = self.address(id_, locale)
        if url is None:
            return None
        self.world.report.changed(where, "a file became a link to its address at the old system", entry)
        label = self._words(id_, "title", locale) or url.rpartition("/")[2] or "file"
        return {"label": label[:120], "url": url}

    def address(self, id_: str, locale: str) -> str | None:
        """Where a file is served by Contentful."""
        file = self._file(id_, locale)
        url = str(file.get("url") or "") if file else ""
        url = f"https:{url}" if url.startswith("//") else url
        return url if url.startswith("https://") and is_safe_url(url) else None

    def by_address(self) -> Mapping[str, str]:
        """Address -> id, for texts that name assets by where they are served."""
        if not self._addresses:
            told = ((self.address(id_, self.world.default), id_) for id_ in self.known)
            self._addresses.update((url, id_) for url, id_ in told if url)
        return self._addresses

    def keep_all(self) -> None:
        """Keep also the pictures that no entry uses."""
        for id_ in self.known.keys() - self.used:
            file = self._file(id_, self.world.default)
            if file and self.is_picture(id_):
                self._keep(id_, file)

    def _public(self, id_: str, locale: str, where: str, entry: str) -> Json | None:
        """The file of an asset that was public."""
        asset = self.known.get(id_)
        file = self._file(id_, locale)
        if asset is None or file is None:
            self.world.report.lost(where, "an asset that is not in the export, or has no file", f"{entry}: {id_}")
            return None
        if not asset["sys"].get("publishedVersion", asset["sys"].get("publishedAt")):
            self.world.report.left(where, "an asset that was not published stays out of what was", f"{entry}: {id_}")
            return None
        return file

    def _keep(self, id_: str, file: Json) -> str | None:
        self.used.add(id_)
        url, name = str(file.get("url") or ""), str(file.get("fileName") or "picture")
        mark = f"{id_}:{url}"
        if mark in self.world.names:
            return self.world.names[mark]
        content = self.export.file_of(url, name)
        kept = None if content is None else self.world.add_asset(mark, name, content, "assets")
        if kept is not None:
            self._say(id_, kept)
        return kept

    def _say(self, id_: str, name: str) -> None:
        """What the asset says of itself, in each of its locales."""
        fields = self.known[id_].get("fields") or {}
        links = (self.known[id_].get("metadata") or {}).get("tags") or []
        tags = [key_of(str(link["sys"]["id"])) for link in links]
        for locale, code in self.world.locales.items():
            told = (fields.get("description") or {}).get(code) or (fields.get("title") or {}).get(code) or ""
            title = plain_text(self._words(id_, "title", self.world.default))[0]
            self.world.say(name, locale, plain_text(str(told))[0][:LONGEST_ALT], title, tags)

    def _file(self, id_: str, locale: str) -> Json | None:
        asset = self.known.get(id_)
        files = ((asset or {}).get("fields") or {}).get("file") or {}
        found = next((files[code] for code in self._chain(locale) if files.get(code)), None)
        return found if isinstance(found, dict) else None

    def _alt(self, id_: str, locale: str) -> str:
        words = self._words(id_, "description", locale) or self._words(id_, "title", locale)
        return plain_text(words)[0][:LONGEST_ALT]

    def _words(self, id_: str, name: str, locale: str) -> str:
        said = ((self.known[id_].get("fields") or {}).get(name)) or {}
        return next((str(said[code]) for code in self._chain(locale) if said.get(code)), "")

    def _chain(self, locale: str) -> Iterator[str]:
        """The codes, as the export writes them, of a locale and of those that stand in for it."""
        seen: dict[str, None] = {}
        near: str | None = locale
        while near is not None and near not in seen:
            seen[near] = None
            near = self.world.fallbacks.get(near)
        seen[self.world.default] = None
        return (self.world.locales.get(one, one) for one in seen)
