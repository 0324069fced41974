"""The export of a Strapi project: a tar or its folder, with schemas, entities, links and files as JSON Lines."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeAlias

from connectors.errors import SourceError
from connectors.importing import Archive, Report

SOURCE = "strapi"
FILE = "plugin::upload.file"
LOCALE = "plugin::i18n.locale"
DEFAULT_LOCALE = "plugin_i18n_default_locale"
MAIN_FIELD = "plugin_content_manager_configuration_content_types::"

Json: TypeAlias = Mapping[str, Any]
Row: TypeAlias = tuple[str, str]
"""A content type or component, and the id of a row of it."""

WHY_LEFT = {
    "admin::": "accounts and permissions of the old system do not come along",
    "plugin::users-permissions": "people of the old system do not come along: they are no content",
    "plugin::": "what plugins keep does not come along",
    "strapi::": "what the old system keeps for itself does not come along",
}
"""How a type begins that no import takes over, and why."""


@dataclass(slots=True)
class Export:
    """An export that was read. Links are kept by where they begin, pictures by where they are shown."""

    archive: Archive
    version: str
    schemas: dict[str, Json] = field(default_factory=dict)
    entities: dict[str, dict[str, Json]] = field(default_factory=dict)
    links: dict[tuple[Row, str], list[tuple[float, Row]]] = field(default_factory=dict)
    media: dict[tuple[Row, str], list[tuple[float, str]]] = field(default_factory=dict)
    settings: dict[str, Any] = field(default_factory=dict)

    def linked(self, row: Row, name: str) -> list[Row]:
        """The rows that a field of a row names, in order."""
        return [target for _, target in sorted(self.links.get((row, name), ()), key=lambda one: one[0])]

    def shown(self, row: Row, name: str) -> list[str]:
        """The ids of the files in a field of a row, in order."""
        return [id_ for _, id_ in sorted(self.media.get((row, name), ()), key=lambda one: one[0])]


def read_export(path: Path, report: Report) -> Export:
    """The export at this path. Raises `FileError` and `SourceError`."""
    if path.name.endswith(".enc"):
        remedy = "export with --no-encrypt, or decrypt it first"
        raise SourceError(str(path), "it is encrypted", remedy)
    archive = Archive.open(path)
    if not archive.names("schemas", ".jsonl") or not archive.names("entities", ".jsonl"):
        remedy = "give the file that `strapi export --no-encrypt` wrote, or the folder it was unpacked to"
        raise SourceError(str(path), "it is no export of Strapi: schemas or entities are missing", remedy)
    export = Export(archive, _version(archive))
    for place, schema in archive.lines("schemas"):
        export.schemas[str(_object(path, place, schema)["uid"])] = schema
    for place, entity in archive.lines("entities"):
        _add_entity(export, _object(path, place, entity), report)
    for place, link in archive.lines("links"):
        _add_link(export, _object(path, place, link))
    for place, setting in archive.lines("configuration"):
        _add_setting(export, _object(path, place, setting), report)
    return export


def _object(path: Path, place: str, found: Any) -> Json:
    if not isinstance(found, dict):
        raise SourceError(f"{path}: {place}", "a line is not an object", "export again")
    return found


def _version(archive: Archive) -> str:
    body = archive.document("metadata.json")
    strapi = body.get("strapi") if isinstance(body, dict) else None
    return str(strapi.get("version") or "") if isinstance(strapi, dict) else ""


def _add_entity(export: Export, entity: Json, report: Report) -> None:
    type_, id_ = str(entity["type"]), str(entity["id"])
    data = entity.get("data")
    if not isinstance(data, dict):
        raise SourceError(f"{type_} {id_}", "an entity without data", "export again")
    if type_.startswith("api::") or type_ in (FILE, LOCALE):
        export.entities.setdefault(type_, {})[id_] = data
        return
    why = next((words for start, words in WHY_LEFT.items() if type_.startswith(start)), "it is of no known kind")
    report.left(type_, why)


def _add_link(export: Export, link: Json) -> None:
    left, right = link["left"], link["right"]
    if left.get("ref") is None or right.get("ref") is None:
        return
    begin, end = (str(left["type"]), str(left["ref"])), (str(right["type"]), str(right["ref"]))
    if begin[0] == FILE:
        place = (end, str(right.get("field")))
        export.media.setdefault(place, []).append((_position(right), begin[1]))
    else:
        export.links.setdefault((begin, str(left["field"])), []).append((_position(left), end))


def _position(end: Json) -> float:
    pos = end.get("pos")
    return float(pos) if isinstance(pos, (int, float)) else 0.0


def _add_setting(export: Export, setting: Json, report: Report) -> None:
    value = setting.get("value")
    if setting.get("type") == "webhook":
        report.left("webhooks", "webhooks hold secrets and addresses of the old system: make them anew")
    elif isinstance(value, dict):
        export.settings[str(value.get("key"))] = value.get("value")
