"""What a folder of content can be compared with, pushed to and pulled from: this database, or a service elsewhere."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from connectors import Contents, Remote, Side, find_environment
from engine import CatalogueError
from modules import MadeBy
from service.exporting import Wanted, manifest_of
from service.house import House
from service.opening import open_house
from service.publishing import findings_of, picture_findings_of, publisher_of

DRAFTS = "drafts"
"""What the base of the drafts in this very database is filed under."""

PUBLISHED = "published"

Name = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Local:
    """The drafts of this database, or what is served from it, which only a publication changes."""

    house: House
    name: str
    author: str = "cli"
    override: str = ""
    """Why something goes that is still used or served; empty: it does not."""

    def manifest(self) -> Mapping[Name, str]:
        """Digest by kind and key."""
        return manifest_of(self.house, Wanted(published=self.name == PUBLISHED))

    def contents(self, names: Collection[Name]) -> Contents:
        """The bytes of these."""
        manifest = self.manifest()
        bodies = self.house.contents.content({manifest[name] for name in names})
        return {name: bodies[manifest[name]] for name in names}

    def apply(self, puts: Contents, gone: Collection[Name], expect: Mapping[Name, str | None]) -> None:
        """Save and take away in one transaction. Raises `CatalogueError` where the drafts would not hold together."""
        drafts = {name: body for name, body in publisher_of(self.house).judged().items() if name not in gone}
        found = picture_findings_of(puts, self.house.settings.limits)
        found += [f for f in findings_of({**drafts, **puts}) if f.severity == "error"]
        if found:
            raise CatalogueError(found)
        self.house.contents.change(
            puts,
            gone,
            author=self.author,
            now=self.house.clock(),
            expect=expect,
            made_by=MadeBy.IMPORT,
            override=self.override,
        )


@contextmanager
def open_side(folder: Path, name: str, key: str | None, author: str = "cli", override: str = "") -> Iterator[Side]:
    """The side of this name: `drafts`, `published`, an environment of the folder, or an address."""
    if name in (DRAFTS, PUBLISHED):
        with open_house() as house:
            yield Local(house, name, author, override)
        return
    yield Remote(find_environment(folder, name, key), override)
