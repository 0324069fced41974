"""Signatures are those of Standard Webhooks, and a message stays the same message."""

from __future__ import annotations

from dataclasses import replace

import orjson
import pytest

from connectors.webhooks.patience import LONGEST, asked_for, backoff
from connectors.webhooks.signing import body_of, headers_of, id_of, secret_of, signature
from connectors.webhooks.values import Message

MESSAGE = Message(7, "content.saved", "modules/hero", 1_700_000_000.25, {"version": 3})


def test_a_signature_is_the_one_of_the_standard_s_own_example() -> None:
    """From the reference libraries' tests."""
    made = signature(
        "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
        "msg_p5jXN8AQM9LWM0D4loKWxJek",
        1614265330,
        b'{"test": 2432232314}',
    )
    assert made == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_each_secret_signs_and_the_newest_comes_first() -> None:
    old, new = secret_of(b"o" * 32), secret_of(b"n" * 32)
    headers = headers_of(MESSAGE, b"{}", (new, old), 1_700_000_100.9)
    assert headers["webhook-timestamp"] == "1700000100"
    assert headers["webhook-signature"].split(" ") == [
        signature(secret, headers["webhook-id"], 1_700_000_100, b"{}") for secret in (new, old)
    ]


def test_a_message_is_the_same_in_every_attempt_and_another_in_a_database_made_anew() -> None:
    assert id_of(MESSAGE) == id_of(replace(MESSAGE)) != id_of(replace(MESSAGE, at=MESSAGE.at + 1))
    assert "." not in id_of(MESSAGE)
    assert orjson.loads(body_of(MESSAGE)) == {
        "type": "content.saved",
        "timestamp": "2023-11-14T22:13:20.250000Z",
        "entity": "modules/hero",
        "cursor": 7,
        "data": {"version": 3},
    }


def test_waiting_doubles_within_full_jitter_up_to_a_limit() -> None:
    assert [backoff(tries, 1.0) for tries in (1, 2, 3, 4)] == [2.0, 4.0, 8.0, 16.0]
    assert backoff(3, 0.0) == 0.0
    assert backoff(3, 0.25) == 2.0
    assert backoff(10_000, 1.0) == LONGEST


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("120", 120.0),
        (" 0 ", 0.0),
        ("Tue, 14 Nov 2023 22:15:20 GMT", 120.0),
        ("Tue, 14 Nov 2023 22:00:00 GMT", 0.0),
        ("99999999999999999999", 86_400.0),
        ("-5", None),
        ("soon", None),
        ("", None),
        (None, None),
    ],
)
def test_a_pause_is_asked_for_in_seconds_or_by_a_date(header: str | None, seconds: float | None) -> None:
    assert asked_for(header, 1_700_000_000.0) == seconds
