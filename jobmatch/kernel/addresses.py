"""Where a request came from, no nearer than is needed."""

import ipaddress


def network_of(address: str) -> str:
    """The network an address lies in: IPv4 without its last number, IPv6 its first 48 bits.

    returns  "203.0.113.0/24", "2001:db8:1::/48"; empty for what is no address
    """
    try:
        found = ipaddress.ip_address(address.strip())
    except ValueError:
        return ""
    if isinstance(found, ipaddress.IPv6Address) and found.ipv4_mapped:
        found = found.ipv4_mapped
    bits = 24 if found.version == 4 else 48
    return str(ipaddress.ip_network((found, bits), strict=False))
