"""Uploading a picture as a form: its file and what is said of it are kept together, or neither is."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import PurePath
from typing import Any, Final

from flask import g, request
from flask_smorest import Blueprint
from werkzeug.datastructures import FileStorage

from admin.asset_schemas import UploadedSchema
from admin.content.checks import check_draft
from admin.deps import Deps
from admin.errors import ContentRefused, WrongMediaType
from admin.sight.writing import admitted
from modules import check_key
from pictures import Broken, facts_of, sniff, tells_place, without_metadata
from rules import Finding

ASSETS, DETAILS = "assets", "asset-details"
MULTIPART: Final = "multipart/form-data"
LONGEST_STEM: Final = 80
MOST_NAMESAKES: Final = 1_000

TEXTS: Final = ("title", "credit", "note")
FIELDS: Final = ("key", "decorative", "tags", "focal.x", "focal.y", *TEXTS)
"""What a form may hold beside its `file` and an `alt.LOCALE` for each locale."""

BODY = {
    "required": True,
    "content": {MULTIPART: {"schema": {"type": "object", "required": ["file"], "properties": {
        "file": {"type": "string", "format": "binary"},
        "key": {"type": "string", "description": "the asset's name; made of the file's, if there is none"},
        "decorative": {"type": "boolean", "description": "it shows nothing: it has no alt text"},
        "focal.x": {"type": "number", "minimum": 0, "maximum": 1},
        "focal.y": {"type": "number", "minimum": 0, "maximum": 1},
        "tags": {"type": "array", "items": {"type": "string"}},
        **{name: {"type": "string"} for name in TEXTS},
    }, "patternProperties": {
        r"^alt\.[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$": {"type": "string", "description": "what it shows, in one locale"},
    }, "additionalProperties": False}}},
}  # fmt: skip


def add_asset_routes(blueprint: Blueprint, deps: Deps) -> None:
    """Add what pictures have beside the routes that all content has."""

    @blueprint.route("/assets", methods=["POST"])
    @blueprint.doc(requestBody=BODY)
    @blueprint.response(201, UploadedSchema)
    def upload() -> tuple[dict[str, Any], int, dict[str, str]]:
        """Upload a picture with what is said of it; where it was taken is taken out of it"""
        return _upload(deps)


@dataclass(frozen=True, slots=True)
class Upload:
    """A form as it came in: the file, its key, what is said of it, and what was noted on the way."""

    key: str
    content: bytes
    details: bytes
    cleaned: bool


def _upload(deps: Deps) -> tuple[dict[str, Any], int, dict[str, str]]:
    if request.mimetype != MULTIPART:
        raise WrongMediaType(ASSETS, "", MULTIPART, request.mimetype)
    form = _read(deps)
    contents = {(ASSETS, form.key): form.content, (DETAILS, form.key): form.details}
    for (kind, key), content in contents.items():
        admitted(g.principal, kind, key, None, content)
    warnings = _checked(deps, form)
    nothing = dict.fromkeys(contents)
    saved = deps.store.put_all(contents, author=g.author, now=deps.clock(), expect=nothing)
    answer = {
        "key": form.key,
        "digest": saved[0].digest,
        "details": saved[1].digest,
        "facts": facts_of(form.content),
        "cleaned": form.cleaned,
        "warnings": warnings,
    }
    place = {"Location": f"/v1/manage/{ASSETS}/{form.key}", "ETag": f'"{saved[0].digest}"'}
    return answer, 201, place


def _read(deps: Deps) -> Upload:
    unknown = list(_unknown())
    if unknown:
        raise ContentRefused(ASSETS, "", unknown)
    file = request.files["file"]
    content = file.read(deps.limits.bytes + 1)
    whole, cleaned = _cleaned(content)
    key = request.form.get("key") or _key_for(deps, file, whole)
    check_key(ASSETS, key)
    details = json.dumps(_details(), ensure_ascii=False, indent=2).encode() + b"\n"
    return Upload(key, whole, details, cleaned)


def _unknown() -> Iterator[Finding]:
    if list(request.files) != ["file"] or len(request.files.getlist("file")) != 1:
        yield Finding("/file", "a form holds one file, named `file`", "send the picture as `file`")
    for name in request.form:
        if name not in FIELDS and not re.fullmatch(r"alt\.[A-Za-z0-9-]+", name or ""):
            yield Finding(
                f"/{name or ''}", f"{(name or '')[:60]!r} is not known", f"one of alt.LOCALE, {', '.join(FIELDS)}"
            )


def _cleaned(content: bytes) -> tuple[bytes, bool]:
    """The picture without its metadata where that tells a place, or where something follows it."""
    kind = sniff(content)
    try:
        if kind is None or not (tells_place(content) or kind.anatomy(content).end < len(content)):
            return content, False
        return without_metadata(content), True
    except Broken:
        return content, False  # the check says what is wrong with it


def _details() -> dict[str, Any]:
    form = request.form
    told: dict[str, Any] = {name: form[name] for name in TEXTS if form.get(name)}
    alt = {name.removeprefix("alt."): words for name, words in form.items() if name.startswith("alt.")}
    if alt:
        told["alt"] = alt
    if form.get("decorative"):
        told["decorative"] = {"true": True, "on": True, "false": False}.get(form["decorative"], form["decorative"])
    focal = {axis: _number(form[f"focal.{axis}"]) for axis in ("x", "y") if form.get(f"focal.{axis}")}
    if focal:
        told["focal"] = focal
    tags = [tag.strip() for tag in form.getlist("tags") if tag.strip()]
    return {**told, "tags": tags} if tags else told


def _number(text: str) -> float | str:
    try:
        return float(text)
    except ValueError:
        return text  # the check says what is wrong with it


def _key_for(deps: Deps, file: FileStorage, content: bytes) -> str:
    """A key made of the file's name; where that is taken, with the next number."""
    path = PurePath((file.filename or "").replace("\\", "/"))
    plain = unicodedata.normalize("NFKD", path.stem).encode("ascii", "ignore").decode().lower()
    stem = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:LONGEST_STEM].strip("-") or "picture"
    kind = sniff(content)
    ending = kind.ending if kind else path.suffix.lower().removeprefix(".").replace("jpeg", "jpg") or "svg"
    for number in range(1, MOST_NAMESAKES):
        key = f"{stem}.{ending}" if number == 1 else f"{stem}-{number}.{ending}"
        check_key(ASSETS, key)
        if deps.store.get(ASSETS, key) is None and deps.store.get(DETAILS, key) is None:
            return key
    remedy = "send a `key`"
    raise ContentRefused(ASSETS, stem, [Finding("/key", f"there are {MOST_NAMESAKES} pictures named {stem!r}", remedy)])


def _checked(deps: Deps, form: Upload) -> list[Finding]:
    """Everything that is wrong with the file and with what is said of it, at once."""
    found: list[Finding] = []
    for kind, content, at in ((ASSETS, form.content, "/file"), (DETAILS, form.details, "")):
        try:
            found += [replace(one, pointer=at + one.pointer) for one in check_draft(deps, kind, form.key, content)]
        except ContentRefused as error:
            found += [replace(one, pointer=at + one.pointer) for one in error.findings]
    if any(one.severity == "error" for one in found):
        raise ContentRefused(ASSETS, form.key, [one for one in found if one.severity == "error"])
    return found
