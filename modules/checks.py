"""What can be said of one piece of content without knowing any other."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, cast

from marshmallow import Schema

from modules.asset_details import AssetDetailsSchema, details_findings
from modules.assets import asset_findings
from modules.content_kinds import KINDS, check_key
from modules.door import shape_findings
from modules.errors import ContentError, JsonError
from modules.locales import LocalesSchema, locales_findings
from modules.logic_schemas import AttributesSchema, PolicySchema, RuleSchema, SegmentSchema
from modules.model_pins import ModelPinSchema, pin_findings
from modules.module_schema import ModuleSchema
from modules.module_type import parse_type
from modules.reading import nul_findings, read_json
from modules.trigger_schema import TriggerSchema, trigger_findings
from modules.type_schema import TypeSchema
from pictures import Limits
from rules import Finding

SHAPES: Mapping[str, Schema] = {
    "locales": LocalesSchema(),
    "attributes": AttributesSchema(),
    "segments": SegmentSchema(),
    "rules": RuleSchema(),
    "types": TypeSchema(),
    "asset-details": AssetDetailsSchema(),
    "modules": ModuleSchema(),
    "policies": PolicySchema(),
    "triggers": TriggerSchema(),
    "model-pins": ModelPinSchema(),
}
"""The shapes that this package knows; layouts and experiments know their own."""


def shape_of(kind: str) -> Schema | None:
    """The shape of content of this kind as it stands in a file; None of pictures, and where others know it."""
    return SHAPES.get(kind)


def check_content(kind: str, key: str, content: bytes, limits: Limits | None = None) -> list[Finding]:
    """What is wrong with this content as it stands: its encoding, its shape, what a picture may not hold.

    Links to other content, rules against the registered attributes and templates are judged with a whole release.
    With `limits` a picture is looked at as closely as at the door: decoded whole, and asked where it was taken.
    Raises `UnknownContent` and `BadKey`.
    """
    check_key(kind, key)
    if not KINDS[kind].is_json:
        return asset_findings(key, content, limits)
    try:
        body = read_json(content)
    except JsonError as error:
        return [Finding("", str(error), "mend the syntax")]
    if not isinstance(body, dict):
        return [Finding("", "a JSON object was expected", "wrap the content in { }")]
    if found := nul_findings(content, body):
        return found
    return CHECKS.get(kind, _shape)(kind, key, body)


def _shape(kind: str, _: str, body: Mapping[str, Any]) -> list[Finding]:
    return shape_findings(SHAPES[kind], body) if kind in SHAPES else []


def _type(_: str, key: str, body: Mapping[str, Any]) -> list[Finding]:
    try:
        parse_type(key, body)
    except ContentError as error:
        return list(error.findings)
    return []


Check = Callable[[str, str, Mapping[str, Any]], list[Finding]]
CHECKS: Mapping[str, Check] = {
    "types": cast("Check", _type),
    "locales": lambda _, __, body: locales_findings(body),
    "asset-details": lambda _, __, body: details_findings(body),
    "triggers": lambda _, key, body: trigger_findings(key, body),
    "model-pins": lambda _, key, body: pin_findings(key, body),
}
