"""The cookies of management. Over https they are `__Host-` ones: of this host alone, never sent in the clear."""

from __future__ import annotations

from typing import Final

from flask import Request, Response, after_this_request

SESSION: Final = "intarsia"
STATE: Final = "intarsia-oidc"
STATE_LIVES: Final = 600


def session_token(request: Request, url: str) -> str:
    """The secret of the session that a request brings, empty for none; `url` is the public address of management."""
    return request.cookies.get(_named(SESSION, url), "")


def state_token(request: Request, url: str) -> str:
    """The state of a sign-in that is away at the provider."""
    return request.cookies.get(_named(STATE, url), "")


def keep_session(token: str, url: str) -> None:
    """Give the secret of a session to the browser with this answer; with an empty one, take it away."""
    _keep(SESSION, token, url, None)


def keep_state(state: str, url: str) -> None:
    """The same for the state of a sign-in."""
    _keep(STATE, state, url, STATE_LIVES)


def _keep(name: str, value: str, url: str, seconds: int | None) -> None:
    @after_this_request
    def put(response: Response) -> Response:
        # Lax: it comes along when somebody follows a link to us, or comes back from the provider; not with a form.
        response.set_cookie(
            _named(name, url),
            value,
            max_age=0 if not value else seconds,
            path="/",
            httponly=True,
            secure=_secure(url),
            samesite="Lax",
        )
        response.headers["Cache-Control"] = "no-store"
        return response


def _named(name: str, url: str) -> str:
    return f"__Host-{name}" if _secure(url) else name


def _secure(url: str) -> bool:
    return url.startswith("https:")
