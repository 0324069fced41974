"""Errors to problem+json (RFC 9457): one place that knows which error is which status."""

from __future__ import annotations

import logging
import traceback
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Final

import orjson
from flask import Flask, Response, request
from marshmallow import Schema
from werkzeug.exceptions import HTTPException
from werkzeug.http import HTTP_STATUS_CODES

import admin
from accounts import Locked
from channels import BadAddress, RenderFailure
from engine import CatalogueError, NothingPublished, UnknownLayout
from profiles import EventError
from rules import Finding, RuleError
from storage import BlobsAway

MEDIA_TYPE = "application/problem+json"

log = logging.getLogger("intarsia")


class Problem(Exception):
    """Something a caller can mend: a status, a sentence, and the fields that are wrong; `told` is what else helps."""

    def __init__(
        self,
        status: int,
        title: str,
        detail: str = "",
        *,
        errors: Sequence[Mapping[str, Any]] = (),
        told: Mapping[str, Any] | None = None,
        **headers: str,
    ) -> None:
        self.status = status
        self.title = title
        self.detail = detail
        self.errors = tuple(errors)
        self.told = told or {}
        self.headers = {name.replace("_", "-"): value for name, value in headers.items()}
        super().__init__(f"{title}: {detail}")


def field_error(field: str, message: str, remedy: str = "") -> dict[str, str]:
    """One wrong field: its JSON pointer or name, what is wrong, what would be right."""
    return {"field": field, "message": message, "remedy": remedy}


def of_arguments(problem: Problem, others: Mapping[str, str]) -> Problem:
    """The same refusal where the body that its pointers lead into was made of arguments: each is named by the last
    step, or as `others` say."""
    told = [{**row, "field": others.get(row["field"]) or row["field"].rpartition("/")[2]} for row in problem.errors]
    detail = "; ".join(f"{row['field']}: {row['message']}" for row in told) or problem.detail
    return Problem(problem.status, problem.title, detail, errors=told, told=problem.told, **problem.headers)


def as_response(problem: Problem) -> Response:
    """The problem as an HTTP answer."""
    status, title = problem.status, problem.title
    body: dict[str, Any] = {"type": type_of(status, title), "title": title, "status": status}
    if problem.detail:
        body["detail"] = problem.detail
    if problem.errors:
        body["errors"] = problem.errors
    body |= problem.told
    response = Response(orjson.dumps(body), status=problem.status, content_type=MEDIA_TYPE)
    response.headers["Cache-Control"] = "no-store"  # some statuses, such as 404, may be kept unless one says so
    response.headers.update(problem.headers)
    return response


def type_of(status: int, title: str) -> str:
    """What a kind of problem is called for good, see docs/errors.md; what HTTP itself refuses has no name of ours."""
    if HTTP_STATUS_CODES.get(status) == title:
        return "about:blank"
    return f"urn:intarsia:problem:{title.lower().replace(' ', '-')}"


def register(app: Flask) -> None:
    """Make every error of the house answer as problem+json."""
    app.register_error_handler(Problem, as_response)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(Exception, _unexpected)


def remedy_of_unknown(name: str, known: Collection[str]) -> str:
    """What to write instead of a name that is not known."""
    near = get_close_matches(name, known, n=1)
    if near:
        return f"did you mean {near[0]!r}?"
    return f"known: {', '.join(sorted(known))}" if known else "leave it out; nothing is taken here"


def _http(error: HTTPException) -> Response:
    errors: list[dict[str, str]] = []
    data = getattr(error, "data", None) or {}
    schema = data.get("schema")
    for place, messages in (data.get("messages") or {}).items():
        rows = _flat(messages, place if place not in {"json", "query"} else "", schema)
        errors.extend(_of_arguments(rows) if place == "query" else rows)
    detail = "; ".join(f"{row['field'] or 'the body'}: {row['message']}" for row in errors[:MOST_DETAILED])
    problem = Problem(error.code or 500, error.name, _too_large() or detail or error.description or "", errors=errors)
    response = as_response(problem)
    allowed = getattr(error, "valid_methods", None)
    if allowed:
        response.headers["Allow"] = ", ".join(allowed)
    return response


def _too_large() -> str:
    """What a body may be at most, where this one is more."""
    most = request.max_content_length
    return f"the body may have at most {most} bytes" if most and (request.content_length or 0) > most else ""


MOST_DETAILED: Final = 3
"""Fields that the words of a refusal name; `errors` names all."""

REMEDIES: Final = {
    "Missing data for required field.": "it is required: send it",
    "Field may not be null.": "send a value, or leave it out",
    "Not a valid string.": "send text",
    "Not a valid integer.": "send a whole number",
    "Not a valid number.": "send a number",
    "Not a valid boolean.": "send true or false",
    "Not a valid list.": "send a list",
    "Not a valid mapping type.": "send an object",
    "Invalid input type.": "send an object",
    "Not a valid datetime.": "write ISO 8601 such as 2026-03-01T09:00:00Z",
}
"""What is said of a field where only its form was looked at -> what would be right."""


def _flat(messages: Any, at: str, shape: Any) -> list[dict[str, str]]:
    """One row for each wrong field; `shape` is the schema that found it, as far as one is known."""
    if isinstance(messages, Mapping):
        return [
            row
            for name, inner in messages.items()
            for row in _flat(inner, at if name == "_schema" else f"{at}/{name}", _within(shape, name))
        ]
    told = messages if isinstance(messages, list) else [messages]
    return [field_error(at, str(message), _remedy(str(message), at.rpartition("/")[2], shape)) for message in told]


def _of_arguments(rows: Iterable[dict[str, str]]) -> Iterator[dict[str, str]]:
    """The same of the arguments of an address: they have names, and several values of one are the same argument."""
    return (row | {"field": argument_of(row["field"])} for row in rows)


def argument_of(pointer: str) -> str:
    """The name of the argument that a pointer into all of them leads to."""
    return pointer.removeprefix("/").partition("/")[0]


def _remedy(message: str, name: str, shape: Any) -> str:
    if isinstance(shape, Schema) and message == shape.error_messages["unknown"]:
        known = [field.data_key or name for name, field in shape.fields.items() if not field.dump_only]
        return remedy_of_unknown(name, known)
    return REMEDIES.get(message, "")


def _within(shape: Any, name: Any) -> Any:
    """The schema that judges what is under `name`; for an unknown field, the one that does not know it."""
    if isinstance(name, int) or not isinstance(shape, Schema):
        return shape
    found: Any = next((f for n, f in shape.fields.items() if name in {n, f.data_key}), None)
    if found is None:
        return shape
    inner = getattr(getattr(found, "inner", found), "schema", None)
    return inner if isinstance(inner, Schema) else None


def _unexpected(error: Exception) -> Response:
    known = problem_of(error)
    if known is not None:
        return as_response(known)
    # The text of an unknown error may hold personal data: the log gets the kind and the place, never the words.
    log.error("unexpected %s in %s at %s", type(error).__name__, request.endpoint, _place(error))
    return as_response(Problem(500, "Internal error", "the error was logged; nothing was half-written"))


def _place(error: Exception) -> str:
    """Where it was raised, innermost last; no words of it."""
    frames = traceback.extract_tb(error.__traceback__)[-3:]
    return " > ".join(f"{Path(frame.filename).name}:{frame.lineno}" for frame in frames)


def problem_of(error: Exception) -> Problem | None:
    """The problem that one of our own errors is; None for a stranger."""
    match error:
        case UnknownLayout():
            return Problem(404, "Unknown layout", str(error))
        case NothingPublished() | BlobsAway():
            return Problem(503, words_of(type(error)), str(error), Retry_After="1")
        case RuleError():
            return Problem(
                422, "Malformed rule", str(error), errors=[field_error(error.pointer, error.message, error.remedy)]
            )
        case EventError():
            return Problem(
                422, "Event refused", str(error), errors=[field_error(error.field, error.message, error.remedy)]
            )
        case CatalogueError():
            return Problem(422, "Content refused", str(error), errors=[finding_error(f) for f in error.findings])
        case BadAddress():
            return Problem(422, "Request refused", str(error), errors=[field_error("/to", str(error))])
        case RenderFailure():
            return Problem(500, "A module cannot be rendered", str(error))
    for kind, status in admin.PROBLEMS.items():
        if isinstance(error, kind):
            errors = [finding_error(f) for f in getattr(error, "findings", ())]
            headers = {"Retry_After": str(error.seconds)} if isinstance(error, Locked | admin.StillRunning) else {}
            headers |= {"WWW_Authenticate": 'Bearer realm="intarsia"'} if status == 401 else {}
            told = getattr(error, "told", None)
            return Problem(status, words_of(kind), str(error), errors=errors, told=told, **headers)
    return None


def finding_error(finding: Finding) -> dict[str, Any]:
    """A finding in the shape of a field error, with its code and its proof where it has them."""
    told = field_error(finding.pointer, finding.message, finding.remedy)
    more = {"code": finding.code, "related": list(finding.related), "proof": finding.proof}
    return told | {name: said for name, said in more.items() if said}


def words_of(kind: type[Exception]) -> str:
    name = kind.__name__.removesuffix("Error")
    return "".join(f" {c.lower()}" if c.isupper() and i else c for i, c in enumerate(name))
