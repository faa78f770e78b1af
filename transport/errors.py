"""What can go wrong between us and a partner's computer.

    TransportError                 code, partner, remedy, retryable
    ├── RefusedBeforehand          refused before connecting
    │   ├── UsageMismatch          TRN-USAGE      test and production would be mixed
    │   ├── NotLoopback            TRN-LOOPBACK   a demo home reaches this machine only
    │   ├── SiteUnusable           TRN-SITE       the partner's settings cannot be used
    │   └── KeyUnusable            TRN-KEY        our private key cannot be read
    ├── Unreachable                TRN-CONNECT    no connection: refused, no route, no such host   (retryable)
    ├── ConnectionLost             TRN-LOST       it ended during use                              (retryable)
    ├── TimedOut                   TRN-TIMEOUT    connected, but the partner does not answer       (retryable)
    ├── HostKeyChanged             TRN-HOSTKEY    the server does not have the pinned key
    ├── LoginRefused               TRN-LOGIN      our key is not accepted
    ├── NegotiationFailed          TRN-SSH        no common algorithm, or not SSH at all
    ├── ProtocolFault              TRN-PROTOCOL   the partner violates the SFTP protocol
    ├── RemoteRefused              TRN-REFUSED    the partner refused one operation
    │   ├── NoSuchFile             TRN-NOFILE
    │   ├── PermissionRefused      TRN-DENIED
    │   └── TargetExists           TRN-EXISTS     the final name is already taken
    ├── WriteFailed                TRN-WRITE      a write or the close failed                      (retryable)
    ├── NameRefused                TRN-NAME       a file name outside the allow-list
    ├── TooLarge                   TRN-SIZE       larger than the limit
    ├── FileChanging               TRN-CHANGING   it changed while it was read                     (retryable)
    └── SubmissionUncertain        TRN-UNCERTAIN  it may or may not have been submitted: a person decides

`retryable` says whether the same call may be retried automatically a little later. Any other error
stays until a person or the partner changes something, so retrying it only adds load. No message
contains bytes of a file, a password or a key.
"""


class TransportError(Exception):
    """An operation at a partner's site failed.

    `partner` is the clearinghouse's key in the settings, `what` says what happened and where,
    `remedy` what to do. It survives pickling.
    """

    code = "TRN-ERROR"
    retryable = False
    default_remedy = "see the log of this partner"

    def __init__(self, partner: str, what: str, remedy: str = "") -> None:
        super().__init__(partner, what, remedy)
        self.partner = partner
        self.what = what
        self.remedy = remedy or self.default_remedy

    def __str__(self) -> str:
        return f"{self.code} {self.partner}: {self.what}; {self.remedy}"


class RefusedBeforehand(TransportError):
    """We refused to connect: nothing was sent."""

    code = "TRN-BEFOREHAND"


class UsageMismatch(RefusedBeforehand):
    """ISA15 of the batch and the partner's usage differ, or a demo home would send production data."""

    code = "TRN-USAGE"
    default_remedy = (
        "send test batches (ISA15 T) to a test partner and production ones (P) to a production partner"
    )


class NotLoopback(RefusedBeforehand):
    """The host is not this machine, and a demo home may not connect to any other."""

    code = "TRN-LOOPBACK"
    default_remedy = "a demo home can reach loopback only; create another home for a real partner"


class SiteUnusable(RefusedBeforehand):
    """A setting of the partner is missing or invalid."""

    code = "TRN-SITE"
    default_remedy = "correct the partner's file under partners/clearinghouses"


class KeyUnusable(RefusedBeforehand):
    """The private key cannot be read, or other users can read it."""

    code = "TRN-KEY"
    default_remedy = (
        "check key_file and passphrase_env of the partner; the key file must be readable by its owner only"
    )


class Unreachable(TransportError):
    """No connection could be established."""

    code = "TRN-CONNECT"
    retryable = True
    default_remedy = "check host, port and the network, then run again: it continues where it stopped"


class ConnectionLost(TransportError):
    """The connection ended during an operation."""

    code = "TRN-LOST"
    retryable = True
    default_remedy = "run again: it continues where it stopped"


class TimedOut(TransportError):
    """The partner is connected but does not answer, or too slowly."""

    code = "TRN-TIMEOUT"
    retryable = True
    default_remedy = "run again: it continues where it stopped; raise the partner's timeouts if it is slow"


class HostKeyChanged(TransportError):
    """The server's key is not the pinned one: another server may be answering."""

    code = "TRN-HOSTKEY"
    default_remedy = "telephone the partner and compare the fingerprint before changing host_key"


class LoginRefused(TransportError):
    """The server does not accept our user or our key."""

    code = "TRN-LOGIN"
    default_remedy = "check user and key_file; ask the partner whether the account is locked"


class NegotiationFailed(TransportError):
    """SSH negotiation failed."""

    code = "TRN-SSH"
    default_remedy = (
        "the partner may support only old algorithms: permit them with allow_algorithms in its file"
    )


class ProtocolFault(TransportError):
    """What came back is not SFTP version 3."""

    code = "TRN-PROTOCOL"
    default_remedy = "ask the partner; nothing from this transfer is used"


class RemoteRefused(TransportError):
    """The server answered an operation with a failure."""

    code = "TRN-REFUSED"
    default_remedy = "check folders and permissions with the partner"


class NoSuchFile(RemoteRefused):
    """The file or folder does not exist."""

    code = "TRN-NOFILE"
    default_remedy = "check send_folder and receive_folder of the partner"


class PermissionRefused(RemoteRefused):
    """The account lacks the permission."""

    code = "TRN-DENIED"


class TargetExists(RemoteRefused):
    """A file with the final name already exists; it is never overwritten."""

    code = "TRN-EXISTS"
    default_remedy = "compare its hash with the batch's before sending anything again"


class WriteFailed(TransportError):
    """A write, or the close after it, failed: a full disk, a quota, a lost write."""

    code = "TRN-WRITE"
    retryable = True
    default_remedy = "it is uploaded again; if the error persists, ask the partner to free space"


class NameRefused(TransportError):
    """A file name with characters other than letters, digits and some punctuation is never used."""

    code = "TRN-NAME"
    default_remedy = "the file stays where it is; ask the partner what it is"


class TooLarge(TransportError):
    """The file is larger than the limit."""

    code = "TRN-SIZE"
    default_remedy = "the file stays where it is; raise max_download_bytes if it is expected"


class FileChanging(TransportError):
    """Size or time changed during the read: the file is still being written."""

    code = "TRN-CHANGING"
    retryable = True
    default_remedy = "it is read again once it is complete"


class SubmissionUncertain(TransportError):
    """The site forbids temporary names, and something failed after the final file was opened."""

    code = "TRN-UNCERTAIN"
    default_remedy = "ask the partner whether the complete file arrived before sending it again"
