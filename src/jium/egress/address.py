"""May this address be reached? Only what is public, in every disguise an address can wear. Pure."""

from __future__ import annotations

import ipaddress

# Names that no public name server knows (RFC 6761, 6762, 8375, and what routers use).
INSIDE = (".localhost", ".local", ".internal", ".home.arpa", ".lan", ".intranet", ".corp", ".home")
# What Python calls global though it leads inside, to a translator, or nowhere a site can be.
DENIED = tuple(
    ipaddress.ip_network(network)
    for network in (
        "0.0.0.0/8",
        "100.64.0.0/10",
        "192.0.0.0/24",
        "168.63.129.16/32",  # a cloud's own machine, at an address that looks public
        "192.88.99.0/24",
        "224.0.0.0/4",
        "240.0.0.0/4",
        "::/96",
        "::ffff:0:0:0/96",
        "64:ff9b::/96",
        "64:ff9b:1::/48",
        "100::/64",
        "2001::/23",
        "2002::/16",
        "3fff::/20",
        "5f00::/16",
        "fc00::/7",
        "fe80::/10",
        "fec0::/10",
        "ff00::/8",
    )
)


def leads_inside(host: str) -> bool:
    """Whether a host names a place inside a network as it stands: an address that is not public, or a name that only
    a network of one's own can know. What a public name resolves to is known when it is asked.
    """
    bare = host.strip("[]").rstrip(".").lower()
    try:
        ipaddress.ip_address(bare)
    except ValueError:
        return "." not in bare or bare.endswith(INSIDE)
    return not is_public(bare)


def is_public(address: str) -> bool:
    """Whether ``address`` (an IP address) is one of the open internet.

    What is no address, or names one of this machine's interfaces (``%eth0``), is not.
    """
    try:
        given = ipaddress.ip_address(address)
    except ValueError:
        return False
    if getattr(given, "scope_id", None) is not None:
        return False
    if isinstance(given, ipaddress.IPv6Address) and given.ipv4_mapped:
        return is_public(str(given.ipv4_mapped))
    if not given.is_global or given.is_multicast or given.is_reserved or given.is_unspecified:
        return False
    return not any(given.version == network.version and given in network for network in DENIED)
