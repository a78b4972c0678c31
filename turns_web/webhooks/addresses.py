"""Which addresses of the network a delivery may go to. Whoever registers a webhook chooses where this server connects
to: without these checks it would be a way to what only this server reaches."""

from __future__ import annotations

import socket
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

Address = IPv4Address | IPv6Address

_NAT64 = IPv6Network("64:ff9b::/96")
# For the protocols of the net itself; some clouds answer with their secrets there.
_PROTOCOLS = IPv4Network("192.0.0.0/24")
# Answered by the cloud that this runs in: Azure's of the public range, Amazon's of the private one.
_INSIDE = frozenset({IPv4Address("168.63.129.16"), ip_address("fd00:ec2::254")})


class Unreachable(Exception):
    """The message says why, to whoever looks after the webhook."""


def resolve(host: str, port: int, *, allow_private: bool) -> list[Address]:
    """Where the name leads to now, addresses that may be reached alone. Connect to these and ask no second time: the
    next answer may be another one. Raises Unreachable.
    """
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise Unreachable("its name cannot be found") from None
    addresses = list(dict.fromkeys(ip_address(told[4][0]) for told in found))
    allowed = [address for address in addresses if why_not_reach(address, allow_private=allow_private) is None]
    if not allowed:
        raise Unreachable(f"it leads to {addresses[0]}, which is not a public address")
    return allowed


def why_not_reach(address: Address, *, allow_private: bool) -> str | None:
    """None where a delivery may go there."""
    address = _meant(address)
    if address.is_loopback or _is_private(address):
        return None if allow_private else "This address is not public: webhooks go to public addresses only."
    if not address.is_global or _is_never_meant(address):
        return "Nobody receives webhooks at this address."
    return None


def _is_private(address: Address) -> bool:
    is_site_local = isinstance(address, IPv6Address) and address.is_site_local
    return (address.is_private or is_site_local) and not _is_never_meant(address)


def _is_never_meant(address: Address) -> bool:
    """Where clouds keep their secrets, and what is no single machine."""
    is_none = address.is_multicast or address.is_unspecified or address.is_reserved
    return address.is_link_local or address in _INSIDE or address in _PROTOCOLS or is_none


def _meant(address: Address) -> Address:
    """The IPv4 address that an IPv6 one stands for, where it does."""
    if isinstance(address, IPv4Address):
        return address
    if address in _NAT64:
        return IPv4Address(int(address) & 0xFFFF_FFFF)
    return address.ipv4_mapped or address.sixtofour or address
