"""What is at fault where a batch can't be written, or `edi check` refuses what was: claims by submission, or
what stands above all of them.
"""

from collections.abc import Iterator, Sequence
from datetime import date

from pydantic import BaseModel

import edi
from config.partners import Clearinghouse
from edi.records import Claim
from intake.encounter import Encounter
from ledger.encounters.encounters import FindingRow
from ledger.sending.batches import Ready
from tasks import chunks
from tasks.batches import check, plan
from tasks.claims import restricted
from tasks.claims.findings import documented_line, failed_on
from tasks.claims.form import plain
from tasks.errors import as_step_error
from tasks.home.home import Home


def refused(
    found: Sequence[Ready], clearinghouse: Clearinghouse, faults: check.Faults
) -> dict[int, list[FindingRow]]:
    """The claims that the check refuses. `found` are those of the file, in its order."""
    return {
        found[place].submission_id: [
            check.row(finding, line, _whose(found[place], clearinghouse))
            for finding, line in _documented(found[place], findings)
        ]
        for place, findings in faults.claims.items()
    }


def _documented(
    ready: Ready, findings: Sequence[tuple[edi.Finding, int | None]]
) -> Iterator[tuple[edi.Finding, int | None]]:
    """The findings of a claim with the lines as its document counts them."""
    lines = restricted.documented(Encounter.model_validate_json(ready.payload))
    for finding, line in findings:
        yield finding, documented_line(line, lines)


def _whose(ready: Ready, clearinghouse: Clearinghouse) -> check.Whose:
    return check.Whose(ready.practice, ready.payer, clearinghouse.key)


def of_everyone(clearinghouse: Clearinghouse, finding: edi.Finding) -> str:
    """What is wrong with what stands above all claims: the clearinghouse's own file."""
    named = check.named_file(finding, check.Whose("", "", clearinghouse.key))
    return (
        f"{check.place_of(finding)}: {finding.message}; "
        f"correct {named or _file_of(clearinghouse)}; its claims stay ready"
    )


def of_envelope(clearinghouse: Clearinghouse, message: str) -> str:
    """What of the clearinghouse's own file can't be written."""
    named = next((f": {key}" for key, value in _values(clearinghouse) if not _writable(value)), "")
    return f"{message}; correct {_file_of(clearinghouse)}{named}; its claims stay ready"


def _file_of(clearinghouse: Clearinghouse) -> str:
    return f"partners/clearinghouses/{clearinghouse.key}.toml"


def unwritable(
    home: Home, as_of: date, clearinghouse: Clearinghouse, found: Sequence[Ready], claims: Sequence[Claim]
) -> dict[int, list[FindingRow]]:
    """The claims that can't be written at all: one bad value must not keep a batch at home."""
    why: dict[int, list[FindingRow]] = {}
    for ready, claim in zip(found, claims, strict=True):
        try:
            edi.write_claims([claim], plan.envelope(clearinghouse, 1, as_of))
        except edi.EdiError as error:
            if "claim 1" not in error.place:
                return {}  # the envelope's or the submitter's fault
            place = error.place.removeprefix("claim 1").lstrip(", ")
            detail = error.message
            for folder, key, partner in (
                ("practices", ready.practice, home.partners.practices.get(ready.practice)),
                ("payers", ready.payer, home.partners.payers.get(ready.payer)),
            ):
                bad = next((name for name, value in _values(partner) if not _writable(value)), "")
                if bad:
                    detail += f"; correct partners/{folder}/{key}.toml: {bad}"
            why[ready.submission_id] = [
                FindingRow(edit_id="LEN-01", severity="hold", line=None, place=place, detail=detail)
            ]
    return why


def failing(
    home: Home, as_of: date, clearinghouse: Clearinghouse, found: Sequence[Ready], claims: Sequence[Claim]
) -> dict[int, list[FindingRow]]:
    """The claims on which the writer or the checker itself fails: each costs itself, not the batch."""
    why: dict[int, list[FindingRow]] = {}
    for ready, claim in zip(found, claims, strict=True):
        try:
            check.check(edi.write_claims([claim], plan.envelope(clearinghouse, 1, as_of)), home.codes)
        except edi.EdiError:
            continue  # it is reported as one that can't be written
        except Exception as error:
            if not chunks.of_the_content(error):
                raise
            why[ready.submission_id] = [failed_on(str(as_step_error(error, "write_batches")))]
    return why


_WRITTEN = ("name", "address", "pay_to", "contact_name", "submitter", "receiver")


def _values(partner: BaseModel | None, prefix: str = "") -> Iterator[tuple[str, str]]:
    """The free texts of a partner's file that are written into claims, by their key."""
    for name, value in partner or ():
        if isinstance(value, BaseModel) and (prefix or name in _WRITTEN):
            yield from _values(value, f"{prefix}{name}.")
        elif isinstance(value, str) and (prefix or name in _WRITTEN):
            yield prefix + name, value


def _writable(text: str) -> bool:
    """Whether a text can be written once it is in X12's form."""
    text = plain(text)
    return text.isascii() and text.isprintable() and not set("~*:^") & set(text)
