"""What a picture is, is known without reading it: noted when it is saved, and later of what was saved before."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import text

from modules import ContentStore, digest_of
from pictures import Facts
from storage import Blobs, Database
from tests.pictures.drawn import drawn, exif, scene

PHOTO = drawn("jpeg", scene((64, 48)), exif=exif(turned=6))
GLASS = drawn("png", scene((8, 4), mode="RGBA"))
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 30 20"/>'


def test_facts_are_noted_when_a_picture_is_saved(database: Database, tmp_path: Path) -> None:
    store = ContentStore(database, Blobs(tmp_path))
    store.put_all(
        {("assets", "a.jpg"): PHOTO, ("assets", "b.svg"): SVG, ("assets", "c.png"): GLASS}, author="a", now=1.0
    )
    for path in tmp_path.glob("*/*"):
        path.unlink()
    assert store.facts([digest_of(PHOTO), digest_of(SVG), digest_of(GLASS), "0" * 64]) == {
        digest_of(PHOTO): Facts("jpeg", "image/jpeg", 48, 64),
        digest_of(SVG): Facts("svg", "image/svg+xml", 30, 20),
        digest_of(GLASS): Facts("png", "image/png", 8, 4, alpha=True),
    }


def test_facts_of_what_was_saved_before_are_noted_when_they_are_asked_for(database: Database, tmp_path: Path) -> None:
    store = ContentStore(database, Blobs(tmp_path))
    store.put("assets", "a.jpg", PHOTO, author="a", now=1.0)
    store.put("assets", "b.jpg", b"no picture", author="a", now=1.0)
    with database.write() as connection:
        connection.execute(text("DELETE FROM picture_facts"))
    wanted = [digest_of(PHOTO), digest_of(b"no picture")]
    assert store.facts(wanted) == {digest_of(PHOTO): Facts("jpeg", "image/jpeg", 48, 64)}
    Blobs(tmp_path).path(digest_of(PHOTO)).unlink()
    assert store.facts(wanted)[digest_of(PHOTO)].height == 64, "noted for good"
