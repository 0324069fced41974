"""Request bodies: read once, checked at the door, every wrong field named."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Mapping
from difflib import get_close_matches
from typing import Any

import orjson
from flask import request

from service.asking import refused
from service.problems import Problem

FieldTypes = Mapping[str, type | tuple[type, ...]]


def read_object(limit: int) -> dict[str, Any]:
    """The JSON object of this request, at most `limit` bytes (also after gunzip). Raises a `Problem` otherwise."""
    body = read_json(limit)
    if not isinstance(body, dict):
        raise Problem(422, "Request refused", "the body must be a JSON object")
    return body


def read_json(limit: int) -> Any:
    """The JSON value of this request; 413 when too large, 400 when it is not JSON in UTF-8."""
    data = _bytes(limit)
    try:
        return orjson.loads(data)
    except orjson.JSONDecodeError as error:
        raise Problem(400, "Not JSON", f"line {error.lineno}, column {error.colno}: {error.msg}") from None


def _bytes(limit: int) -> bytes:
    # The environment as it is: Flask would build objects to say the same.
    environ = request.environ
    said = environ.get("CONTENT_LENGTH") or ""
    size = int(said) if said.isascii() and said.isdigit() and len(said) < 20 else 0
    if size > limit:
        raise _too_large(limit)
    data: bytes = environ["wsgi.input"].read(size) if size else request.get_data(cache=False)
    if len(data) > limit:
        raise _too_large(limit)
    encoding = environ.get("HTTP_CONTENT_ENCODING", "").strip().lower()
    if encoding == "gzip":
        return _gunzip(data, limit)
    if encoding not in {"", "identity"}:
        raise Problem(415, "Unknown encoding", f"the body is encoded as {encoding[:40]!r}; send gzip, or plain JSON")
    return data


def _gunzip(data: bytes, limit: int) -> bytes:
    stream = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16)
    try:
        plain = stream.decompress(data, limit + 1)
    except (zlib.error, gzip.BadGzipFile) as error:
        raise Problem(400, "Not gzip", f"the body says it is gzip, but: {error}") from None
    if len(plain) > limit:
        raise _too_large(limit)
    if not stream.eof:
        raise Problem(400, "Not gzip", "the gzip body is cut short")
    return plain


def _too_large(limit: int) -> Problem:
    return Problem(413, "Body too large", f"at most {limit} bytes")


def check_fields(body: Mapping[str, Any], types: FieldTypes, *, required: tuple[str, ...] = ()) -> None:
    """Refuse unknown, missing and wrongly typed fields by name (422)."""
    for name in required:
        if body.get(name) is None:
            raise refused(f"/{name}", "is required")
    for name, value in body.items():
        wanted = types.get(name)
        if wanted is None:
            near = get_close_matches(name, types, n=1)
            raise refused(
                f"/{name}", "is not known", f"did you mean {near[0]!r}?" if near else f"known: {', '.join(types)}"
            )
        if value is not None and not isinstance(value, wanted):
            raise refused(f"/{name}", f"must be {_type_words(wanted)}")


def _type_words(wanted: type | tuple[type, ...]) -> str:
    words = {str: "text", dict: "an object", list: "a list", bool: "true or false", int: "a number", float: "a number"}
    kinds = wanted if isinstance(wanted, tuple) else (wanted,)
    return " or ".join(dict.fromkeys(words[kind] for kind in kinds))
