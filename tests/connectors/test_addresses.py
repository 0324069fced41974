"""Only public addresses are told, whatever a name, a number or a resolver says."""

from __future__ import annotations

import pytest

from connectors.webhooks.addresses import AddressRefused, Guard
from connectors.webhooks.values import BadWebhook

REFUSED = [
    "127.0.0.1",
    "127.8.8.8",
    "0.0.0.0",
    "10.0.0.1",
    "172.16.0.1",
    "192.168.1.1",
    "100.64.0.1",
    "169.254.169.254",
    "192.0.2.1",
    "192.88.99.1",
    "198.18.0.1",
    "224.0.0.1",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::127.0.0.1",
    "::ffff:10.0.0.1",
    "::ffff:127.0.0.1",
    "64:ff9b::7f00:1",
    "64:ff9b:1::a00:1",
    "100::1",
    "2001:0:4136:e378:8000:63bf:3fff:fdd2",
    "2001:db8::1",
    "2002:7f00:1::",
    "2002:a00:1::1",
    "3fff::1",
    "5f00::1",
    "fc00::1",
    "fd12:3456::1",
    "fe80::1",
    "fe80::1%eth0",
    "fec0::1",
    "ff02::1",
]
PUBLIC = ["8.8.8.8", "1.1.1.1", "172.32.0.1", "2606:4700::1111", "2a00:1450:4001::1", "::ffff:8.8.8.8"]
OURS = ["127.0.0.1", "10.0.0.1", "192.168.1.1", "::1", "fd12:3456::1", "::ffff:127.0.0.1"]
NEVER = ["169.254.169.254", "fe80::1", "0.0.0.0", "::", "224.0.0.1", "ff02::1", "64:ff9b::7f00:1", "2002:7f00:1::"]


@pytest.mark.parametrize("address", REFUSED)
def test_an_address_that_is_not_public_is_refused(address: str) -> None:
    assert not Guard().allows(address)
    with pytest.raises(AddressRefused, match="not a public address"):
        Guard().resolve("example.com", 443, lambda *_: [address])


@pytest.mark.parametrize("address", PUBLIC)
def test_a_public_address_is_allowed(address: str) -> None:
    assert Guard().allows(address)
    assert Guard().resolve("example.com", 443, lambda *_: [address, address]) == [address]


def test_one_private_address_among_public_ones_is_enough_to_refuse() -> None:
    with pytest.raises(AddressRefused):
        Guard().resolve("example.com", 443, lambda *_: [*PUBLIC, "10.0.0.1"])


def test_for_development_our_own_networks_are_allowed_and_nothing_else() -> None:
    guard = Guard(private=True)
    assert [address for address in [*OURS, *PUBLIC] if not guard.allows(address)] == []
    assert [address for address in NEVER if guard.allows(address)] == []


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("http://example.com/", "begin with https://"),
        ("ftp://example.com/", "begin with https://"),
        ("//example.com/", "begin with https://"),
        ("example.com", "begin with https://"),
        ("https://", "names no host"),
        ("https://example.com:0/", "names no host"),
        ("https://example.com:99999/", "such as https"),
        ("https://[::1/", "such as https"),
        ("https://user:pass@example.com/", "a user"),
        ("https://@example.com/", "a user"),
        ("https://good.example\\@evil.example/", "a user"),
        ("https://example.com/#part", "a fragment"),
        ("https://exämple.com/", "no URL"),
        ("https://example.com/a b", "no URL"),
        ("https://example.com/\n", "no URL"),
        ("https://example.com/" + "x" * 2_000, "no URL"),
        ("https://127.0.0.1/", "not a public address"),
        ("https://127.1/", "not a public address"),
        ("https://0x7f.1/", "not a public address"),
        ("https://2130706433/", "not a public address"),
        ("https://[::ffff:a00:1]/", "not a public address"),
        ("https://169.254.169.254/latest/meta-data", "not a public address"),
    ],
)
def test_a_url_that_cannot_be_is_refused_when_it_is_given(url: str, words: str) -> None:
    with pytest.raises(BadWebhook, match=words) as refused:
        Guard().url(url)
    assert refused.value.findings[0].pointer == "/url"


@pytest.mark.parametrize("url", ["https://example.com", "https://example.com:8443/hooks?tenant=a", "https://8.8.8.8/"])
def test_a_public_url_is_welcome(url: str) -> None:
    Guard().url(url)


def test_for_development_plain_http_to_loopback_is_welcome() -> None:
    Guard(private=True).url("http://127.0.0.1:9000/hooks")
    with pytest.raises(BadWebhook):
        Guard(private=True).url("http://169.254.169.254/")
