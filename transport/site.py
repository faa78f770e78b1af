"""A partner's site: the part of a clearinghouse's settings that the transport needs."""

from dataclasses import dataclass
from pathlib import Path

from config.clearinghouse import Clearinghouse
from transport.errors import SiteUnusable


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """What folder and SFTP sites have in common.

    `temporary_suffix` is added to a file's name until the file is complete; it is "" if the partner
    forbids temporary names. In that case, or if `rename_allowed` is false, a file is written directly
    to its final name, and a failure leaves the submission uncertain.
    """

    key: str  # the clearinghouse's key, used in messages
    usage: str = "T"  # ISA15 that this site accepts
    send_folder: str = "inbound"
    receive_folder: str = "outbound"
    temporary_suffix: str = ".part"
    rename_allowed: bool = True

    @property
    def two_step(self) -> bool:
        """Whether a file is uploaded under a temporary name and then renamed."""
        return bool(self.temporary_suffix) and self.rename_allowed


@dataclass(frozen=True, slots=True, kw_only=True)
class FolderSite(Site):
    """A folder on this machine: tests, air-gapped sites, a mounted share."""

    folder: Path


@dataclass(frozen=True, slots=True, kw_only=True)
class SftpSite(Site):
    """An SFTP account. All timeouts are in seconds.

    A transfer of n bytes must end within `file_timeout + n / slowest_rate` seconds.
    """

    host: str
    user: str
    key_file: Path
    host_key: str  # "ssh-ed25519 AAAA..."; several lines while the partner changes its key
    port: int = 22
    passphrase_env: str = ""  # name of the environment variable, not the passphrase
    passphrase_file: Path | None = None  # or the file that contains it
    connect_timeout: float = 15.0
    banner_timeout: float = 15.0
    login_timeout: float = 30.0
    reply_timeout: float = 30.0  # for each answer
    file_timeout: float = 120.0
    slowest_rate: int = 50_000  # bytes a second
    allow_algorithms: tuple[str, ...] = ()  # SSH names of old algorithms that this partner needs


def site_of(clearinghouse: Clearinghouse | Site) -> Site:
    """The site of a clearinghouse's settings; a site is returned unchanged.

    Paths must be absolute (`Clearinghouse.under(home)`). Raises SiteUnusable if a required setting is
    missing.
    """
    if isinstance(clearinghouse, Site):
        return clearinghouse
    of = clearinghouse
    if of.transport == "folder":
        if of.folder is None:
            raise SiteUnusable(of.key, "the settings lack folder")
        return FolderSite(
            key=of.key,
            usage=of.usage,
            send_folder=of.send_folder,
            receive_folder=of.receive_folder,
            temporary_suffix=of.temporary_suffix,
            rename_allowed=of.rename_allowed,
            folder=of.folder,
        )
    if not of.host or not of.user or of.key_file is None or not of.host_key:
        raise SiteUnusable(of.key, "the settings lack host, user, key_file or host_key")
    return SftpSite(
        key=of.key,
        usage=of.usage,
        send_folder=of.send_folder,
        receive_folder=of.receive_folder,
        temporary_suffix=of.temporary_suffix,
        rename_allowed=of.rename_allowed,
        host=of.host,
        port=of.port,
        user=of.user,
        key_file=of.key_file,
        host_key=of.host_key,
        passphrase_env=of.passphrase_env,
        passphrase_file=of.passphrase_file,
        allow_algorithms=of.allow_algorithms,
        connect_timeout=of.connect_timeout,
        reply_timeout=of.timeout,
        file_timeout=of.file_deadline,
    )
