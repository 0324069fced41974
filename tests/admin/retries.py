"""A request that makes something, and what may come between a view and its answer."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Flask

from tests.admin.conftest import Editor, build

KEY = "0d5d4f6a-one"
HOOK = {"url": "https://example.com/hooks", "topics": ["*"]}


def hook(editor: Editor, key: str = KEY, **other: Any) -> Any:
    return editor("POST", "/webhooks", {**HOOK, **other}, Idempotency_Key=key)


class Slip:
    """What is to happen right before a view, or between it and its answer."""

    before: Callable[[], Any] | None = None
    after: Callable[[], Any] | None = None


def wrapped(app: Flask, endpoint: str) -> Slip:
    """Put something around a view; the view itself stays as it is."""
    slip, view = Slip(), app.view_functions[endpoint]

    def around(**named: Any) -> Any:
        told = slip.before() if slip.before else None
        if told is not None:
            return told
        answer = view(**named)
        if slip.after:
            slip.after()
        return answer

    app.view_functions[endpoint] = around
    return slip


def build_again(app: Flask) -> Flask:
    """Another worker over the database of this one."""
    like = app.extensions["idempotency"]
    return build(app.extensions["database"], clock=like.clock)
