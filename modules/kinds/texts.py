"""Field kinds that hold words: `text` and `richtext`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from typing import Any

from modules.errors import MergeError
from modules.field import LIMITS, Field, FieldKind, Role, bounds, wrong_kind
from modules.merge import FORM, parse_merge
from modules.parts import Body, Data, Heading, Hole, Merge, Part
from modules.reference import Reference, facts_named, words_of
from modules.richtext import TAGS, losses, parse_rich
from rules import Finding, Json, matches_whole

WORDS = "Words that show how it looks. "


def check_words(value: str, at: str) -> Iterator[Finding]:
    """What no authored text may hold, and merge fields that cannot be read."""
    yield from _check_characters(value, at)
    try:
        parse_merge(value)
    except MergeError as error:
        yield Finding(at, f"{error.message} at character {error.place}", error.remedy)


def _check_characters(value: str, at: str) -> Iterator[Finding]:
    bad = next((c for c in value if _is_forbidden(c)), None)
    if bad is not None:
        yield Finding(at, f"the character U+{ord(bad):04X} is not allowed in text", "take it out or type it again")


def check_length(merge: Merge, minimum: float | None, maximum: float | None, at: str) -> Iterator[Finding]:
    """Whether the words fit, each merge field counted as its default."""
    length = sum(len(s.default or "") if isinstance(s, Hole) else len(s) for s in merge.segments)
    if maximum is not None and length > maximum:
        yield Finding(at, f"the text has {length} characters; {maximum:g} fit", f"cut {length - maximum:g} characters")
    if minimum is not None and length < minimum:
        yield Finding(at, f"the text has {length} characters; at least {minimum:g} are wanted", "write more")


def _is_forbidden(c: str) -> bool:
    # Private-use characters stand for holes while content is prepared; control characters corrupt mail headers.
    if c < " ":
        return c not in "\n\t"
    return "\x7f" <= c <= "\x9f" or "\ue000" <= c <= "\uf8ff" or c >= "\U000f0000" or "\ud800" <= c <= "\udfff"


def _check_text(value: Json, field: Field, at: str) -> Iterator[Finding]:
    if not isinstance(value, str):
        yield wrong_kind(at, "text", value, '"Fresh coffee"')
        return
    wrong = list(check_words(value, at))
    yield from wrong
    if wrong:
        return
    merge = parse_merge(value)
    yield from check_length(merge, field.minimum, field.maximum, at)
    holes = any(isinstance(s, Hole) for s in merge.segments)
    if field.role is Role.DATA and holes:
        yield Finding(at, "a text for machines (role data) cannot hold merge fields", "write plain text here")
    elif field.pattern:
        yield from _check_pattern(value, field, holes, at)


def _check_pattern(value: str, field: Field, holes: bool, at: str) -> Iterator[Finding]:
    if holes:
        yield Finding(at, "a text with a pattern cannot hold merge fields", "write plain text here")
    elif not matches_whole(field.pattern, value):
        remedy = field.help or f"for example {made_up_text(field)}"
        yield Finding(at, f"{value[:60]!r} is not of the form {field.pattern}", remedy)


def _text_parts(field: Field, value: Json, name: str) -> Iterator[Part]:
    if field.role is Role.HEADING:
        yield Heading(name, parse_merge(str(value)))
    elif field.role is Role.BODY:
        yield Body(name, parse_merge(str(value)))
    else:
        yield Data(name, value)


def made_up_text(field: Field) -> str:
    """Some words of a length that fits; of a text with a pattern its own sample."""
    if field.pattern:
        return str(field.sample if field.sample is not None else field.default)
    name = (
        field.title if field.title and not set(field.title) & set("<>&{}") and field.title.isprintable() else field.name
    )
    least, most = int(field.minimum or 1), len(name) if field.maximum is None else int(field.maximum)
    return f"{name}. {WORDS * (least // len(WORDS) + 1)}"[: max(least, min(most, len(name)))]


def _text_schema(field: Field) -> dict[str, Any]:
    made: dict[str, Any] = {"type": "string"}
    if field.pattern and _is_common(field.pattern):
        made["pattern"] = f"^(?:{field.pattern})$"
    return made | _lengths(field, plain=field.role is Role.DATA or bool(field.pattern))


def _lengths(field: Field, *, plain: bool) -> dict[str, Any]:
    limits = bounds(field, "minLength", "maxLength")
    if field.required and not limits.get("minLength"):
        limits["minLength"] = 1
    # A merge field counts as its default, which no schema can say.
    return limits if plain or not limits else {"anyOf": [limits, {"pattern": r"\{\{"}]}


def _is_common(pattern: str) -> bool:
    """Whether JavaScript, whose patterns a schema has, reads it as RE2 does."""
    return not re.search(r"\(\?[^:]|\\[^wdsWDS.\-/\\()\[\]{}|+*?^$]|\[\[", pattern)


def _check_rich(value: Json, field: Field, at: str) -> Iterator[Finding]:
    if not isinstance(value, str):
        yield wrong_kind(at, "HTML text", value, '"<p>Fresh <strong>coffee</strong></p>"')
        return
    # Browsers read &#xE000; as the character: what may not be typed may not be spelled either.
    wrong = list(check_words(value, at)) or list(_check_characters(unescape(value), at))
    yield from wrong
    if wrong:
        return
    for lost in losses(value):
        yield Finding(at, f"{lost} would be lost", f"allowed are the tags {', '.join(sorted(TAGS))} and safe links")
    yield from check_length(parse_rich(value), field.minimum, field.maximum, at)


def _rich_parts(_: Field, value: Json, name: str) -> Iterator[Part]:
    yield Body(name, parse_rich(str(value)))


def _text_facts(value: Json, _: Field, at: str) -> Iterator[Reference]:
    yield from facts_named(str(value), at)


def _text_words(value: Json, _: Field) -> Iterator[str]:
    yield words_of(str(value))


def _rich_words(value: Json, _: Field) -> Iterator[str]:
    # A space for each tag: words that stand in two paragraphs are two.
    yield unescape(TAG.sub(" ", words_of(str(value))))


TAG = re.compile(r"<[^>]*>")


def _rich_schema(field: Field) -> dict[str, Any]:
    # Markup is counted once it is cleaned: only that it may not be empty can be said.
    return {"type": "string", **({"minLength": 1} if field.required else {})}


TEXT = FieldKind(
    name="text",
    summary=f"A line or paragraph of plain text; may hold merge fields such as {FORM}.",
    example='Good morning, {{ profile.first_name | default("neighbour") }}',
    roles=(Role.BODY, Role.HEADING, Role.DATA),
    check=_check_text,
    parts=_text_parts,
    references=_text_facts,
    words=_text_words,
    made_up=made_up_text,
    schema=_text_schema,
    options=LIMITS | {"default", "pattern"},
)

RICHTEXT = FieldKind(
    name="richtext",
    summary="Formatted text as a small safe part of HTML; may hold merge fields in its text.",
    example="<p>Roasted on <strong>Monday</strong>, at your door on Tuesday.</p>",
    roles=(Role.BODY,),
    check=_check_rich,
    parts=_rich_parts,
    references=_text_facts,
    words=_rich_words,
    made_up=made_up_text,
    schema=_rich_schema,
    options=LIMITS | {"default"},
)
