"""Calls to every operation of the OpenAPI document, made of the document itself, and what Schemathesis finds wrong."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import schemathesis
from jsonschema import Draft202012Validator
from schemathesis.config import SchemathesisConfig
from schemathesis.config._checks import (
    NEGATIVE_DATA_REJECTION_EXPECTED_STATUSES,
    POSITIVE_DATA_ACCEPTANCE_EXPECTED_STATUSES,
)
from schemathesis.engine import events, from_schema
from schemathesis.specs.openapi.schemas import OpenApiSchema
from schemathesis.transport.wsgi import WSGI_TRANSPORT, WSGITransport

from modules import KINDS
from tests.service.conftest import Shop
from tests.service.people import GOOD, holder, join, with_password
from tests.service.whole import fill

CHECKS = (
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_schema_conformance",
    "response_headers_conformance",
    "negative_data_rejection",
    "positive_data_acceptance",
    "missing_required_header",
    "ignored_auth",
    "unsupported_method",
    "allow_header_conformance",
)

NOT_CALLED: Mapping[str, str] = {
    "POST /v1/manage/webhooks/{webhook}/ping": "it calls out at once",
    "GET /v1/manage/people/triggers/stream": "it waits for as long as it is asked to",
}
"""Operation -> why it is not called at all."""

ONE_STATE = "content is of a revision or of a release, not of both"
UNSEEN = "what content means is judged with all that it names"
ABSENT = "what a release is to change has to be there, and what it would serve is judged as a whole"
CURSOR = "a cursor is what the page before gave"
WIDE = "a number anywhere in the properties has at most 64 bits"
TABLE = "the lines of a table are ids"
PUBLIC = "a receiver has to be a public address"
NOT_SAID: Mapping[str, str] = {
    **{f"GET /v1/manage/{kind}/{{key}}": ONE_STATE for kind in KINDS},
    **{f"PUT /v1/manage/{kind}/{{key}}": UNSEEN for kind in KINDS},
    "DELETE /v1/manage/roles/{name}": "the roles that are built in stay",
    "PUT /v1/manage/roles/{name}": "actions, kinds and fields that a grant names have to be there",
    "GET /v1/manage/{kind}": "what a release holds is listed by its keys alone; a cursor belongs to one order",
    "POST /v1/manage/assets": "a picture is looked at, and an alt text is needed unless it is decoration",
    "POST /v1/manage/bulk": "what an operation takes hangs on its `op`, and all or none names each piece once",
    "POST /v1/manage/could-see": "layouts, slots and segments have to be there; logic is judged by what it means",
    "POST /v1/manage/quarantine/redrive": WIDE,
    "POST /v1/manage/quarantine/{seq}/redrive": WIDE,
    "GET /v1/manage/people/triggers/firings": CURSOR,
    "GET /v1/manage/people/triggers/deliveries": CURSOR,
    "POST /v1/manage/people/triggers/replay": "something has to be named, by one of three fields",
    "POST /v1/manage/people/requests": "what else is to be said hangs on the kind",
    "POST /v1/manage/people/erasures/lift": "a person is asked for by one of several names",
    "GET /v1/manage/people/requests": CURSOR,
    "GET /v1/manage/people/{profile_id}/consent": CURSOR,
    "POST /v1/manage/people/{profile_id}/consent": "an answer is not of the future, and evidence is bounded",
    "POST /v1/manage/people/consent/why": "what is asked about has to be there",
    "POST /v1/manage/people/find": "a person is asked for by one of several names",
    "POST /v1/manage/explain": "logic is judged by what it means",
    "POST /v1/manage/{kind}/{key}/comments": "the place that a comment is about has to be there",
    "POST /v1/manage/releases": ABSENT,
    "POST /v1/manage/releases/{release}/changes": ABSENT,
    "POST /v1/manage/{kind}/{key}/publish": ABSENT,
    "POST /v1/manage/{kind}/{key}/unpublish": ABSENT,
    "GET /v1/manage/search": CURSOR,
    "GET /v1/manage/quarantine": CURSOR,
    "GET /v1/manage/people/matches": CURSOR,
    "GET /v1/manage/people/segments": CURSOR,
    "POST /v1/manage/people/segments/preview": "logic is judged by what it means",
    "GET /v1/manage/people/{profile_id}/segments": CURSOR,
    "GET /v1/manage/people/lists": CURSOR,
    "GET /v1/manage/people/lists/{key}/people": CURSOR,
    "PUT /v1/manage/people/lists/{key}": TABLE,
    "POST /v1/manage/people/lists/{key}/add": TABLE,
    "POST /v1/manage/people/lists/{key}/remove": TABLE,
    "GET /v1/manage/people/{profile_id}/events": CURSOR,
    "GET /v1/manage/people/{profile_id}/history": "a fact has to be registered",
    "GET /v1/manage/data-quality": CURSOR,
    "GET /v1/manage/comments": CURSOR,
    "GET /v1/manage/releases": CURSOR,
    "GET /v1/manage/{kind}/{key}/usage": CURSOR,
    "POST /v1/manage/webhooks": PUBLIC,
    "PATCH /v1/manage/webhooks/{webhook}": PUBLIC,
    "GET /v1/pages/{layout}": "somebody has to be named, by either of two arguments",
    "POST /v1/manage/types/{key}/migrations": "a type is judged with the modules of it",
}
"""Operation -> a rule that no schema can say, for which a body that fits it may be refused."""


@dataclass(frozen=True, slots=True)
class Run:
    """How much is tried."""

    examples: int = 1
    seed: int = 1


@dataclass(slots=True)
class Found:
    """What went wrong with one operation, by the check that found it."""

    operation: str
    check: str
    told: str
    times: int = 1

    def __str__(self) -> str:
        return f"{self.operation}: {self.check} ({self.times} times)\n    {self.told}"


class InProcess(WSGITransport):
    """Calls the application without settings of a socket: version 4.32 sends them with its probes, and Werkzeug's
    client does not know them."""

    def send(self, case: Any, *, session: Any = None, **kwargs: Any) -> Any:
        """One call."""
        known = {name: value for name, value in kwargs.items() if name not in {"max_redirects", "verify", "cert"}}
        return super().send(case, session=session, **known)


IN_PROCESS = InProcess()
IN_PROCESS._copy_serializers_from(WSGI_TRANSPORT)


class HouseSchema(OpenApiSchema):
    """The document of a house in this process."""

    @property
    def transport(self) -> InProcess:
        """How it is called."""
        return IN_PROCESS


def world(shop: Shop) -> dict[str, list[str]]:
    """A shop in which everything is there; what stands for each hole of an address."""
    fill(shop)
    admin = holder(shop.app, shop.secrets["all"])
    said = admin("POST", "/v1/manage/modules/hero/comments", {"text": "So?"}).get_json()["id"]
    wish = {"changes": [{"kind": "modules", "key": "hero"}]}
    waiting = [admin("POST", "/v1/manage/releases", {"name": name, **wish}).get_json()["id"] for name in "abc"]
    preview = admin("POST", "/v1/manage/previews", {"release": "drafts"}).get_json()["id"]
    hook = admin("GET", "/v1/manage/webhooks").get_json()["items"][0]["id"]
    join(shop.app, "bob", "viewer")
    with_password(shop)
    admin("POST", "/v1/manage/keys", {"name": "spare", "scopes": ["track"]})
    admin("PUT", "/v1/manage/roles/helper", {"grants": [{"actions": ["content.read"]}]})
    served = shop.house.releases.published()
    assert served is not None and GOOD
    shop.consent("ada")
    ada = admin("POST", "/v1/manage/people/find", {"anonymous_id": "ada"}).get_json()["profile_id"]
    return {
        "profile_id": [ada, "nothing"],
        "release": [*waiting, served.id, "nothing"],
        "comment": [said, "nothing"],
        "preview": [preview, "nothing"],
        "webhook": [hook, "nothing"],
        "session_id": ["nothing"],
        "layout": ["home", "mail", "nothing"],
    }


NAMES: Mapping[str, list[str]] = {
    "accounts": ["bob", "nobody"],
    "roles": ["helper", "viewer"],
    "keys": ["spare", "none"],
}


ONE_REQUEST = "Idempotency-Key"
"""A header that is not sent: whoever sends a value again has to send the very same request."""


def narrowed(document: dict[str, Any], names: Mapping[str, list[str]], shop: Shop) -> dict[str, Any]:
    """The document with names that there are in the holes of its addresses: so calls come further than to a 404."""
    paths = {path: _narrowed(path, dict(operations), names, shop) for path, operations in document["paths"].items()}
    components = document["components"]
    schemas = {name: _past(schema) for name, schema in components["schemas"].items()}
    schemas["Zone"] = {"enum": ["Europe/Berlin", "UTC"]}
    return {**document, "paths": paths, "components": {**components, "schemas": schemas}}


def _past(schema: dict[str, Any]) -> dict[str, Any]:
    """A call to the tracking API with moments of which both clocks say that they are over."""
    if "timestamp" not in schema.get("properties", {}):
        return schema
    moments = {name: {"enum": ["2025-01-01T00:00:00Z", None]} for name in ("timestamp", "sentAt")}
    return {**schema, "properties": {**schema["properties"], **moments}}


def _narrowed(path: str, operations: dict[str, Any], names: Mapping[str, list[str]], shop: Shop) -> dict[str, Any]:
    holes = operations.get("parameters", [])
    first = path.removeprefix("/v1/manage/").partition("/")[0]
    made = []
    for hole in holes:
        values = names.get(hole["name"])
        if hole["name"] == "kind" and "{key}" in path:
            values = ["modules", "rules"]
        elif hole["name"] == "key":
            kind = "modules" if first == "{kind}" else first
            values = [
                *[draft.key for draft in shop.house.contents.list(kind)][:4],
                "mobile",
                *(["a.svg"] if "asset" in kind else []),
            ]
        elif hole["name"] == "name":
            values = NAMES[first]
        made.append({**hole, "schema": {**hole["schema"], "enum": values}} if values else hole)
    sent = {method: _without(one, ONE_REQUEST) for method, one in operations.items() if method != "parameters"}
    return {**sent, "parameters": made}


def _without(operation: dict[str, Any], header: str) -> dict[str, Any]:
    kept = [one for one in operation.get("parameters", ()) if one.get("name") != header]
    return {**operation, "parameters": kept}


def problems(shop: Shop, run: Run) -> list[Found]:
    """Everything that is wrong, an entry for each operation and check."""
    names = world(shop)
    document = shop.get("/v1/manage/openapi.json").get_json()
    schema = schemathesis.openapi.from_dict(narrowed(document, names, shop), config=_config(shop, run))
    schema.__class__ = HouseSchema
    schema.app = shop.app
    for label in NOT_CALLED:
        method, path = label.split()
        schema = schema.exclude(method=method, path=path)

    found: dict[tuple[str, str], Found] = {}
    for event in from_schema(schema).execute():
        for one in _found(event, document):
            if one.check == "positive_data_acceptance" and one.operation in NOT_SAID:
                continue
            known = found.setdefault((one.operation, one.check), one)
            known.times += known is not one
    return sorted(found.values(), key=str)


def _config(shop: Shop, run: Run) -> SchemathesisConfig:
    checks: dict[str, dict[str, Any]] = {name: {"enabled": True} for name in CHECKS}
    # Content that has changed, and a link that is spent, say nothing of the form of a request: like a 404 and a 409.
    checks["negative_data_rejection"]["expected-statuses"] = [*NEGATIVE_DATA_REJECTION_EXPECTED_STATUSES, "410", "412"]
    checks["positive_data_acceptance"]["expected-statuses"] = [
        *POSITIVE_DATA_ACCEPTANCE_EXPECTED_STATUSES,
        "410",
        "412",
    ]
    return SchemathesisConfig.from_dict(
        {
            "seed": run.seed,
            "continue-on-failure": True,
            "headers": {"Authorization": f"Bearer {shop.secrets['all']}"},
            # No schema can say of every text in free JSON that it holds no U+0000; test_naughty sends it everywhere.
            "generation": {"max-examples": run.examples, "database": "none", "no-shrink": True, "allow-x00": False},
            "phases": {"stateful": {"enabled": False}},
            "cache": {"enabled": False},
            "checks": {"enabled": False, **checks},
        }
    )


def fits_the_document(case: Any, document: Mapping[str, Any]) -> bool:
    """Whether what is in the holes of an address is wrong only in so far as we know no such name."""
    holes = {hole["name"]: hole["schema"] for hole in document["paths"][case.operation.path].get("parameters", ())}
    data = case.meta.phase.data
    return "path" in str(data.parameter_location).lower() and all(
        Draft202012Validator(holes[name]).is_valid(str(value)) for name, value in case.path_parameters.items()
    )


def _found(event: Any, document: Mapping[str, Any]) -> Iterator[Found]:
    if isinstance(event, events.NonFatalError | events.FatalError):
        yield Found(getattr(event, "label", ""), "error", repr(event))
    if not isinstance(event, events.ScenarioFinished):
        return
    for case_id, nodes in event.recorder.checks.items():
        for node in nodes:
            if node.failure_info:
                case, call = event.recorder.cases[case_id].value, event.recorder.interactions[case_id]
                if node.name == "negative_data_rejection" and fits_the_document(case, document):
                    continue
                failure = node.failure_info.failure
                answer = call.response and f"{call.response.status_code} {call.response.content[:300]!r}"
                asked = f"{case.method} {case.formatted_path} {case.query} {case.body!r}"[:600]
                told = f"{failure.title}: {failure.message}"[:500].replace("\n", " ")
                yield Found(event.recorder.label, node.name, f"{told}\n    {asked}\n    {answer}")
