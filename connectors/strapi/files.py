"""Files of Strapi's media library."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from connectors.importing import World, plain_text
from connectors.strapi.archive import FILE, Export
from modules import is_safe_url

Json = Mapping[str, Any]


@dataclass(slots=True)
class Files:
    """Pictures come along with their bytes; what is no picture stays at its address, where it has one."""

    export: Export
    world: World
    used: set[str] = field(default_factory=set)
    _by_url: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for id_, file in self.all().items():
            for one in (file, *(file.get("formats") or {}).values()):
                if isinstance(one, dict) and one.get("url"):
                    self._by_url[str(one["url"])] = id_

    def all(self) -> Mapping[str, Json]:
        """Every file by its id."""
        return self.export.entities.get(FILE, {})

    def is_picture(self, id_: str) -> bool:
        """Whether a file is one."""
        return str(self.all().get(id_, {}).get("mime") or "").startswith("image/")

    def find(self, file: Json) -> str | None:
        """The id of a file that a text holds a copy of, by its address or its hash."""
        found = self._by_url.get(str(file.get("url")))
        if found is None and file.get("hash"):
            found = next((id_ for id_, one in self.all().items() if one.get("hash") == file["hash"]), None)
        return found

    def at(self, address: str) -> str | None:
        """The id of the file that is served at an address, with or without a host before it."""
        path = address[address.find("/uploads/") :] if "/uploads/" in address else address
        return self._by_url.get(path) or self._by_url.get(address)

    def image(self, id_: str, where: str, entry: str) -> dict[str, Any] | None:
        """A picture as our fields hold it; None, and a word in the report, where it cannot be had."""
        file = self.all().get(id_)
        if file is None or not self.is_picture(id_):
            what = "a file that is not in the export" if file is None else "a file that is no picture"
            self.world.report.lost(where, what, f"{entry}: {(file or {}).get('name', id_)}")
            return None
        said = str(file.get("alternativeText") or file.get("caption") or "")
        if not said:
            self.world.report.changed(where, "a picture without an alt text is marked as decoration", entry)
        alt = plain_text(said)[0][:300]
        name = self._keep(id_, file)
        if name is not None:
            return {"asset": name, "alt": alt}
        if (url := self.address(id_)) is None:
            self.world.report.lost(where, "a picture whose file is not in the export", f"{entry}: {file.get('name')}")
            return None
        self.world.report.changed(where, "the picture is not in the export: it stays at its address", entry)
        return {"src": url, "alt": alt}

    def link(self, id_: str, where: str, entry: str) -> dict[str, Any] | None:
        """A file that is no picture, as a link to its address."""
        file, url = self.all().get(id_), self.address(id_)
        if file is None or url is None:
            name = (file or {}).get("name", id_)
            self.world.report.lost(where, "a file that is no picture and has no public address", f"{entry}: {name}")
            return None
        self.world.report.changed(where, "a file became a link to its address at the old system", entry)
        return {"label": plain_text(str(file.get("name") or "file"))[0][:120], "url": url}

    def address(self, id_: str) -> str | None:
        """Where a file is served from, where that is a public address."""
        url = str(self.all().get(id_, {}).get("url") or "")
        return url if url.startswith("https://") and is_safe_url(url) else None

    def keep_all(self) -> None:
        """Keep also the pictures that no entry shows."""
        for id_, file in self.all().items():
            if id_ not in self.used and self.is_picture(id_):
                self._keep(id_, file)

    def _keep(self, id_: str, file: Json) -> str | None:
        self.used.add(id_)
        if id_ in self.world.names:
            return self.world.names[id_]
        stored = f"{file.get('hash')}{file.get('ext') or ''}"
        content = self.export.archive.content(f"assets/uploads/{stored}")
        if content is None:
            return None
        name = str(file.get("name") or stored)
        name = name if "." in name else f"{name}{file.get('ext') or ''}"
        kept = self.world.add_asset(id_, name, content, "assets")
        if kept is not None:
            said = plain_text(str(file.get("alternativeText") or file.get("caption") or ""))[0][:300]
            self.world.say(kept, self.world.default, said, plain_text(name)[0])
        return kept
