"""The address of a Dask cluster.

Whoever reaches a scheduler can have its workers run anything: between machines both ends show a certificate.
"""

import ipaddress
from urllib.parse import urlsplit


def checked(address: str) -> str:
    """An address that may be used, or "". Raises ValueError with the remedy."""
    if not address:
        return ""
    try:
        parts = urlsplit(address)
        known = parts.scheme in ("tls", "tcp") and bool(parts.hostname and parts.port)
    except ValueError:  # of the port
        known = False
    if not known or parts.username is not None or parts.path or parts.query or parts.fragment:
        raise ValueError("write an address like tls://dask.example:8786")
    if parts.scheme == "tcp" and not on_this_machine(address):
        raise ValueError("tcp:// is not encrypted and reaches this machine only; write tls://")
    return address


def on_this_machine(address: str) -> bool:
    """Whether its host is this machine's own."""
    host = urlsplit(address).hostname or ""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
