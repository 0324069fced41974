"""What is wrong with the fields of a type, beyond their shape: each option belongs to some kinds only."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from modules.errors import hint
from modules.field import LIMITS, OPTIONS, Field, FieldKind
from modules.kinds import FIELD_KINDS
from modules.type_schema import check_field_shape
from rules import Finding, RuleError, matches_whole

DEEPEST_LIST = 3


def check_specs(specs: Any, at: str, depth: int = 0) -> Iterator[Finding]:
    """What is wrong with fields as they are written; `at` points to them."""
    if not specs:
        yield Finding(at, "at least one field is needed", 'for example {"heading": {"kind": "text"}}')
    for name, spec in specs.items():
        here = f"{at}/{name}"
        if not name.isidentifier():
            yield Finding(here, f"{name!r} cannot name a field", "use letters, digits and _")
        yield from _check_spec(spec, here, depth)


def check_values(fields: Mapping[str, Field], at: str) -> Iterator[Finding]:
    """What is wrong with the defaults and samples of fields that are made."""
    for name, field in fields.items():
        for which, value in (("default", field.default), ("sample", field.sample)):
            if value is not None:
                yield from field.kind.check(value, field, f"{at}/{name}/{which}")
        if field.pattern and field.sample is None and field.default is None:
            message = "a text with a pattern needs a sample: nobody can make one up"
            yield Finding(f"{at}/{name}/sample", message, 'add one, such as "sample": "AB-123"')
        yield from check_values(field.of, f"{at}/{name}/of")


def _check_spec(spec: Mapping[str, Any], at: str, depth: int) -> Iterator[Finding]:
    kind = FIELD_KINDS.get(spec["kind"])
    if kind is None:
        remedy = f"one of {', '.join(FIELD_KINDS)}"
        yield Finding(f"{at}/kind", f"there is no field kind {spec['kind']!r}{hint(spec['kind'], FIELD_KINDS)}", remedy)
        return
    if "role" in spec and spec["role"] not in kind.roles:
        message = f"a {kind.name} field cannot have the role {spec['role']}"
        yield Finding(f"{at}/role", message, f"one of {', '.join(kind.roles)}")
    for name in sorted(OPTIONS & spec.keys() - kind.options):
        owners = " or ".join(one.name for one in FIELD_KINDS.values() if name in one.options)
        yield Finding(f"{at}/{name}", f"only a {owners} field has {name!r}", "take it out")
    if kind.needs and kind.needs not in spec:
        yield Finding(f"{at}/{kind.needs}", f"a {kind.name} field needs {kind.needs!r}", "add it")
    yield from _check_limits(spec, kind, at)
    yield from _check_pattern(spec.get("pattern", ""), at)
    if kind.name == "list" and "of" in spec:
        yield from _check_inner(spec["of"], f"{at}/of", depth + 1)


def _check_limits(spec: Mapping[str, Any], kind: FieldKind, at: str) -> Iterator[Finding]:
    read = {name: kind.limit(spec[name]) for name in sorted(LIMITS & spec.keys()) if name in kind.options}
    for name, limit in read.items():
        if limit is None:
            yield Finding(f"{at}/{name}", f"{spec[name]!r} is no limit of a {kind.name}", f"for example {kind.limits}")
    least, most = read.get("min"), read.get("max")
    if least is not None and most is not None and least > most:
        yield Finding(f"{at}/min", f"min {spec['min']} is more than max {spec['max']}", "raise max or lower min")
    if {"choice", "reference"} & {kind.name} and read and not spec.get("many"):
        yield Finding(f"{at}/{next(iter(read))}", "there is only one: nothing to count", 'add "many": true')


def _check_pattern(pattern: str, at: str) -> Iterator[Finding]:
    try:
        matches_whole(pattern, "")
    except RuleError as error:
        yield Finding(f"{at}/pattern", error.message, error.remedy)


def _check_inner(specs: Mapping[str, Any], at: str, depth: int) -> Iterator[Finding]:
    if depth > DEEPEST_LIST:
        yield Finding(at, f"lists may be nested {DEEPEST_LIST} deep", "make the inner list a module of its own")
        return
    wrong = [found.below(f"{at}/{name}") for name, spec in specs.items() for found in check_field_shape(spec)]
    yield from wrong or check_specs(specs, at, depth)
