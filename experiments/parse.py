"""From authored JSON to an experiment."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from typing import Any, ClassVar, cast

from marshmallow import Schema, ValidationError, fields, validate

from experiments.errors import ExperimentError
from experiments.experiment import Experiment, Status, Variation
from rules import Finding, Json

KEY = validate.Regexp(r"^[a-z0-9][a-z0-9-]*\Z", error="a key has small letters, digits and -")


class Share(fields.Field[float]):
    """A JSON number from 0 to 1."""

    json_schema: ClassVar = {"type": "number", "minimum": 0, "maximum": 1}

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> float:
        if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 <= value <= 1:
            raise ValidationError("a number from 0 to 1 was expected")
        return value


class VariationSchema(Schema):
    """A variation as it is written in a file."""

    key = fields.String(required=True, validate=KEY)
    title = fields.String()
    weight = Share(required=True)
    modules = fields.Dict(keys=fields.String(), values=fields.String())


class ExperimentSchema(Schema):
    """An experiment as it is written in a file."""

    title = fields.String(required=True)
    description = fields.String()
    status = fields.String(validate=validate.OneOf(list(Status)))
    seed = fields.String(validate=validate.Length(min=1))
    coverage = Share()
    variations = fields.List(fields.Nested(VariationSchema), required=True, validate=validate.Length(min=2))


_SCHEMA = ExperimentSchema()


def parse_experiment(key: str, body: Mapping[str, Json], *, trusted: bool = False) -> Experiment:
    """The experiment that this body describes; its key is the seed where none is given.

    Raises `ExperimentError` with every finding. `trusted` skips the checks, for content that passed them when saved.
    """
    authored = cast("Mapping[str, Any]", body)
    if not trusted:
        found = _shape(body) or list(_check(authored))
        if found:
            raise ExperimentError(key, found)
    return Experiment(
        key=key,
        title=authored["title"],
        status=Status(authored.get("status", Status.STOPPED)),
        seed=authored.get("seed", key),
        coverage=float(authored.get("coverage", 1.0)),
        variations=tuple(Variation(v["key"], v["weight"], v.get("modules", {})) for v in authored["variations"]),
    )


def _check(body: Mapping[str, Any]) -> Iterator[Finding]:
    seen: set[str] = set()
    for index, variation in enumerate(body["variations"]):
        if variation["key"] in seen:
            at = f"/variations/{index}/key"
            yield Finding(at, f"the variation key {variation['key']!r} is taken", "choose another key")
        seen.add(variation["key"])
    total = sum(v["weight"] for v in body["variations"])
    if abs(total - 1) > 0.001:
        yield Finding("/variations", f"the weights sum to {total:g}, not to 1", "change them until they sum to 1")


def _shape(body: object) -> list[Finding]:
    if not isinstance(body, dict):
        return [Finding("", "a JSON object was expected", "wrap the content in { }")]
    try:
        _SCHEMA.load(body)
    except ValidationError as error:
        return list(_findings(cast("Mapping[Any, Any]", error.messages), ""))
    return []


def _findings(messages: Mapping[Any, Any], at: str) -> Iterator[Finding]:
    for name, found in messages.items():
        here = at if name == "value" else f"{at}/{name}"
        if isinstance(found, dict):
            yield from _findings(found, here)
            continue
        known = VariationSchema().fields if here.startswith("/variations/") else _SCHEMA.fields
        for message in found:
            yield _finding(str(message).rstrip("."), str(name), known, here)


def _finding(message: str, name: str, known: Mapping[str, object], here: str) -> Finding:
    if message != "Unknown field":
        return Finding(here, message)
    near = get_close_matches(name, known, n=1)
    hint = f"; did you mean {near[0]!r}?" if near else ""
    return Finding(here, f"{name!r} is not known here{hint}", "take it out or rename it")
