"""What each alert means and what to press, in words that go out: docs/reference/alerts.md is made from them.

Nothing of a patient and nothing of a claim goes out. The stored message of an alert goes out only where it is
made of ids, dates, counts and keys (`quoted`); of any other, and of one that is not listed here, only the
words below.
"""

from dataclasses import dataclass
from typing import Final, get_args

from config.settings import Severity

SEVERITIES: Final[tuple[Severity, ...]] = get_args(Severity)


@dataclass(frozen=True, slots=True)
class Words:
    """`what` happened, where the stored message is not quoted; what it `means`; what to `press`, where the
    alert itself does not say."""

    severity: Severity
    what: str
    means: str
    press: str
    quoted: bool = True


NOT_SENT: Final = "NTC-01"
NO_HEARTBEAT: Final = "NTC-02"
OF_NOTICES: Final = (NOT_SENT, NO_HEARTBEAT)
"""Alerts about notices themselves: they are never sent as one."""

UNKNOWN: Final = Words(
    "warning",
    "An alert was raised",
    "Something happened that a person must know; the list of alerts says what.",
    "cleanclaim alerts list",
    quoted=False,
)

WORDS: Final[dict[str, Words]] = {
    "NGT-FAILED": Words(
        "urgent",
        "A nightly run failed, or a part of it",
        "What was done stays done. What was not done waits: claims may be unsent, payments not posted.",
        "cleanclaim status, correct the cause, then cleanclaim run",
    ),
    "LED-13": Words(
        "urgent",
        "The ledger may not be the one that was used last",
        "No run starts and nothing is sent until a person decides.",
        "cleanclaim ledger show",
        quoted=False,
    ),
    "AUD-01": Words(
        "urgent",
        "The audit trail, or what it covers, is not as it was written",
        "Somebody or something changed the database beside CleanClaim.",
        "cleanclaim audit verify, and post nothing until it is explained",
        quoted=False,
    ),
    "ACK-STOP": Words(
        "urgent",
        "A partner refused a file for an error in the setup, and sending to it stopped",
        "No claim goes to this partner until a person releases it.",
        "correct the partner's file, then cleanclaim batches release PARTNER --why ...",
    ),
    "SRV-04": Words(
        "urgent",
        "A run that was due did not start",
        "Claims of that day are not sent and its answers not taken in.",
        "see that cleanclaim serve runs; cleanclaim run makes up for it",
    ),
    "SRV-06": Words(
        "urgent",
        "Prefect has scheduled no run",
        "No run will start by itself.",
        "cleanclaim doctor, then start cleanclaim serve again",
    ),
    "SRV-07": Words(
        "urgent",
        "Prefect's server does not answer",
        "No run starts until it does.",
        "start Prefect's server",
    ),
    "SRV-05": Words(
        "warning",
        "A schedule is paused in Prefect's pages",
        "None of its runs starts until a person resumes it.",
        "resume it in Prefect's pages, or leave it",
    ),
    "ACK-OVERDUE": Words(
        "warning",
        "An answer of a partner is overdue",
        "The partner may not have the file; its claims may not have reached any payer.",
        "ask the partner, with the interchange's number",
    ),
    "ACK-025": Words(
        "warning",
        "A partner calls a file a duplicate",
        "It says that it holds the file already; nothing was reopened.",
        "wait for the 999 or 277CA of the first copy, or ask the partner",
    ),
    "ACK-COPY": Words(
        "warning",
        "A partner rejected one copy of a batch that went out again",
        "It may hold the other copy; nothing was reopened.",
        "ask the partner whether it holds another copy",
    ),
    "ACK-CONFLICT": Words(
        "warning",
        "An answer says of one claim both that it is accepted and that it is rejected",
        "The claim was taken as rejected.",
        "ask the partner which holds",
    ),
    "ACK-CONTRADICTS": Words(
        "warning",
        "A partner's answer contradicts an earlier one",
        "Nothing was reopened: the earlier answer holds.",
        "ask the partner what it holds",
    ),
    "RSP-ASIDE": Words(
        "warning",
        "A partner's file, or a part of it, was quarantined",
        "Payments or answers in it are not taken in yet.",
        "cleanclaim quarantine",
    ),
    "RSP-REFUSED": Words(
        "warning",
        "A partner lists files that are not read",
        "Their name, size or rights do not allow it; answers may be in them.",
        "cleanclaim quarantine",
    ),
    "RSP-CUT": Words(
        "warning",
        "A partner lists more files than one run reads",
        "The rest comes with the next runs, later than it could.",
        "ask the partner to clear the folder",
    ),
    "RSP-LEFT": Words(
        "note",
        "A partner does not let stored answers be removed",
        "They stay there and are not taken in twice.",
        "ask the partner for the right, or set delete_after_download = false",
    ),
    "PAY-REFUSED": Words(
        "warning",
        "A claim that was refused and sent again is answered by a remittance",
        "The payer may hold the claim twice.",
        "ask the payer whether it holds the claim twice",
    ),
    "PAY-NEXT": Words(
        "warning",
        "Claims wait to be billed to a payer that has no file here",
        "They are not billed until the payer's file is there.",
        "cleanclaim alerts list names it; add its file under partners/payers",
        quoted=False,
    ),
    "PAY-ANEW": Words(
        "note",
        "Claims were settled anew: a payer's terms changed, or the program",
        "Their books, work and statements follow what is in force now.",
        "cleanclaim alerts list says how much moved; if it was not meant, correct the payer's file",
    ),
    "INB-PRACTICE": Words(
        "warning",
        "Encounters name another practice than their folder's",
        "They were not taken in, so they are not billed.",
        "cleanclaim quarantine",
    ),
    "INB-VERSION": Words(
        "warning",
        "Encounters came again under the same number with other content",
        "The later content was not taken.",
        "cleanclaim quarantine",
    ),
    "INB-SHORT": Words(
        "warning",
        "A practice's manifest counts more files than came",
        "Encounters may be missing, and missing encounters are not billed.",
        "cleanclaim alerts list names it; ask the practice for the missing files",
        quoted=False,
    ),
    "INB-FOLDER": Words(
        "warning",
        "A folder below the inbox can't be listed",
        "Nothing in it was read, so it is not billed.",
        "let CleanClaim's user list it",
    ),
    "INB-MARKER": Words(
        "warning",
        "Files of the inbox lack the marker that says that they are whole",
        "They are not read until it is there.",
        "let the copy end with the marker, or take done_suffix away",
    ),
    "INB-MOVING": Words(
        "note",
        "Files changed while the inbox was looked at",
        "They may not be whole; the next run reads them.",
        "nothing, where a copy was under way",
    ),
    "INB-PART": Words(
        "note",
        "Files of the inbox have the name of a copy under way",
        "They are not read until they have their final name; a copy that broke off never gets it.",
        "nothing, where a copy was under way; else copy them anew",
    ),
    "DEN-SOON": Words(
        "note",
        "The last day to act on a denial is near",
        "After that day its money can't be asked for any more.",
        "cleanclaim work",
    ),
    "MON-06": Words(
        "note",
        "A month is over, and its books are not closed",
        "Whatever comes for it still counts in it, so its figures may change.",
        "cleanclaim month list, then cleanclaim month close YYYY-MM --why ...",
    ),
    "AUD-02": Words(
        "warning",
        "The head of the audit trail was not copied off this machine",
        "A machine that is restored as a whole might go unnoticed.",
        "correct heads_folder or heads_command; the next run copies it again",
        quoted=False,
    ),
    "ARC-01": Words(
        "warning",
        "Old documents were not moved to the archive",
        "They stay in the database, which grows until a run can move them. Nothing is lost.",
        "look at archive_folder, its disk and its rights; the next run moves them",
        quoted=False,
    ),
    NOT_SENT: Words(
        "warning",
        "A notice was not taken by its recipient's server",
        "A person is not notified of alerts. This alert itself is sent to nobody; the next run sends the "
        "notice again, and settles this when it went out.",
        "cleanclaim doctor, then cleanclaim alerts send",
    ),
    NO_HEARTBEAT: Words(
        "warning",
        "A heartbeat was not taken by its address",
        "Whoever watches it takes this machine for dead. This alert itself is sent to nobody.",
        "see heartbeat_url and serve_heartbeat_url in the settings",
    ),
}


def words_of(code: str) -> Words:
    """The words of an alert's code."""
    return WORDS.get(code, UNKNOWN)


def unwanted(severities: tuple[Severity, ...]) -> set[str]:
    """The codes that do not go out where these severities do."""
    return {*OF_NOTICES, *(code for code, words in WORDS.items() if words.severity not in severities)}
