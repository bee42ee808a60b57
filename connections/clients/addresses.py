"""Which addresses of the Internet may be called: public ones, judged by what they finally reach.

Ranges after IANA's special-purpose registries for IPv4 and IPv6. Python's `is_global` is not asked:
it calls multicast, IPv6 outside 2000::/3 and Azure's metadata service global.
"""

from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

IPAddress = IPv4Address | IPv6Address

_NEVER = {
    "0.0.0.0/8": "it means “this network”",
    "169.254.0.0/16": "it is link-local, where clouds keep their metadata",
    "100.100.100.200/32": "it is a cloud's metadata service",
    "168.63.129.16/32": "it is a cloud's metadata service",
    "192.0.0.0/24": "it is reserved",
    "192.88.99.0/24": "it is a 6to4 relay",
    "224.0.0.0/4": "it is multicast",
    "240.0.0.0/4": "it is reserved or broadcast",
}
_PRIVATE = {
    "10.0.0.0/8": "it is private",
    "100.64.0.0/10": "it is a provider's own (CGNAT)",
    "127.0.0.0/8": "it is this machine itself",
    "172.16.0.0/12": "it is private",
    "192.168.0.0/16": "it is private",
    "192.0.2.0/24": "it is for documentation",
    "198.18.0.0/15": "it is for benchmarks",
    "198.51.100.0/24": "it is for documentation",
    "203.0.113.0/24": "it is for documentation",
}
_NEVER_6 = {
    "::/128": "it means “no address”",
    "fe80::/10": "it is link-local",
    "ff00::/8": "it is multicast",
    "fd00:ec2::/32": "it is a cloud's metadata service",
    "2001::/32": "it is a tunnel (Teredo)",
    "2002::/16": "it is a tunnel (6to4)",
}
_PRIVATE_6 = {
    "::1/128": "it is this machine itself",
    "fc00::/7": "it is private (ULA)",
    "2001::/23": "it is reserved",
    "2001:db8::/32": "it is for documentation",
    "3fff::/20": "it is for documentation",
}
_GLOBAL_UNICAST = IPv6Network("2000::/3")
_EMBEDDING = tuple(map(IPv6Network, ("::ffff:0:0/96", "64:ff9b::/96")))
"""IPv4 as IPv6 writes it, and as NAT64 reaches it: what counts is the IPv4 address inside."""

_V4 = [
    (IPv4Network(net), why, is_never)
    for table, is_never in ((_NEVER, True), (_PRIVATE, False))
    for net, why in table.items()
]
_V6 = [
    (IPv6Network(net), why, is_never)
    for table, is_never in ((_NEVER_6, True), (_PRIVATE_6, False))
    for net, why in table.items()
]


def why_refused(address: str, *, allows_private: bool = False) -> str:
    """Why an address is not called, or "" where it may be.

    `allows_private` is for hosts that an operator named: it opens what is private, never what is
    link-local, multicast or a cloud's metadata.
    """
    parsed = _inside(ip_address(address.partition("%")[0]))
    for net, why, is_never in _V4 if parsed.version == 4 else _V6:
        if parsed in net:
            return "" if allows_private and not is_never else why
    if parsed.version == 6 and parsed not in _GLOBAL_UNICAST:
        return "it is reserved"
    return ""


def _inside(address: IPAddress) -> IPAddress:
    if isinstance(address, IPv6Address) and any(address in net for net in _EMBEDDING):
        return IPv4Address(int(address) & 0xFFFFFFFF)
    return address
