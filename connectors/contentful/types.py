"""Content types of Contentful as module types."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any

from connectors.importing import Report, Spec, field_name, fitting_default, whole_pattern

Json = Mapping[str, Any]

UNKEPT = {
    "unique": "that values are unique is not checked",
    "prohibitRegexp": "the pattern that values must not match is not checked",
    "linkMimetypeGroup": "which kinds of files may be linked to is not checked",
    "assetFileSize": "the size of files is not checked",
    "assetImageDimensions": "the width and height of pictures is not checked",
    "enabledMarks": "which marks a text may have is not checked",
    "enabledNodeTypes": "which blocks a text may have is not checked",
    "nodes": "what may be embedded in a text is not checked",
}
"""Validations that our types do not know, and what that means."""


_PLACE: Spec = {"lat": {"kind": "number"}, "lon": {"kind": "number"}}
PLAIN: Mapping[str, Spec] = {
    "RichText": {"kind": "richtext"},
    "Date": {"kind": "datetime"},
    "Boolean": {"kind": "boolean"},
    "Location": {"kind": "list", "role": "data", "max": 1, "of": _PLACE},
}
"""Type of a field -> our kind of field, for those that need no more."""


@dataclass(frozen=True, slots=True)
class Reading:
    """How one field is read: its id and type there, its name and spec here."""

    id: str
    name: str
    type: str
    link: str
    items: str
    widget: str
    spec: Spec


@dataclass(frozen=True, slots=True)
class TypeReading:
    """How a content type is read. `display` is the field that names an entry, `slug` the one that addresses it."""

    id: str
    key: str
    display: str
    slug: str
    fields: Mapping[str, Reading]
    hidden: frozenset[str] = field(default_factory=frozenset)
    """Fields that were not delivered."""


def read_type(
    body: Json, key: str, keys: Mapping[str, str], editor: Json, pictures: Collection[str], report: Report
) -> tuple[TypeReading, Spec]:
    """A content type, and the module type that it becomes. `keys` gives the key of every content type, `editor` its
    editor interface; `pictures` names the asset fields that hold pictures."""
    id_ = str(body["sys"]["id"])
    controls = {str(c.get("fieldId")): c for c in editor.get("controls") or [] if isinstance(c, dict)}
    display = str(body.get("displayField") or "")
    readings: dict[str, Reading] = {}
    hidden = set()
    for one in body.get("fields") or []:
        if one.get("omitted") or one.get("deleted"):
            hidden.add(str(one["id"]))
            continue
        reading = _read_field(one, key, keys, controls.get(str(one["id"]), {}), display, pictures, report)
        readings[reading.id] = reading
    slug = next((r.id for r in readings.values() if r.widget == "slugEditor" or r.id == "slug"), "")
    spec: Spec = {"title": str(body.get("name") or key)}
    if body.get("description"):
        spec["description"] = str(body["description"])
    spec["fields"] = {reading.name: reading.spec for reading in readings.values()}
    return TypeReading(id_, key, display, slug, readings, frozenset(hidden)), spec


def _read_field(
    body: Json,
    key: str,
    keys: Mapping[str, str],
    control: Json,
    display: str,
    pictures: Collection[str],
    report: Report,
) -> Reading:
    id_, type_ = str(body["id"]), str(body["type"])
    name, where = field_name(id_), f"{key}.{field_name(id_)}"
    if name != id_:
        report.changed(where, f"the field {id_!r} is called {name!r} here")
    items: Json = body.get("items") or {}
    widget = str(control.get("widgetId") or "")
    link = str(body.get("linkType") or items.get("linkType") or "")
    reading = Reading(id_, name, type_, link, str(items.get("type") or ""), widget, {})
    limits = [*_limits(body), *_limits(items)]
    spec = _kind(reading, limits, keys, where in pictures)
    if id_ == display and spec["kind"] == "text":
        spec["role"] = "heading"
    spec |= _words(body, control)
    spec |= _bounds(spec, limits, _limits(body))
    spec |= _pattern(spec, limits, where, report)
    spec |= _default(reading, spec, body, where, report)
    _tell(limits, body, spec, where, report)
    reading.spec.update(spec)
    return reading


def _kind(reading: Reading, limits: list[Json], keys: Mapping[str, str], picture: bool) -> Spec:
    """The kind of a field, and what belongs to that kind."""
    if reading.type in PLAIN:
        return deepcopy(PLAIN[reading.type])
    linked = _linked(limits, keys) if reading.link == "Entry" else {"kind": "image" if picture else "link"}
    match reading.type:
        case "Symbol":
            machine = reading.widget in ("slugEditor", "urlEditor") or reading.id == "slug"
            return _words_of(limits) | ({"role": "data"} if machine else {})
        case "Text":
            return {"kind": "richtext" if reading.widget == "markdown" else "text"}
        case "Integer" | "Number":
            return {"kind": "number"}
        case "Link":
            return linked
        case "Array":
            return _list(reading, linked, limits, picture)
        case _:
            return {"kind": "text", "role": "data"}


def _list(reading: Reading, linked: Spec, limits: list[Json], picture: bool) -> Spec:
    words = _words_of(limits)
    if not reading.link:
        return (
            {**words, "many": True} if "choices" in words else {"kind": "list", "role": "data", "of": {"value": words}}
        )
    if reading.link == "Entry":
        return {**linked, "many": True}
    return {"kind": "list", "role": "image" if picture else "action", "of": {"image" if picture else "file": linked}}


def _words_of(limits: list[Json]) -> Spec:
    chosen = next((list(map(str, limit["in"])) for limit in limits if limit.get("in")), [])
    return {"kind": "choice", "choices": list(dict.fromkeys(chosen))} if chosen else {"kind": "text"}


def _linked(limits: list[Json], keys: Mapping[str, str]) -> Spec:
    """A reference, to some types where it may name no others."""
    targets: Any = next((limit["linkContentType"] for limit in limits if limit.get("linkContentType")), [])
    named = [keys[one] for one in ([targets] if isinstance(targets, str) else targets) if one in keys]
    return {"kind": "reference"} | ({"to": named[0] if len(named) == 1 else named} if named else {})


def _bounds(spec: Spec, limits: list[Json], own: list[Json]) -> Spec:
    """The least and most of a field: of a list how many, of a text how long, of a moment when."""
    kind = spec["kind"]
    counted = kind in ("text", "richtext", "list") or spec.get("many", False)
    name = "size" if counted else {"number": "range", "datetime": "dateRange"}.get(kind, "")
    found: Json = next((limit[name] for limit in (own if counted else limits) if isinstance(limit.get(name), dict)), {})
    return {bound: found[bound] for bound in ("min", "max") if found.get(bound) not in (None, "")}


def _pattern(spec: Spec, limits: list[Json], where: str, report: Report) -> Spec:
    told = next((limit["regexp"] for limit in limits if isinstance(limit.get("regexp"), dict)), None)
    if told is None:
        return {}
    made = (
        whole_pattern(str(told.get("pattern") or ""), str(told.get("flags") or "")) if spec["kind"] == "text" else None
    )
    if made is None:
        report.lost(where, "the pattern that values must match is not checked")
        return {}
    return {"pattern": made}


def _default(reading: Reading, spec: Spec, body: Json, where: str, report: Report) -> Spec:
    """What new entries begin with. One that differs by locale cannot be kept: a default is one for all."""
    told = list((body.get("defaultValue") or {}).values())
    if not told:
        return {}
    plain = reading.type in ("Symbol", "Text", "Integer", "Number", "Boolean", "Date") and spec["kind"] != "richtext"
    if plain and all(one == told[0] for one in told) and fitting_default(reading.name, spec, told[0]):
        return {"default": told[0]}
    report.lost(where, "the value that new entries begin with is not kept")
    return {}


def _words(body: Json, control: Json) -> Spec:
    settings = control.get("settings") or {}
    made: Spec = {"title": str(body.get("name") or body["id"])}
    if settings.get("helpText"):
        made["help"] = str(settings["helpText"])
    if body.get("required"):
        made["required"] = True
    if not body.get("localized"):
        made["localised"] = False
    return made


def _limits(body: Json) -> list[Json]:
    return [limit for limit in body.get("validations") or [] if isinstance(limit, dict)]


def _tell(limits: list[Json], body: Json, spec: Spec, where: str, report: Report) -> None:
    for limit in limits:
        for name in UNKEPT.keys() & limit.keys():
            report.lost(where, UNKEPT[name])
    if body["type"] == "Text" and spec["kind"] == "richtext":
        report.changed(where, "Markdown became rich text")
