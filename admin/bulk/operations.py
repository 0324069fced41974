"""Operations as they were asked for, and results as they are told."""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from flask import current_app
from werkzeug.datastructures import ETags

from admin.bulk.schemas import BODIES
from admin.content.saving import Saved
from admin.errors import ContentRefused, EditConflict, ReleaseRefused, StaleEdit
from admin.refusals import NotDone
from admin.requests.conditions import Condition
from admin.sight.visible import write_json
from modules import Archived, BadKey, Name, UnknownContent
from rules import Finding

Result = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation; `at` leads to it in the request, and `wish` is all that was sent."""

    at: str
    op: str
    name: Name
    wish: Mapping[str, Any]

    @property
    def content(self) -> bytes:
        """The bytes to save."""
        if "content" in self.wish:
            return write_json(self.wish["content"])
        if "text" in self.wish:
            return str(self.wish["text"]).encode("utf-8", "surrogatepass")
        return base64.b64decode(self.wish["base64"])

    @property
    def condition(self) -> Condition:
        """What must hold for it."""
        match = self.wish.get("if_match")
        return Condition(
            None if match is None else ETags([match.strip('"')], star_tag=match == "*"),
            ETags(star_tag=True) if "if_none_match" in self.wish else None,
        )

    @property
    def override(self) -> str:
        """Why it is to be done although something speaks against it."""
        return self.wish.get("override") or ""

    def saved(self, saved: Saved) -> Result:
        """What became of a save."""
        body, status, _ = saved
        revision = {name: value for name, value in body.items() if name != "warnings"}
        return self.done(status, etag=revision["digest"], revision=revision, warnings=body["warnings"])

    def done(self, status: int, **more: Any) -> Result:
        """What became of it."""
        kind, key = self.name
        return {"op": self.op, "kind": kind, "key": key, "status": status, **more}

    def refused(self, error: Exception) -> Result:
        """What becomes of it when this was raised: what the single call would be told, with pointers into this one."""
        response = current_app.make_response(current_app.handle_user_exception(self._pointed(error)))
        return self.done(response.status_code, problem=response.get_json(force=True, silent=True) or {})

    def attempt(self, do: Callable[[], Result]) -> Result:
        """Do it, whatever becomes of it."""
        try:
            return do()
        except Exception as error:  # noqa: BLE001 -- told as a problem, as that of a request is; the others go on
            return self.refused(error)

    def undone(self) -> Result:
        """What becomes of it when it is right and another one is not."""
        return self.refused(NotDone())

    def _pointed(self, error: Exception) -> Exception:
        """The same error; what it says of a place in its own request is said of the place in this one."""
        match error:
            case ContentRefused():
                at = f"{self.at}/{next(name for name in BODIES if name in self.wish)}"
                return ContentRefused(error.kind, error.key, [one.below(at) for one in error.findings])
            case EditConflict():
                at = f"{self.at}/{next(name for name in BODIES if name in self.wish)}"
                error.findings = tuple(one.below(at) for one in error.findings)
            case ReleaseRefused():
                ours = (one.pointer.removeprefix("/changes/0") for one in error.findings)
                return ReleaseRefused(
                    [Finding(self.at + at, f.message, f.remedy) for at, f in zip(ours, error.findings, strict=True)]
                )
            case StaleEdit():
                condition = "if_none_match" if "if_none_match" in self.wish else "if_match"
                error.findings = (Finding(f"{self.at}/{condition}", str(error), "read it again"),)
            case BadKey() | UnknownContent() | Archived():
                part = "kind" if error.key is None else "key"
                setattr(error, "findings", (Finding(f"{self.at}/{part}", str(error), ""),))  # noqa: B010 -- told beside it
        return error


def operations_of(body: Mapping[str, Any]) -> list[Operation]:
    """The operations of a call."""
    return [
        Operation(f"/operations/{number}", wish["op"], (wish["kind"], wish["key"]), wish)
        for number, wish in enumerate(body["operations"])
    ]
