"""Proof of timely filing: when a claim's file was sent, what was answered to it, and by which files."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from config.dollars import dollars
from config.practice import PostalAddress, Practice
from edi.records import Claim
from tasks.letters.letter import Letter
from tasks.letters.sheet import printed
from tasks.letters.words import days_of, head, lines_of, name_of, phone, span


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """One thing that happened to the claim's file, and the file that says so; its SHA-256."""

    on: str
    what: str
    file: str
    sha256: str


def proof(
    claim: Claim,
    practice: Practice,
    evidence: Sequence[Evidence],
    *,
    payer: str,
    address: PostalAddress | None,
    number: str,
    limit_on: str,
    on: date,
) -> bytes:
    """The proof as PDF. `number`: the payer's claim number; `limit_on`: the last day to file, or ""."""
    days = days_of(claim, claim.lines)
    files = dict.fromkeys((one.file, one.sha256) for one in evidence)
    return printed(
        Letter(
            sender=head(practice),
            addressee=[payer, "Attention: Claims", *(lines_of(address) if address else ())],
            on=on,
            subject=f"Proof of timely filing: claim {number or claim.patient_control_number}",
            about=[
                ("Patient", name_of(claim.patient or claim.subscriber)),
                ("Member id", claim.subscriber.member_id),
                ("Your claim number", number),
                ("Our account", claim.patient_control_number),
                ("Date of service", span(days)),
                ("Last day to file", f"{date.fromisoformat(limit_on):%m/%d/%Y}" if limit_on else ""),
                ("Charged", dollars(claim.charge)),
            ],
            paragraphs=[
                "The claim was filed on the days below. Each line names the file that shows it.",
                "The files hold claims of other patients too and are not enclosed. Their fingerprints "
                "(SHA-256), kept when they were sent and received, let you compare them with your copies:",
                "\n".join(f"{file}\n    {sha}" for file, sha in files),
                "On request we send the part of each file that is about this claim: "
                f"{practice.contact_name}, {phone(practice.contact_phone)}.",
            ],
            columns=("Date", "What happened", "File"),
            widths=(64, 244, 160),
            rows=[(f"{date.fromisoformat(one.on):%m/%d/%Y}", one.what, one.file) for one in evidence],
            signed_by=[practice.contact_name, practice.name],
            reference=f"{practice.name}, account {claim.patient_control_number}",
        )
    )
