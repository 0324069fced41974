"""Operations of bulk calls, short to write."""

from __future__ import annotations

from typing import Any

from tests.admin.conftest import Editor

PICTURE = b'<svg xmlns="http://www.w3.org/2000/svg" width="1" height="1"><rect width="1" height="1"/></svg>'


def module(heading: Any = "Hello", **more: Any) -> dict[str, Any]:
    return {"type": "hero", "locales": {"en": {"heading": heading}}, **more}


def save(kind: str, key: str, content: Any, **more: Any) -> dict[str, Any]:
    return {"op": "save", "kind": kind, "key": key, "content": content, **more}


def bulk(editor: Editor, *operations: dict[str, Any], status: int = 200, **more: Any) -> list[dict[str, Any]]:
    answer = editor("POST", "/bulk", {"operations": list(operations), **more})
    assert answer.status_code == status, answer.text
    results: list[dict[str, Any]] = answer.get_json()["results"]
    return results


def statuses(results: list[dict[str, Any]]) -> list[int]:
    return [one["status"] for one in results]
