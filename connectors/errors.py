"""What can go wrong with sources and sinks, with data and help."""

from __future__ import annotations

from pathlib import Path


class ConnectorError(Exception):
    """Base of this package's errors."""


class FileError(ConnectorError):
    """A file or folder that cannot be content: which, what is wrong, and where in it (from 1) if that is known."""

    def __init__(self, path: Path, message: str, line: int | None = None, column: int | None = None) -> None:
        self.path = path
        self.message = message
        self.line = line
        self.column = column
        place = f", line {line}, column {column}" if line is not None else ""
        super().__init__(f"{path}{place}: {message}")


class SourceError(ConnectorError):
    """A source that cannot be read: which, what is wrong, and what to do."""

    def __init__(self, source: str, message: str, remedy: str) -> None:
        self.source = source
        self.message = message
        self.remedy = remedy
        super().__init__(f"{source}: {message}; {remedy}")
