"""Environments: names for the places that a folder is pushed to and pulled from."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from urllib.parse import urlsplit

from connectors.errors import FileError, SourceError
from connectors.workspace.agreements import HIDDEN

FORM = '[staging]\nurl = "https://staging.example.com"\nkey_from = "STAGING_KEY"'


@dataclass(frozen=True, slots=True)
class Environment:
    """A place that speaks the management API. Its key comes from an environment variable, never from a file."""

    name: str
    url: str
    key: str


def find_environment(
    folder: Path, name: str, key: str | None = None, variables: Mapping[str, str] = os.environ
) -> Environment:
    """The environment of this name in the folder's `environments.toml`, or the one at this address.

    Raises `FileError` for a file that cannot be read, `SourceError` where there is none, or no key.
    """
    if "://" in name:
        return Environment(name, _address(name, name), key or _variable("REMOTE_KEY", name, variables))
    file = folder / HIDDEN / "environments.toml"
    known = _read(file)
    if name not in known:
        near = get_close_matches(name, known, n=1)
        hint = f"did you mean {near[0]!r}?" if near else f"write it into {file}, as in\n{FORM}"
        raise SourceError(name, "there is no environment of this name", hint)
    told = known[name]
    url = _address(str(told.get("url") or ""), f"{file} [{name}]")
    return Environment(name, url, key or _variable(str(told.get("key_from") or "REMOTE_KEY"), name, variables))


def _read(file: Path) -> Mapping[str, Mapping[str, object]]:
    if not file.is_file():
        return {}
    try:
        body = tomllib.loads(file.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise FileError(file, f"it is no TOML: {error}") from None
    for name, told in body.items():
        if not isinstance(told, dict):
            raise FileError(file, f"{name!r} is not a table; write it as in\n{FORM}")
        if "key" in told:
            raise FileError(file, f"[{name}] holds a key: a file is no place for it; name a variable as key_from")
        if strange := set(told) - {"url", "key_from"}:
            raise FileError(file, f"[{name}] has {sorted(strange)[0]!r}; known are url and key_from")
    return body


def _address(url: str, where: str) -> str:
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.username or parts.password:
        raise SourceError(
            where, f"{url!r} is no address of a service", "as in https://staging.example.com, without a key"
        )
    if parts.scheme == "http" and parts.hostname not in ("127.0.0.1", "localhost", "::1"):
        raise SourceError(where, "a key must not travel without https", "use https, but for this very machine")
    return url.rstrip("/")


def _variable(name: str, environment: str, variables: Mapping[str, str]) -> str:
    if name.startswith("INTARSIA_"):
        raise SourceError(
            environment, f"{name} cannot hold a key", "choose another name: those are settings of the service"
        )
    key = variables.get(name, "")
    if not key:
        remedy = f"set {name} to one with the scope manage (or one that may read and write content)"
        raise SourceError(environment, f"the variable {name} holds no key", remedy)
    return key
