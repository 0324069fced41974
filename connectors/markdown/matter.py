"""Front matter: what a Markdown file says of itself before its text, in YAML, TOML or JSON."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Hashable
from typing import Any

import yaml

LONGEST = 200_000
"""Characters of a front matter."""

MOST_ALIASES = 50
MOST_VALUES = 10_000
"""Values of a front matter, each counted as often as it is named: a few lines of YAML can name millions."""

_YAML = re.compile(r"\A---[ \t]*\n(.*?)^(?:---|\.\.\.)[ \t]*$\n?", re.DOTALL | re.MULTILINE)
_TOML = re.compile(r"\A\+\+\+[ \t]*\n(.*?)^\+\+\+[ \t]*$\n?", re.DOTALL | re.MULTILINE)


class MatterError(Exception):
    """A front matter that cannot be read: why, in words for the report."""


class _Loader(yaml.SafeLoader):
    """YAML of plain values, with few aliases and no name twice."""

    aliases = 0

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        if self.check_event(yaml.AliasEvent):
            self.aliases += 1
            if self.aliases > MOST_ALIASES:
                raise MatterError(f"it has more than {MOST_ALIASES} aliases")
        return super().compose_node(parent, index)

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        names = [key.value for key, _ in node.value if isinstance(key, yaml.ScalarNode) and key.value != "<<"]
        twice = next((name for name in names if names.count(name) > 1), None)
        if twice is not None:
            raise MatterError(f"the name {twice!r} stands twice in it")
        return super().construct_mapping(node, deep)


def split(text: str) -> tuple[dict[str, Any], str]:
    """The front matter of a text, and the text behind it. Raises `MatterError`."""
    if text.startswith("---"):
        found, read = _YAML.match(text), _read_yaml
    elif text.startswith("+++"):
        found, read = _TOML.match(text), _read_toml
    elif text.startswith("{"):
        return _split_json(text)
    else:
        return {}, text
    if found is None:
        return {}, text
    return _checked(_guarded(read, found[1])), text[found.end() :]


def _guarded(read: Any, words: str) -> Any:
    if len(words) > LONGEST:
        raise MatterError(f"it has more than {LONGEST:,} characters")
    try:
        return read(words)
    except (yaml.YAMLError, tomllib.TOMLDecodeError, ValueError, RecursionError, OverflowError) as error:
        raise MatterError(f"it cannot be read: {' '.join(str(error).split())[:200]}") from None


def _read_yaml(words: str) -> Any:
    return yaml.load(words, _Loader)  # noqa: S506 -- a safe loader, made stricter


def _read_toml(words: str) -> Any:
    return tomllib.loads(words)


def _split_json(text: str) -> tuple[dict[str, Any], str]:
    try:
        body, end = json.JSONDecoder().raw_decode(text[:LONGEST])
    except (ValueError, RecursionError):
        return {}, text  # a text may begin with a brace
    return _checked(body), text[end:].lstrip("\n")


def _checked(body: Any) -> dict[str, Any]:
    if body is None:
        return {}
    if not isinstance(body, dict):
        raise MatterError("it is no list of names and values")
    left, waiting = MOST_VALUES, [body]
    while waiting:
        value = waiting.pop()
        left -= 1
        if left < 0:
            raise MatterError(f"it has more than {MOST_VALUES:,} values, or holds itself")
        if isinstance(value, dict):
            waiting += value.values()
        elif isinstance(value, (list, tuple, set)):
            waiting += value
    return {str(name): value for name, value in body.items()}
