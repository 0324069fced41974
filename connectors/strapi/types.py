"""Content types and components of Strapi as module types and lists of fields."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from connectors.importing import Keys, Report, Spec, field_name, fitting_default, key_of_name, whole_pattern
from connectors.strapi.archive import MAIN_FIELD, Export

Json = Mapping[str, Any]
DEEPEST = 3
"""Lists in lists that our types may have."""

OF_THE_SYSTEM = frozenset({
    "createdAt", "updatedAt", "publishedAt", "createdBy", "updatedBy", "locale", "localizations", "documentId",
    "strapi_stage", "strapi_assignee",
})  # fmt: skip
"""Attributes that Strapi adds to every type."""

LEAST = {"text": "minLength", "richtext": "minLength", "number": "min", "list": "min", "reference": "min"}
MOST = {"text": "maxLength", "richtext": "maxLength", "number": "max", "list": "max", "reference": "max"}
"""Kind of a field -> the option of an attribute that bounds it."""

PLAIN: Mapping[str, Spec] = {
    "string": {"kind": "text"},
    "text": {"kind": "text"},
    "email": {"kind": "text", "role": "data"},
    "uid": {"kind": "text", "role": "data"},
    "time": {"kind": "text", "role": "data"},
    "json": {"kind": "text", "role": "data"},
    "richtext": {"kind": "richtext"},
    "blocks": {"kind": "richtext"},
    "integer": {"kind": "number"},
    "biginteger": {"kind": "number"},
    "decimal": {"kind": "number"},
    "float": {"kind": "number"},
    "date": {"kind": "datetime"},
    "datetime": {"kind": "datetime"},
    "timestamp": {"kind": "datetime"},
    "boolean": {"kind": "boolean"},
}
"""Type of an attribute -> our kind of field, for those that need no more."""


@dataclass(slots=True)
class Types:
    """Reads the schemas of an export; `keys` gives the key of each type, also of components that are blocks."""

    export: Export
    report: Report
    only_files: Collection[tuple[str, str]] = ()
    """Media fields, as type and attribute, that hold no pictures."""
    keys: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        names = Keys()
        wanted = [uid for uid in sorted(self.export.schemas) if uid.startswith("api::")] + sorted(self.blocks())
        for uid in wanted:
            self.keys[uid] = names.give(uid, [key_of_name(uid.rpartition(".")[2]), key_of_name(uid)])

    def blocks(self) -> set[str]:
        """The components that stand in a dynamic zone: each becomes a type of its own."""
        return {
            str(uid)
            for schema in self.export.schemas.values()
            for attribute in attributes_of(schema).values()
            if attribute.get("type") == "dynamiczone"
            for uid in attribute.get("components") or []
            if uid in self.export.schemas
        }

    def read(self, uid: str) -> Spec:
        """The module type that a content type, or a component of a dynamic zone, becomes."""
        schema, key = self.export.schemas[uid], self.keys[uid]
        info = schema.get("info") or {}
        spec: Spec = {"title": str(info.get("displayName") or info.get("name") or key)}
        if info.get("description"):
            spec["description"] = str(info["description"])
        spec["fields"] = self.fields(uid, key, 0)
        display = self.display(uid)
        if spec["fields"].get(field_name(display), {}).get("kind") == "text":
            spec["fields"][field_name(display)]["role"] = "heading"
        return spec

    def fields(self, uid: str, where: str, depth: int) -> dict[str, Spec]:
        """The fields of a type or component; lists lie `depth` deep around them."""
        made = {}
        for name, attribute in attributes_of(self.export.schemas[uid]).items():
            at = f"{where}.{field_name(name)}"
            why = unread(attribute)
            if why:
                self.report.left(at, why)
                continue
            if field_name(name) != name:
                self.report.changed(at, f"the field {name!r} is called {field_name(name)!r} here")
            made[field_name(name)] = self._field(uid, name, attribute, at, depth)
            if _is_for_machines(uid):
                made[field_name(name)] = _silent(made[field_name(name)])
        return made

    def display(self, uid: str) -> str:
        """The attribute that names an entry."""
        setting = self.export.settings.get(MAIN_FIELD + uid)
        main = ((setting.get("settings") or {}).get("mainField")) if isinstance(setting, dict) else None
        attributes = attributes_of(self.export.schemas[uid])
        if main in attributes:
            return str(main)
        named = (name for name in ("title", "name", "heading", "label") if name in attributes)
        return next(named, next((n for n, a in attributes.items() if a.get("type") == "string"), ""))

    def slug(self, uid: str) -> str:
        """The attribute that addresses an entry, empty where there is none."""
        attributes = attributes_of(self.export.schemas[uid])
        plain = "slug" if "slug" in attributes else ""
        return next((n for n, a in attributes.items() if a.get("type") == "uid"), plain)

    def _field(self, uid: str, name: str, attribute: Json, at: str, depth: int) -> Spec:
        type_ = str(attribute.get("type"))
        writer = WRITERS.get(type_)
        spec = dict(PLAIN[type_]) if type_ in PLAIN else writer(self, uid, name, attribute, at, depth) if writer else {}
        if not spec:
            self.report.changed(at, f"an attribute of the type {type_} became JSON in a text")
            spec = {"kind": "text", "role": "data"}
        spec["title"] = name.replace("_", " ").strip().capitalize()
        if attribute.get("required"):
            spec["required"] = True
        self._options(spec, attribute, at)
        if depth == 0 and not is_localised(self.export.schemas[uid], attribute):
            spec["localised"] = False
        if type_ == "richtext":
            self.report.changed(at, "Markdown became rich text")
        return spec

    def _options(self, spec: Spec, attribute: Json, at: str) -> None:
        """Limits, the pattern and the default; what our types do not know is told."""
        kind = spec["kind"]
        for bound, names in (("min", LEAST), ("max", MOST)):
            limit = attribute.get(names.get(kind, ""))
            countable = kind != "reference" or spec.get("many")
            if isinstance(limit, (int, float)) and not isinstance(limit, bool) and bound not in spec and countable:
                spec[bound] = limit
        if attribute.get("regex"):
            made = whole_pattern(str(attribute["regex"])) if kind == "text" else None
            if made is None:
                self.report.lost(at, "the pattern that values must match is not checked")
            else:
                spec["pattern"] = made
        if attribute.get("unique"):
            self.report.lost(at, "that values are unique is not checked")
        if attribute.get("default") is not None:
            default = attribute["default"]
            if kind in ("text", "number", "boolean", "choice", "datetime") and fitting_default("made", spec, default):
                spec["default"] = default
            else:
                self.report.lost(at, "the value that new entries begin with is not kept")

    def choice(self, uid: str, name: str, attribute: Json, at: str, depth: int) -> Spec:
        """An enumeration."""
        return {"kind": "choice", "choices": [str(one) for one in attribute.get("enum") or []] or ["none"]}

    def media(self, uid: str, name: str, attribute: Json, at: str, depth: int) -> Spec:
        """One picture or several; a field of other files becomes one of links."""
        pictures = (uid, name) not in self.only_files
        spec: Spec = {"kind": "image"} if pictures else {"kind": "link"}
        if not attribute.get("multiple"):
            return spec
        if depth >= DEEPEST:
            return {}
        role = "image" if pictures else "action"
        return {"kind": "list", "role": role, "of": {"image" if pictures else "file": spec}}

    def relation(self, uid: str, name: str, attribute: Json, at: str, depth: int) -> Spec:
        """One reference or several."""
        target = self.keys.get(str(attribute.get("target")))
        spec: Spec = {"kind": "reference"} | ({"to": target} if target else {})
        if str(attribute.get("relation")).endswith("One"):
            return spec
        return {**spec, "many": True}

    def component(self, uid: str, name: str, attribute: Json, at: str, depth: int) -> Spec:
        """A component: a list of its fields, of one entry where it does not repeat."""
        inner = str(attribute.get("component"))
        if depth >= DEEPEST or inner not in self.export.schemas:
            return {}
        fields = self.fields(inner, at, depth + 1)
        return {"kind": "list", "of": fields, **({} if attribute.get("repeatable") else {"max": 1})} if fields else {}

    def zone(self, uid: str, name: str, attribute: Json, at: str, depth: int) -> Spec:
        """A dynamic zone: a list of references to modules, one for each block."""
        self.report.changed(at, "each block of a dynamic zone became a module of its own, named in order")
        blocks = [self.keys[one] for one in attribute.get("components") or [] if one in self.keys]
        return {"kind": "reference", "many": True, "to": blocks} if blocks else {}


WRITERS: Mapping[str, Callable[..., Spec]] = {
    "enumeration": Types.choice,
    "media": Types.media,
    "relation": Types.relation,
    "component": Types.component,
    "dynamiczone": Types.zone,
}
"""Type of an attribute -> how its field is made."""


def attributes_of(schema: Json) -> dict[str, Json]:
    """The attributes that people made, in their order."""
    found = schema.get("attributes") or {}
    return {name: a for name, a in found.items() if name not in OF_THE_SYSTEM and isinstance(a, dict)}


def unread(attribute: Json) -> str:
    """Why an attribute does not come along at all; empty for one that does."""
    if attribute.get("type") == "password":
        return "passwords do not come along"
    if attribute.get("private"):
        return "the field was private: it was not delivered there"
    if attribute.get("type") == "relation":
        if attribute.get("mappedBy") or attribute.get("morphBy"):
            return "the other side of a relation: it is kept where the relation is owned"
        if not str(attribute.get("target", "api::")).startswith("api::"):
            return "a relation to what does not come along"
    return ""


def is_localised(schema: Json, attribute: Json) -> bool:
    """Whether an attribute has words of its own in each locale. Of a type that knows no locales all may have."""
    if not _i18n(schema):
        return True
    return _i18n(attribute) or attribute.get("type") in ("relation", "uid")


def _is_for_machines(uid: str) -> bool:
    """Whether a component holds what search engines read, not people."""
    return bool({"seo", "meta", "metadata"} & set(key_of_name(uid).split("-")))


def _silent(spec: Spec) -> Spec:
    return {**spec, "role": "data"} if spec["kind"] in ("text", "list") else spec


def _i18n(thing: Json) -> bool:
    options = (thing.get("pluginOptions") or {}).get("i18n") or {}
    return bool(options.get("localized"))
