"""Where we may connect to: public addresses only, whatever a name resolves to at the moment of connecting."""

from __future__ import annotations

import socket
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import Final, TypeAlias
from urllib.parse import SplitResult, urlsplit

from connectors.webhooks.values import BadWebhook

Address: TypeAlias = IPv4Address | IPv6Address
Resolve: TypeAlias = Callable[[str, int], Sequence[str]]
"""A host's addresses, as text."""

LONGEST: Final = 2_000

GLOBAL: Final = ip_network("2000::/3")
"""All of IPv6 that is given out for the public; https://www.iana.org/assignments/ipv6-address-space."""

NOWHERE: Final = tuple(
    ip_network(net) for net in ("2001::/23", "2002::/16", "2001:db8::/32", "3fff::/20", "192.88.99.0/24")
)
"""Public by their numbers, and yet no place of their own: Teredo and the like, 6to4 and its relays, documentation."""


class AddressRefused(Exception):
    """A host that resolves to an address which we do not connect to."""

    def __init__(self, host: str, address: str) -> None:
        self.host, self.address = host, address
        super().__init__(f"{host} is {address}, which is not a public address")


@dataclass(frozen=True, slots=True)
class Guard:
    """Which addresses may be connected to. With `private`, also loopback, private networks and plain HTTP."""

    private: bool = False

    def url(self, url: str) -> SplitResult:
        """A URL that may be told to; raises `BadWebhook`. What its host resolves to is looked at when it is sent to."""
        if len(url) > LONGEST or not url.isascii() or not url.isprintable() or " " in url:
            raise BadWebhook(
                "/url", "it is no URL", f"up to {LONGEST} characters of ASCII; write other hosts in Punycode"
            )
        try:
            parts = urlsplit(url)
            port = parts.port
        except ValueError as error:
            raise BadWebhook("/url", str(error), "such as https://example.com/hooks") from None
        if parts.scheme not in ({"https", "http"} if self.private else {"https"}):
            raise BadWebhook("/url", f"its scheme is {parts.scheme or 'missing'!r}", "begin with https://")
        if not parts.hostname or port == 0:
            raise BadWebhook("/url", "it names no host, or a port that cannot be", "such as https://example.com/hooks")
        if parts.username is not None or parts.password is not None or parts.fragment:
            raise BadWebhook("/url", "it holds a user, a password or a fragment", "prove us by the signature instead")
        self._literal(parts.hostname)
        return parts

    def allows(self, address: str) -> bool:
        """Whether this address may be connected to."""
        found = _plain(ip_address(address.partition("%")[0]))
        return _public(found) or (self.private and _ours(found))

    def resolve(self, host: str, port: int, resolve: Resolve) -> Sequence[str]:
        """The addresses of a host, all of them allowed. Raises `AddressRefused`, and OSError where there is none."""
        found = list(dict.fromkeys(resolve(host, port)))
        if not found:
            raise OSError(f"{host} has no address")
        for address in found:
            if not self.allows(address):
                raise AddressRefused(host, address)
        return found

    def _literal(self, host: str) -> None:
        found = _number(host)
        if found is not None and not self.allows(str(found)):
            raise BadWebhook("/url", f"{host} is {found}, which is not a public address", "name a public host")


def resolved(host: str, port: int) -> Sequence[str]:
    """The addresses of a host by the system's resolver."""
    return [str(place[0]) for *_, place in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]


def _number(host: str) -> Address | None:
    """The address that a host is written as; None for a name. Also 127.1, 0x7f.1 and 2130706433 are addresses."""
    try:
        return ip_address(host.partition("%")[0])
    except ValueError:
        pass
    try:
        return IPv4Address(socket.inet_aton(host))
    except OSError:
        return None


def _plain(address: Address) -> Address:
    """An IPv4 address that is written as an IPv6 one is that IPv4 address."""
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return mapped or address


def _public(address: Address) -> bool:
    if address.is_multicast or address.is_reserved or not address.is_global:
        return False
    # `is_global` is true of NAT64, 6to4 and others that lead to any IPv4 address there is.
    given_out = isinstance(address, IPv4Address) or address in GLOBAL
    return given_out and not any(address in net for net in NOWHERE if net.version == address.version)


def _ours(address: Address) -> bool:
    if address.is_loopback:
        return True
    never = address.is_link_local or address.is_multicast or address.is_unspecified or address.is_reserved
    return address.is_private and not never
