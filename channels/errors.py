"""What can go wrong while a page is rendered, with data and help."""

from __future__ import annotations


class ChannelsError(Exception):
    """Base of this package's errors."""


class RenderFailure(ChannelsError):
    """One module cannot be shown in one channel: the page may be asked for again without it."""

    def __init__(self, module: str, slot: str, channel: str, reason: str) -> None:
        self.module = module
        self.slot = slot
        self.channel = channel
        self.reason = reason
        where = f" in slot {slot!r}" if slot else ""
        super().__init__(f"module {module!r}{where} cannot be rendered for {channel!r}: {reason}")


class TemplateFault(ChannelsError):
    """A template, or what it made of its fields, that may not be shown. `line` counts from 1 where it is known."""

    def __init__(self, message: str, remedy: str, line: int | None = None) -> None:
        self.message = message
        self.remedy = remedy
        self.line = line
        super().__init__(f"{f'line {line}: ' if line else ''}{message}; {remedy}")


class BadAddress(ChannelsError):
    """A mail address that cannot stand in a header."""

    def __init__(self, header: str, address: str) -> None:
        self.header = header
        self.address = address
        super().__init__(f"{header}: {address[:80]!r} is not one mail address; write one such as name@example.com")
