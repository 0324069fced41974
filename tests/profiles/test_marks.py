"""What a call tells of who somebody is: normalised, hashed with a key, and believed of trusted sources alone."""

from __future__ import annotations

from typing import Any

import pytest

from profiles import EventError, Marks, parse_call
from profiles.identity.marks import email_of, is_placeholder, phone_of
from storage import Vault

MARKS = Marks(Vault(b"s" * 32).mark, ["server"])
DEVICE = "3f1c9a7e-0000-4000-8000-000000000001"


def marks(kind: str = "identify", source: str = "server", **call: Any) -> list[str]:
    return [name.split(":")[0] for name in MARKS.of(kind, call, source)]


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("  Ann@Example.COM ", "ann@example.com"),
        ("ann@BÜCHER.example", "ann@xn--bcher-kva.example"),
        ("ａｎｎ@example.com", "ann@example.com"),
        ("ann.lee+shop@gmail.com", "ann.lee+shop@gmail.com"),
        ("ann@example", None),
        ("ann@@example.com", None),
        ("@example.com", None),
        ("ann", None),
        ("a" * 65 + "@example.com", None),
    ],
)
def test_addresses_are_compared_in_one_form(text: str, plain: str | None) -> None:
    assert email_of(text) == plain


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("+49 (0)30 123-4567", "+49301234567"),
        ("0049 30 1234567", "+49301234567"),
        ("+1 (415) 555-2671", "+14155552671"),
        ("030 1234567", None),
        ("+0301234567", None),
        ("+49 30 call me", None),
        ("+1234567890123456", None),
    ],
)
def test_phone_numbers_are_compared_in_e164(text: str, plain: str | None) -> None:
    assert phone_of(text) == plain


@pytest.mark.parametrize("text", ["null", " Undefined", "00000000-0000-0000-0000-000000000000", "ffffffff"])
def test_what_programs_send_where_they_know_nothing_is_nobody(text: str) -> None:
    assert is_placeholder(text)
    assert marks(context={"device": {"id": text}}) == []


def test_verified_is_what_a_trusted_source_calls_verified() -> None:
    told = {"traits": {"email": "ann@example.com", "phone": "+14155552671", "email_verified": True}}
    assert marks(**told) == ["email"]
    assert marks(source="browser", **told) == []
    assert marks(traits={"email": "ann@example.com"}) == []
    assert marks(traits={"email": "ann@example.com", "email_verified": "true"}) == []
    assert marks("group", **told) == []
    assert marks(context={"traits": {"phone": "+1 415 555 2671", "phoneVerified": True}}) == ["phone"]


def test_a_device_is_known_by_its_id_and_by_its_advertising_id_where_that_is_agreed_to() -> None:
    device = {"id": DEVICE, "advertisingId": DEVICE.replace("3", "4")}
    assert marks(source="app", context={"device": device}) == ["device"]
    assert marks(source="app", context={"device": {**device, "adTrackingEnabled": True}}) == ["device", "device"]
    assert marks(source="app", context={"device": {**device, "adTrackingEnabled": False}}) == ["device"]


def test_ids_elsewhere_are_told_apart_by_type_and_collection() -> None:
    ids = [{"id": "7", "type": "crm"}, {"id": "7", "type": "crm", "collection": "accounts"}, {"id": "7", "type": "erp"}]
    told = MARKS.of("track", {"context": {"externalIds": [*ids, ids[0], {"id": 7}, "7", {"type": "crm"}]}}, "server")
    assert len(told) == len(set(told)) == 3
    assert MARKS.of("track", {"context": {"externalIds": ids}}, "browser") == ()


def test_names_are_keyed_hashes_of_their_kind() -> None:
    (name,) = MARKS.of("track", {"context": {"device": {"id": DEVICE}}}, "app")
    assert name.startswith("device:")
    assert DEVICE not in name
    assert Marks(Vault(b"t" * 32).mark).of("track", {"context": {"device": {"id": DEVICE}}}, "app") != (name,)


@pytest.mark.parametrize("junk", [None, 1, "x", [], [1], {"device": 3}, {"device": {"id": ["x"]}}, {"externalIds": {}}])
def test_junk_is_no_name_and_no_error(junk: Any) -> None:
    assert marks(context=junk, traits=junk) == []


def test_an_event_keeps_its_names(clock: Any) -> None:
    body = {"messageId": "m", "userId": "ann", "traits": {"email": "ann@example.com", "email_verified": True}}
    event = parse_call("identify", body, source="server", received_at=1.0, marks=MARKS.of)
    assert [name.split(":")[0] for name in event.aliases] == ["user", "email"]
    assert b"email:" in event.body()


@pytest.mark.parametrize("nothing", ["null", "undefined", "[object Object]", "00000000-0000-0000-0000-000000000000"])
def test_everybody_whose_page_sends_undefined_is_not_one_person(nothing: str) -> None:
    body = {"messageId": "m", "userId": nothing, "anonymousId": "a1"}
    assert parse_call("identify", body, source="s", received_at=1.0).aliases == ("anon:a1",)
    with pytest.raises(EventError, match="without a person"):
        parse_call("identify", {**body, "anonymousId": None}, source="s", received_at=1.0)
