"""What does not fit the elements of the guide, or its character set, is rejected before it is read."""

import re
from collections.abc import Iterator
from datetime import date

from coding.context import Context
from coding.edit import CLEAN, Source, edit
from coding.finding import Found, Severity
from edi.records import Claim, Person

_LINES = {"P": 50, "I": 999, "D": 50}
_DIAGNOSES = {"P": 12, "I": 25, "D": 4}
#: Printable ASCII without `*`, `:`, `^` and `~`, in one pass over the text.
_PLAIN = re.compile(r"[\x20-\x29\x2b-\x39\x3b-\x5d\x5f-\x7d]*").fullmatch


@edit(
    id="LEN-01",
    title="Too long, too many, or characters that X12 does not carry",
    severity=Severity.HOLD,
    source=Source(
        "X12 005010X222A1 and X223A2", "element lengths and repeats; appendix B, extended character set"
    ),
    since=date(2012, 1, 1),
    prevents=("16",),
    fix="Shorten the value, split the claim, or write the name in plain letters.",
    passes=CLEAN,
    fails=CLEAN.but(patient_control_number="EX00000000000000000000001"),
    each_payer=True,
)
def lengths_and_characters(claim: Claim, context: Context) -> Iterator[Found]:
    number = claim.patient_control_number
    ordinary = _fits(claim.subscriber, number)
    if len(number) > 20:
        yield None, "CLM01", f"the patient control number has {len(number)} characters, payers return 20"
    elif not ordinary and not _plain(number):
        yield None, "CLM01", "the patient control number has characters outside X12's set"
    most = _LINES.get(claim.kind, 50)
    if len(claim.lines) > most:
        yield None, "LX", f"{len(claim.lines)} lines, the guide takes {most}: split the claim"
    most = _DIAGNOSES.get(claim.kind, 12)
    if len(claim.diagnoses) > most:
        yield None, "HI", f"{len(claim.diagnoses)} diagnoses, the guide takes {most}"
    if not ordinary:
        yield from _person("2010BA", claim.subscriber)
    if claim.patient is not None and not _fits(claim.patient):
        yield from _person("2010CA", claim.patient)
    if claim.note and (len(claim.note) > 80 or not _plain(claim.note)):
        yield None, "NTE02", "the note is longer than 80 characters or has characters outside X12's set"
    for line in claim.lines:
        if line.description and (len(line.description) > 80 or not _plain(line.description)):
            yield (
                line.number,
                "SV101-7",
                "the description is longer than 80 characters or has characters outside X12's set",
            )
        if line.note and (len(line.note) > 80 or not _plain(line.note)):
            yield (
                line.number,
                "NTE02",
                "the note is longer than 80 characters or has characters outside X12's set",
            )


def _fits(person: Person, beside: str = "") -> bool:
    """An ordinary person and the text beside, decided at once; the others are looked at one by one."""
    names = person.last + person.first + person.middle
    address = person.address
    place = "" if address is None else address.line1 + address.line2 + address.city
    return (
        len(names) <= 25
        and len(person.member_id) <= 80
        and len(place) <= 55
        and (len(place) <= 30 or address is None or len(address.city) <= 30)
        and _plain(names + person.member_id + place + beside)
    )


def _person(loop: str, person: Person) -> Iterator[Found]:
    address = person.address
    if len(person.last) > 60 or len(person.first) > 35 or len(person.middle) > 25:
        yield None, f"{loop} NM103", "a name is longer than the guide takes (60, 35, 25)"
    if not _plain(person.last + person.first + person.middle):
        yield None, f"{loop} NM103", "a name has characters outside X12's set"
    if not _id_fits(person):
        yield None, f"{loop} NM109", "the member id is longer than 80 or has characters outside X12's set"
    if address is None:
        return
    if len(address.line1) > 55 or len(address.line2) > 55 or len(address.city) > 30:
        yield None, f"{loop} N3", "the address is longer than the guide takes (55, 55, 30)"
    if not _plain(address.line1 + address.line2 + address.city):
        yield None, f"{loop} N3", "the address has characters outside X12's set"


def _id_fits(person: Person) -> bool:
    return len(person.member_id) <= 80 and _plain(person.member_id)


def _plain(text: str) -> bool:
    """Printable ASCII without the four characters that separate segments, elements and their parts."""
    return _PLAIN(text) is not None
