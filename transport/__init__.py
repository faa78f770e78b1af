"""Bytes to and from a partner; no X12.

`open` returns a `Transport` for a clearinghouse's settings: SFTP with a pinned host key and key
login, or a folder. `check_usage` keeps test and production apart before anything connects.
`transport.errors` shows the tree of exceptions.

    with transport.open(clearinghouse, loopback_only=home.demo) as partner:
        partner.put_temporary(name, data)           # then store 'uploaded' if the hashes agree
        if partner.read_back(name) == sha256: ...   # then store 'committing', the intent
        partner.commit(name)                        # then store 'sent'
"""

from config.clearinghouse import Clearinghouse
from transport.errors import SiteUnusable, TransportError
from transport.folder import FolderTransport
from transport.guards import check_usage
from transport.interface import DEFAULT_CAP, Listing, RefusedName, RemoteFile, Transport
from transport.site import FolderSite, SftpSite, Site, site_of

__all__ = [
    "DEFAULT_CAP",
    "FolderSite",
    "Listing",
    "RefusedName",
    "RemoteFile",
    "SftpSite",
    "Site",
    "Transport",
    "TransportError",
    "check_usage",
    "open",
    "site_of",
]


def open(clearinghouse: Clearinghouse | Site, *, loopback_only: bool) -> Transport:
    """A transport for a clearinghouse's settings (its paths absolute) or for a site.

    With `loopback_only` an SFTP host that is not this machine is refused. Raises a TransportError
    when the site cannot be used or reached.
    """
    site = site_of(clearinghouse)
    if isinstance(site, FolderSite):
        return FolderTransport(site)
    if isinstance(site, SftpSite):
        from transport.sftp import SftpTransport  # importing paramiko takes 0.1 s; a folder does not need it

        return SftpTransport(site, loopback_only=loopback_only)
    raise SiteUnusable(site.key, "the site is neither a folder nor SFTP")
