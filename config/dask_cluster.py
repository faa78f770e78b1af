"""Where a Dask cluster is, and what has to be set for one of other machines.

Whoever reaches a scheduler can have its workers run anything: between machines both ends show a certificate.
"""

import ipaddress
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from config.settings import Settings

FILES = ("dask_authorities", "dask_certificate", "dask_certificate_key")


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


def lacking(settings: "Settings") -> str:
    """What the settings lack for their scheduler, with the remedy; "" where nothing."""
    address = settings.dask_scheduler
    if not address:
        return ""
    if address.startswith("tls:"):
        unnamed = [name for name in FILES if getattr(settings, name) is None]
        if unnamed:
            return f"{address} wants certificates on both ends: set {', '.join(unnamed)}"
        absent = [name for name in FILES if not getattr(settings, name).is_file()]
        if absent:
            return f"{absent[0]} names a file that is not there"
    if on_this_machine(address):
        return ""
    if settings.database_url.startswith("sqlite"):
        return "workers of other machines reach no SQLite file: keep the ledger on PostgreSQL (database_url)"
    if not settings.prefect_api_url:
        return "workers of other machines reach no temporary Prefect server: set prefect_api_url"
    return ""
