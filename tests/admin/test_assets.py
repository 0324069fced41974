"""A picture is uploaded with what is said of it, in one step; what is wrong with either is told at once."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text

from modules import KINDS
from pictures import facts_of, tells_place
from storage import Database
from tests.pictures.drawn import drawn, located, scene

from .conftest import Editor

PHOTO = drawn("jpeg", scene((80, 60)))
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"/>\n'
DOT = {"alt.en": "A dot"}


@pytest.fixture
def upload(app: Flask) -> Any:
    def send(content: bytes, name: str = "photo.jpg", role: str = "admin", **fields: Any) -> Any:
        named = {key.replace("__", "."): value for key, value in fields.items()}
        form = {"file": (BytesIO(content), name), **named}
        return app.test_client().post(
            "/v1/manage/assets",
            data=form,
            headers={"Authorization": f"Bearer {role}"},
            content_type="multipart/form-data",
        )

    return send


def errors(answer: Any) -> dict[str, str]:
    assert answer.status_code == 422, answer.text
    return {error["pointer"]: error["message"] for error in answer.json["errors"]}


def test_a_picture_and_what_is_said_of_it_are_kept_together(upload: Any, editor: Editor) -> None:
    said = {"title": "Coffee", "credit": "Ann", "note": "until 2027", "tags": ["coffee", " morning "]}
    place = {"focal__x": "0.3", "focal__y": "0.25"}
    answer = upload(PHOTO, "Kaffee am Fenster.JPEG", alt__en="A cup", alt__de="Eine Tasse", **said, **place)
    assert answer.status_code == 201
    assert answer.headers["Location"] == "/v1/manage/assets/kaffee-am-fenster.jpg"
    assert answer.json["facts"] == {
        "format": "jpeg", "media_type": "image/jpeg", "width": 80, "height": 60, "frames": 1, "alpha": False,
    }  # fmt: skip
    assert (answer.json["cleaned"], answer.json["warnings"]) == (False, [])
    kept = editor("GET", "/assets/kaffee-am-fenster.jpg")
    assert kept.data == PHOTO and kept.headers["ETag"] == answer.headers["ETag"] == f'"{answer.json["digest"]}"'
    details = editor("GET", "/asset-details/kaffee-am-fenster.jpg")
    assert details.headers["ETag"] == f'"{answer.json["details"]}"'
    assert details.json == {
        "title": "Coffee", "credit": "Ann", "note": "until 2027", "alt": {"en": "A cup", "de": "Eine Tasse"},
        "focal": {"x": 0.3, "y": 0.25}, "tags": ["coffee", "morning"],
    }  # fmt: skip


@pytest.mark.parametrize(
    ("name", "content", "key"),
    [
        ("IMG_2041.jpg", PHOTO, "img-2041.jpg"),
        ("photo.png", PHOTO, "photo.jpg"),
        ("Ünïcödé — ✓.jpg", PHOTO, "unicode.jpg"),
        ("☕.jpg", PHOTO, "picture.jpg"),
        ("Logo (final).svg", SVG, "logo-final.svg"),
        ("../../etc/passwd", PHOTO, "passwd.jpg"),
        ("x" * 300 + ".jpg", PHOTO, "x" * 80 + ".jpg"),
    ],
)
def test_a_key_is_made_of_the_name_of_the_file_and_the_format_of_its_bytes(
    upload: Any, name: str, content: bytes, key: str
) -> None:
    assert upload(content, name, **DOT).json["key"] == key


def test_a_name_that_is_taken_gets_a_number_and_a_key_that_is_taken_is_refused(upload: Any, editor: Editor) -> None:
    keys = [upload(PHOTO, "photo.jpg", **DOT).json["key"] for _ in range(3)]
    assert keys == ["photo.jpg", "photo-2.jpg", "photo-3.jpg"]
    again = upload(drawn("jpeg"), key="photo.jpg", **DOT)
    assert again.status_code == 409 and "photo.jpg" in again.json["detail"]
    assert editor("GET", "/assets/photo.jpg").data == PHOTO


def test_where_a_picture_was_taken_is_taken_out_and_told(upload: Any, editor: Editor) -> None:
    photo = located("jpeg", "exif")
    refused = editor("PUT", "/assets/here.jpg", photo, Content_Type="image/jpeg")
    assert "where it was taken" in errors(refused)[""]
    answer = upload(photo, "here.jpg", **DOT)
    assert answer.json["cleaned"] is True
    kept = editor("GET", "/assets/here.jpg").data
    assert not tells_place(kept) and facts_of(kept) == facts_of(photo)
    film = upload(PHOTO + b"\0\0\0\x18ftypmp42", "moving.jpg", **DOT)
    assert film.json["cleaned"] is True and editor("GET", "/assets/moving.jpg").data == PHOTO


@pytest.mark.parametrize(
    ("fields", "pointer"),
    [
        ({}, "/alt"),
        ({"alt__en": ""}, "/alt/en"),
        ({"alt__en": "x", "decorative": "true"}, "/decorative"),
        ({"decorative": "maybe"}, "/decorative"),
        ({"alt__en": "x", "focal__x": "0.5"}, "/focal/y"),
        ({"alt__en": "x", "focal__x": "0.5", "focal__y": "low"}, "/focal/y"),
        ({"alt__en": "x", "titel": "y"}, "/titel"),
        ({"alt__English": "x"}, "/alt/English"),
    ],
)
def test_what_is_said_wrongly_is_named_and_nothing_is_kept(
    upload: Any, editor: Editor, fields: dict[str, Any], pointer: str
) -> None:
    assert pointer in errors(upload(PHOTO, **fields))
    assert editor("GET", "/assets").json["items"] == []


def test_everything_wrong_is_told_at_once(upload: Any) -> None:
    found = errors(upload(PHOTO[:200], "photo.jpg"))
    assert set(found) == {"/file", "/alt"} and "damaged" in found["/file"]
    assert "not a jpeg picture" in errors(upload(b"<html>", "page.jpg", **DOT))["/file"]
    assert "not a png picture but jpg" in errors(upload(PHOTO, key="photo.png", **DOT))["/file"]
    assert (
        "<script>"
        in errors(upload(b'<svg xmlns="http://www.w3.org/2000/svg"><script/></svg>', "a.svg", **DOT))["/file"]
    )


def test_a_decoration_needs_no_words(upload: Any, editor: Editor) -> None:
    assert upload(SVG, "line.svg", decorative="true").status_code == 201
    assert editor("GET", "/asset-details/line.svg").json == {"decorative": True}


def test_what_is_no_form_with_one_file_is_refused(app: Flask, editor: Editor, upload: Any) -> None:
    assert editor("POST", "/assets", {"file": "x"}).status_code == 415
    client, known = app.test_client(), {"Authorization": "Bearer admin"}
    for form in (DOT, {**DOT, "picture": (BytesIO(PHOTO), "a.jpg")}):
        answer = client.post("/v1/manage/assets", data=form, headers=known, content_type="multipart/form-data")
        assert "/file" in errors(answer)
    assert upload(PHOTO, key="run.exe", **DOT).status_code == 422
    assert upload(PHOTO, role="viewer", **DOT).status_code == 403


def test_an_upload_is_told_once_and_a_new_file_as_a_replacement(
    upload: Any, editor: Editor, database: Database
) -> None:
    upload(PHOTO, "photo.jpg", **DOT)
    editor("PUT", "/assets/photo.jpg", drawn("jpeg"), Content_Type="image/jpeg")
    with database.read() as connection:
        told = connection.execute(text("SELECT topic, entity FROM outbox ORDER BY seq")).all()
        acts = connection.execute(text("SELECT action, what FROM audit_log ORDER BY seq")).all()
    saved = [("assets/photo.jpg"), ("asset-details/photo.jpg"), ("assets/photo.jpg")]
    assert [tuple(row) for row in told] == [
        *(("content.saved", name) for name in saved),
        ("asset.replaced", "assets/photo.jpg"),
    ]
    assert [row.what for row in acts] == saved


def test_the_name_of_a_picture_says_where_it_is_used(upload: Any, editor: Editor) -> None:
    upload(PHOTO, "photo.jpg", **DOT)
    editor("PUT", "/types/card", {"title": "Card", "fields": {"image": {"kind": "image"}}})
    card = {"type": "card", "locales": {"en": {"image": {"asset": "photo.jpg"}}}}
    assert editor("PUT", "/modules/card", card).status_code == 201
    users = {(use["kind"], use["key"]) for use in editor("GET", "/assets/photo.jpg/usage").json["items"]}
    assert users == {("modules", "card"), ("asset-details", "photo.jpg")}
    french = {**card, "locales": {**card["locales"], "fr": {"image": {"asset": "photo.jpg"}}}}
    assert "/locales/fr/image/alt" in errors(editor("PUT", "/modules/card", french))


def test_details_can_be_changed_like_all_content(upload: Any, editor: Editor) -> None:
    upload(PHOTO, "photo.jpg", **DOT)
    tag = editor("GET", "/asset-details/photo.jpg").headers["ETag"]
    changed = editor("PUT", "/asset-details/photo.jpg", {"alt": {"en": "A red dot"}}, If_Match=tag)
    assert changed.status_code == 200
    assert "/alt" in errors(editor("PUT", "/asset-details/photo.jpg", {"title": "x"}))
    assert "asset-details" in KINDS
