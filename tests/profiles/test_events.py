"""Calls as Segment's SDKs send them become events; what is wrong is refused by its field."""

from __future__ import annotations

import json
from typing import Any

import pytest

from profiles import PAGE_VIEWED, SCREEN_VIEWED, EventError, parse_call
from profiles.calls import MOST_DEEP

NOW = 1_750_000_000.0
"""2025-06-15T15:06:40Z"""

TRACK: dict[str, Any] = {
    "messageId": "ajs-next-1750000000000-abc",
    "anonymousId": "3f1c",
    "event": "Product Viewed",
    "properties": {"product_id": "17", "price": 4.5},
    "timestamp": "2025-06-15T15:06:30.000Z",
    "sentAt": "2025-06-15T15:06:40.000Z",
    "type": "track",
    "integrations": {"All": True},
    "context": {
        "library": {"name": "analytics.js", "version": "2"},
        "consent": {"categoryPreferences": {"personalization": True, "marketing": False}},
    },
}


def parse(kind: str = "track", **changes: Any) -> Any:
    return parse_call(kind, {**TRACK, **changes}, source="shop", received_at=NOW)


def refusal(kind: str = "track", **changes: Any) -> EventError:
    with pytest.raises(EventError) as caught:
        parse(kind, **changes)
    return caught.value


def test_a_track_call_of_the_browser_sdk() -> None:
    event = parse()
    assert (event.kind, event.name, event.at) == ("track", "Product Viewed", NOW - 10)
    assert event.aliases == ("anon:3f1c",)
    assert event.properties == {"product_id": "17", "price": 4.5}
    assert event.consent == {"personalization": True, "marketing": False}


def test_an_identify_call_names_both() -> None:
    event = parse("identify", userId="42", event=None, traits={"first_name": "Ann"})
    assert (event.kind, event.name) == ("identify", "")
    assert event.aliases == ("user:42", "anon:3f1c")
    assert event.traits == {"first_name": "Ann"}


def test_a_page_call_is_an_event_with_the_page_as_property() -> None:
    event = parse("page", event=None, name="Coffee", properties={"url": "https://shop.example/coffee"})
    assert event.name == PAGE_VIEWED
    assert event.properties == {"name": "Coffee", "url": "https://shop.example/coffee"}


def test_a_clock_that_runs_an_hour_slow_is_corrected() -> None:
    # The sender says 14:06:40 when it is 15:06:40.
    assert parse(timestamp="2025-06-15T14:06:30Z", sentAt="2025-06-15T14:06:40Z").at == NOW - 10


def test_what_the_python_sdk_sends_is_understood() -> None:
    from segment.analytics.client import Client

    client = Client("key", send=False)
    sent: list[Any] = []
    client._enqueue = _recording(client._enqueue, sent)  # type: ignore[method-assign]
    client.track("42", "Order Completed", {"total": 9.5})
    client.identify("42", {"first_name": "Ann"})
    client.page("42", "docs", "Home", {"url": "/"})
    client.shutdown()
    calls = json.loads(json.dumps(sent, default=lambda value: value.isoformat()))
    events = [parse_call(one["type"], one, source="server", received_at=4_000_000_000.0) for one in calls]
    assert [event.name for event in events] == ["Order Completed", "", PAGE_VIEWED]
    assert {event.user_id for event in events} == {"42"}
    assert len({event.message_id for event in events}) == 3


def _recording(enqueue: Any, sent: list[Any]) -> Any:
    def record(message: Any) -> Any:
        done = enqueue(message)
        sent.append(done[1])
        return done

    return record


def test_unknown_names_are_welcome() -> None:
    assert parse(event="Lantern Lit").name == "Lantern Lit"


def test_numbers_are_good_ids_and_empty_ones_are_none() -> None:
    assert parse(userId=42, anonymousId="").aliases == ("user:42",)


def test_no_timestamp_means_now() -> None:
    assert parse(timestamp=None, sentAt=None).at == NOW


def test_a_clock_that_is_a_decade_ahead_is_corrected_by_the_time_of_sending() -> None:
    assert parse(timestamp="2035-01-01T00:00:00Z", sentAt="2035-01-01T00:00:05Z").at == NOW - 5


def test_the_original_timestamp_counts_where_a_relay_sends_one() -> None:
    event = parse(timestamp="2025-06-15T15:00:00Z", originalTimestamp="2025-06-15T15:06:20Z")
    assert event.at == NOW - 20


@pytest.mark.parametrize(
    ("changes", "field", "message"),
    [
        ({"messageId": None}, "messageId", "event without id"),
        ({"messageId": "x" * 256}, "messageId", "usable"),
        ({"anonymousId": None}, "userId", "without a person"),
        ({"userId": ["42"]}, "userId", "not text"),
        ({"userId": True}, "userId", "not text"),
        ({"userId": "a\x00b"}, "userId", "usable"),
        ({"userId": "\ud800"}, "userId", "usable"),
        ({"event": None}, "event", "without a name"),
        ({"event": "   "}, "event", "without a name"),
        ({"event": 7}, "event", "without a name"),
        ({"event": "x\ny"}, "event", "usable"),
        ({"properties": []}, "properties", "not an object"),
        ({"properties": {"a": "\ud800"}}, "properties", "cannot be kept"),
        ({"properties": {"a": 10**30}}, "properties", "cannot be kept"),
        ({"traits": "x"}, "traits", "not an object"),
        ({"context": 1}, "context", "not an object"),
        ({"context": {"consent": True}}, "context.consent", "not an object"),
        ({"timestamp": "2035-01-01T00:00:00Z"}, "timestamp", "future (2035"),
        ({"timestamp": "9999-12-31T23:59:59Z", "sentAt": "1970-01-01T00:00:00Z"}, "timestamp", "future"),
        ({"timestamp": "yesterday"}, "timestamp", "not a date"),
        ({"timestamp": 1750000000}, "timestamp", "not a date"),
        ({"sentAt": "soon"}, "sentAt", "not a date"),
        (
            {"context": {"consent": {"categoryPreferences": {"marketing": "yes"}}}},
            "context.consent.categoryPreferences.marketing",
            "neither true nor false",
        ),
    ],
)
def test_what_is_wrong_is_refused_by_its_field(changes: dict[str, Any], field: str, message: str) -> None:
    error = refusal(**changes)
    assert error.field == field
    assert message in error.message
    assert error.remedy


def test_an_hour_of_future_is_forgiven_and_no_more() -> None:
    assert parse(timestamp="2025-06-15T16:06:40Z", sentAt=None).at == NOW + 3_600
    assert refusal(timestamp="2025-06-15T16:06:41Z", sentAt=None).field == "timestamp"


@pytest.mark.parametrize("body", [None, 7, "x", []])
def test_a_body_that_is_no_object_is_refused(body: Any) -> None:
    with pytest.raises(EventError, match="not an object"):
        parse_call("track", body, source="shop", received_at=NOW)


def test_other_kinds_of_calls_are_refused() -> None:
    assert refusal("sing").field == "type"


def test_a_screen_is_an_event_with_its_name_and_category() -> None:
    event = parse("screen", event=None, name="Basket", category="Shop", properties={"items": 2})
    assert (event.name, event.properties) == (SCREEN_VIEWED, {"name": "Basket", "category": "Shop", "items": 2})


def test_a_group_call_tells_of_the_group_and_is_no_event_of_its_own() -> None:
    event = parse("group", event=None, groupId=7, traits={"plan": "pro"})
    assert (event.name, event.group_id, event.traits) == ("", "7", {"plan": "pro"})


def test_an_earlier_id_may_be_that_of_a_user_or_not() -> None:
    event = parse("alias", event=None, anonymousId=None, userId="42", previousId="3f1c")
    assert event.aliases == ("user:42", "anon:3f1c", "user:3f1c")


@pytest.mark.parametrize(
    ("kind", "changes", "field"),
    [
        ("group", {}, "groupId"),
        ("group", {"groupId": ["a"]}, "groupId"),
        ("group", {"groupId": "a", "traits": 7}, "traits"),
        ("alias", {"previousId": "x"}, "userId"),
        ("alias", {"userId": "42", "anonymousId": None}, "previousId"),
        ("alias", {"userId": "42", "previousId": {}}, "previousId"),
        ("screen", {"properties": "x"}, "properties"),
    ],
)
def test_each_kind_says_what_it_needs(kind: str, changes: dict[str, Any], field: str) -> None:
    assert refusal(kind, **changes).field == field


def nested(levels: int) -> Any:
    value: Any = 1
    for number in range(levels):
        value = [value] if number % 2 else {"in": value}
    return value


@pytest.mark.parametrize("name", ["properties", "traits", "context", "integrations", "anything"])
def test_what_is_nested_too_deeply_is_refused_by_its_field(name: str) -> None:
    assert parse(**{name: {"in": nested(MOST_DEEP - 1)}})
    assert refusal(**{name: {"in": nested(MOST_DEEP)}}).field == name
    assert refusal(**{name: {"in": nested(900)}}).field == name


def test_traits_beside_an_identify_call_count_as_rudderstack_sends_them() -> None:
    context = {"traits": {"first_name": "Ann", "plan": "free"}}
    assert parse("identify", context=context, traits={"plan": "pro"}).traits == {"first_name": "Ann", "plan": "pro"}
    assert parse("track", context=context).traits == {}
    assert refusal("identify", context={"traits": 7}).field == "context.traits"


@pytest.mark.parametrize("value", [None, {}, {"All": True, "Mixpanel": {"x": 1}}, [], "none", 7])
def test_integrations_are_nobodys_business(value: Any) -> None:
    assert parse(integrations=value) == parse()


@pytest.mark.parametrize(
    ("stamp", "sender"),
    [
        ("2025-06-15T15:06:30Z", "Go without a fraction"),
        ("2025-06-15T15:06:30.000Z", "JavaScript, Kotlin, Swift, Ruby"),
        ("2025-06-15T15:06:30.000000+00:00", "Python"),
        ("2025-06-15T17:06:30+02:00", "PHP"),
        ("2025-06-15T15:06:30.0000000Z", ".NET"),
        ("2025-06-15T15:06:30.000000000Z", "Go"),
        ("2025-06-15T15:06:30.000+0000", "Java"),
        ("2025-06-15T15:06:30", "Python without a zone"),
    ],
)
def test_the_moment_is_read_as_each_sdk_writes_it(stamp: str, sender: str) -> None:
    assert parse(timestamp=stamp).at == NOW - 10, sender


def test_the_kept_body_is_all_that_is_needed_to_fold_it_again() -> None:
    assert json.loads(parse().body()) == {
        "anonymous_id": "3f1c",
        "properties": {"product_id": "17", "price": 4.5},
        "consent": {"personalization": True, "marketing": False},
    }


def test_what_is_told_at_once_never_lies_in_the_future() -> None:
    """Rules do not see the future: rounding up by half a millisecond would hide an event from the next answer."""
    for fraction in range(1, 100):
        now = 1_750_000_000 + fraction / 97.0
        stamp = "2025-06-15T15:06:40.123Z"
        call = {"messageId": "m", "anonymousId": "a", "event": "E", "timestamp": stamp, "sentAt": stamp}
        assert parse_call("track", call, source="s", received_at=now).at <= now
