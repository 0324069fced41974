"""The page that a one-time link opens: choose a password. It needs nothing but itself."""

from __future__ import annotations

import base64
from hashlib import sha256
from typing import Final

from flask import Response
from flask_smorest import Blueprint

SCRIPT: Final = """
const form = document.querySelector("form"), told = document.querySelector("output");
form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const [password, again] = form.querySelectorAll("input");
  if (password.value !== again.value) { told.textContent = "The two are not the same."; return; }
  const answer = await fetch("/v1/manage/session/link", {
    method: "POST", headers: {"Content-Type": "application/json"},
    body: JSON.stringify({token: location.hash.slice(1), password: password.value}),
  });
  if (answer.ok) { form.hidden = true; told.textContent = "It is yours. You can sign in with it now."; return; }
  const problem = await answer.json();
  told.textContent = problem.errors ? problem.errors.map((one) => one.message).join("; ") : problem.detail;
});
"""
PAGE: Final = f"""<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Choose a password</title>
<meta name="viewport" content="width=device-width, initial-scale=1"></head><body><main><h1>Choose a password</h1>
<form><p><label>Password<br><input type="password" autocomplete="new-password" required minlength="12"></label></p>
<p><label>Once more<br><input type="password" autocomplete="new-password" required minlength="12"></label></p>
<p><button>Choose it</button></p></form><output role="status"></output></main><script>{SCRIPT}</script></body></html>
"""
POLICY: Final = (
    "default-src 'none'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; "
    f"script-src 'sha256-{base64.b64encode(sha256(SCRIPT.encode()).digest()).decode()}'"
)


def link_of(url: str, token: str) -> str:
    """The address of the page for a token. Behind the `#` it is told to no server, and stands in no log."""
    return f"{url.rstrip('/')}/v1/manage/signin/link#{token}"


def add_link_page(blueprint: Blueprint) -> None:
    """Add the page."""

    @blueprint.route("/signin/link", methods=["GET"])
    @blueprint.response(200, description="A page")
    def link_page() -> Response:
        """The page that a one-time link opens: choose a password"""
        answer = Response(PAGE, content_type="text/html; charset=utf-8")
        answer.headers["Content-Security-Policy"] = POLICY
        answer.headers["Referrer-Policy"] = "no-referrer"
        answer.headers["X-Content-Type-Options"] = "nosniff"
        return answer
