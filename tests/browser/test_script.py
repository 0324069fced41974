"""The script as a file: it is what its source says, it is small, and any page may load it."""

from __future__ import annotations

import base64
import gzip
import hashlib
from pathlib import Path

from service.app import create_app
from service.browser import SCRIPT
from service.settings import Settings
from tests.browser.conftest import SOURCE

ROOT = Path(__file__).parents[2]
MOST_BYTES = 8_000


def test_the_script_that_is_served_is_what_its_source_builds(fresh_build: bytes) -> None:
    built = (SOURCE / SCRIPT).read_bytes()
    assert built == fresh_build, "run `npm run build` in service/browser"


def test_it_is_small_and_never_makes_code_of_text() -> None:
    built = (SOURCE / SCRIPT).read_bytes()
    assert len(gzip.compress(built, 9)) < MOST_BYTES
    assert not [word for word in (b"eval(", b"Function(", b"document.cookie", b"document.write") if word in built]


def test_the_manual_tells_its_digest() -> None:
    digest = base64.b64encode(hashlib.sha384((SOURCE / SCRIPT).read_bytes()).digest()).decode()
    assert f"sha384-{digest}" in (ROOT / "docs/browser.md").read_text(encoding="utf-8")


def test_pages_of_any_origin_load_it_and_caches_keep_it(tmp_path: Path) -> None:
    app = create_app(Settings(data_dir=tmp_path, redis_url=""), watch=False)
    client, built = app.test_client(), (SOURCE / SCRIPT).read_bytes()
    plain = client.get(f"/{SCRIPT}")
    assert (plain.status_code, plain.data, plain.content_type) == (200, built, "text/javascript; charset=utf-8")
    assert plain.headers["Access-Control-Allow-Origin"] == "*"
    assert plain.headers["Cache-Control"].startswith("public, max-age=3600")
    packed = client.get(f"/{SCRIPT}", headers={"Accept-Encoding": "gzip"})
    assert gzip.decompress(packed.data) == built and packed.headers["Content-Encoding"] == "gzip"
    assert packed.headers["ETag"] != plain.headers["ETag"]
    again = client.get(f"/{SCRIPT}", headers={"If-None-Match": plain.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    app.extensions["intarsia"].close()
