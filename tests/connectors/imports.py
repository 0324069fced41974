"""Importing the samples, and looking at what came."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from connectors import CONNECTORS, Imported, Options, run_import

CASES = Path(__file__).parents[1] / "cases" / "imports"
SAMPLES = {
    "contentful": CASES / "contentful",
    "strapi": CASES / "strapi" / "v5",
    "strapi 4": CASES / "strapi" / "v4.tar.gz",
    "markdown": CASES / "markdown",
}


@dataclass(frozen=True)
class Came:
    """What came of an import."""

    imported: Imported

    def body(self, kind: str, key: str) -> Any:
        """A piece of content, read."""
        return json.loads(self.imported.contents[kind, key])

    def words(self, key: str, locale: str = "en") -> Any:
        """The fields of a module in a locale."""
        return self.body("modules", key)["locales"][locale]

    def field(self, type_: str, name: str) -> Any:
        """A field of a type."""
        return self.body("types", type_)["fields"][name]

    def keys(self, kind: str) -> list[str]:
        """The keys of a kind."""
        return [key for its_kind, key in self.imported.contents if its_kind == kind]

    def told(self, fate: str, where: str) -> dict[str, int]:
        """What the report says of a place: why, and how often."""
        losses = self.imported.report.sorted()
        return {loss.why: loss.count for loss in losses if loss.fate == fate and loss.where == where}


def bring(source: str, path: Path, **options: Any) -> Came:
    """An import of this path."""
    reads = CONNECTORS[source.partition(" ")[0]].reads
    assert reads is not None
    return Came(run_import(reads, path, Options(**options)))
