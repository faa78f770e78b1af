"""What can go wrong between us and a partner's computer.

    TransportError                 code, partner, remedy, retryable
    ├── RefusedBeforehand          we did not even connect
    │   ├── UsageMismatch          TRN-USAGE      test and production would have been mixed
    │   ├── NotLoopback            TRN-LOOPBACK   a demo home reaches this machine only
    │   ├── SiteUnusable           TRN-SITE       the partner's settings cannot be used
    │   └── KeyUnusable            TRN-KEY        our private key cannot be read
    ├── Unreachable                TRN-CONNECT    no connection: refused, no route, no such host   (retryable)
    ├── ConnectionLost             TRN-LOST       it ended in the middle                           (retryable)
    ├── TimedOut                   TRN-TIMEOUT    connected, but the partner does not answer       (retryable)
    ├── HostKeyChanged             TRN-HOSTKEY    not the computer whose key is pinned
    ├── LoginRefused               TRN-LOGIN      our key is not accepted
    ├── NegotiationFailed          TRN-SSH        no common algorithm, or not SSH at all
    ├── ProtocolFault              TRN-PROTOCOL   the partner does not speak SFTP as agreed
    ├── RemoteRefused              TRN-REFUSED    the partner said no to one operation
    │   ├── NoSuchFile             TRN-NOFILE
    │   ├── PermissionRefused      TRN-DENIED
    │   └── TargetExists           TRN-EXISTS     the final name is taken already
    ├── WriteFailed                TRN-WRITE      a write or the close was answered with an error  (retryable)
    ├── NameRefused                TRN-NAME       a file name outside the allow-list
    ├── TooLarge                   TRN-SIZE       larger than the cap
    ├── FileChanging               TRN-CHANGING   grows or shrinks while we read it                (retryable)
    └── SubmissionUncertain        TRN-UNCERTAIN  it may or may not have been submitted: a person decides

`retryable` says whether the same call may be made again by itself a little later. What is not
retryable stays wrong until a person or the partner changes something; to repeat it is a storm.
No message holds bytes of a file, a password or a key.
"""


class TransportError(Exception):
    """A partner's site could not be used as wanted.

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
    """We refused by ourselves: nothing was sent, no connection made."""

    code = "TRN-BEFOREHAND"


class UsageMismatch(RefusedBeforehand):
    """ISA15 of the batch and the partner's usage differ, or a demo home would send production data."""

    code = "TRN-USAGE"
    default_remedy = (
        "send test batches (ISA15 T) to a test partner and production ones (P) to a production partner"
    )


class NotLoopback(RefusedBeforehand):
    """The host is not this machine, and this home may reach nothing else."""

    code = "TRN-LOOPBACK"
    default_remedy = (
        "a home made for the demo reaches loopback only; make a home of its own for a real partner"
    )


class SiteUnusable(RefusedBeforehand):
    """A setting of the partner is missing or cannot be used."""

    code = "TRN-SITE"
    default_remedy = "correct the partner's file under partners/clearinghouses"


class KeyUnusable(RefusedBeforehand):
    """The private key cannot be read, or others may read it."""

    code = "TRN-KEY"
    default_remedy = (
        "check key_file and passphrase_env of the partner; the key file must be readable by its owner only"
    )


class Unreachable(TransportError):
    """No connection came about."""

    code = "TRN-CONNECT"
    retryable = True
    default_remedy = "check host, port and the network, then run again: it goes on where it stopped"


class ConnectionLost(TransportError):
    """The connection ended in the middle of something."""

    code = "TRN-LOST"
    retryable = True
    default_remedy = "run again: it goes on where it stopped"


class TimedOut(TransportError):
    """The partner is connected but does not answer, or too slowly."""

    code = "TRN-TIMEOUT"
    retryable = True
    default_remedy = "run again: it goes on where it stopped; on a slow line raise the partner's timeouts"


class HostKeyChanged(TransportError):
    """The server's key is not the one that is pinned: perhaps another computer answers."""

    code = "TRN-HOSTKEY"
    default_remedy = "ask the partner by telephone for the fingerprint before host_key is changed"


class LoginRefused(TransportError):
    """The server knows neither our user nor our key."""

    code = "TRN-LOGIN"
    default_remedy = "check user and key_file; ask the partner whether the account is locked"


class NegotiationFailed(TransportError):
    """SSH could not be agreed on."""

    code = "TRN-SSH"
    default_remedy = (
        "the partner may know only old algorithms: allow_algorithms of its settings names what to permit"
    )


class ProtocolFault(TransportError):
    """What came back is not SFTP version 3."""

    code = "TRN-PROTOCOL"
    default_remedy = "ask the partner; nothing of this transfer is trusted"


class RemoteRefused(TransportError):
    """The server answered an operation with a failure."""

    code = "TRN-REFUSED"
    default_remedy = "check folders and permissions with the partner"


class NoSuchFile(RemoteRefused):
    """The file or folder is not there."""

    code = "TRN-NOFILE"
    default_remedy = "check send_folder and receive_folder of the partner"


class PermissionRefused(RemoteRefused):
    """The account may not do this."""

    code = "TRN-DENIED"


class TargetExists(RemoteRefused):
    """A file of the final name is there already; it is never overwritten."""

    code = "TRN-EXISTS"
    default_remedy = "compare its hash with the batch's before anything is sent again"


class WriteFailed(TransportError):
    """A write, or the close after it, was answered with an error: a full disk, a quota, a lost write."""

    code = "TRN-WRITE"
    retryable = True
    default_remedy = "it is uploaded again; if it stays, ask the partner for space"


class NameRefused(TransportError):
    """A file name with anything beyond letters, digits and a few signs is never used."""

    code = "TRN-NAME"
    default_remedy = "the file stays where it is; ask the partner what it is"


class TooLarge(TransportError):
    """Larger than we are willing to read."""

    code = "TRN-SIZE"
    default_remedy = "the file stays where it is; raise the cap if it is expected"


class FileChanging(TransportError):
    """Size or time changed while it was read: somebody still writes it."""

    code = "TRN-CHANGING"
    retryable = True
    default_remedy = "it is read again once it is whole"


class SubmissionUncertain(TransportError):
    """The site takes no temporary names, and something failed after the final name was opened."""

    code = "TRN-UNCERTAIN"
    default_remedy = "ask the partner whether the file arrived whole before it is sent again"
