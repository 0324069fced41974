"""The reference: a Flask application with one route that returns 2 KB."""

from flask import Flask, Response

app = Flask("bare")
BODY = b'{"words": "' + b"x" * 2_034 + b'"}'


@app.get("/bare")
def bare() -> Response:
    """Two kilobytes of JSON."""
    return Response(BODY, content_type="application/json")
