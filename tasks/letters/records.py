"""Records that go to a payer: a cover letter, then the documents, each page with the claim's number."""

import io
import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Final

from config.dollars import dollars
from config.practice import PostalAddress, Practice
from edi.records import Claim
from tasks.errors import StepError
from tasks.letters.letter import Letter
from tasks.letters.sheet import printed
from tasks.letters.words import days_of, head, lines_of, name_of, phone, provider_of, span

if TYPE_CHECKING:
    from pypdf import PageObject

PICTURES: Final = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"II*\x00", b"MM\x00*")
LARGEST: Final = 50 * 1024 * 1024

# What it reports of a damaged file quotes the file: a patient's data.
logging.getLogger("pypdf").setLevel(logging.CRITICAL + 1)


@dataclass(frozen=True, slots=True)
class Enclosed:
    """A document: what the letter calls it, and its bytes, a PDF or a picture (PNG, JPEG, TIFF)."""

    title: str
    data: bytes


def packet(
    claim: Claim,
    practice: Practice,
    enclosed: Sequence[Enclosed],
    *,
    number: str,
    control_numbers: Sequence[str],
    answered: str,
    asked_for: str,
    payer: str,
    address: PostalAddress | None,
    on: date,
) -> tuple[bytes, int]:
    """The packet as PDF, and how many pages it has.

    `number`: the payer's claim number; `control_numbers`: what the claim announced the documents by (PWK06),
    or what the payer's request names itself by; `answered`: the payer's reason codes, "" it has not decided;
    `asked_for`: the documents of its request, "" it made none.

    Raises StepError REC-01, a document can't be read; REC-02, all of them are too large.
    """
    from pypdf import PdfReader, PdfWriter, Transformation  # slow to import

    from tasks.letters.pages import marks

    if sum(len(one.data) for one in enclosed) > LARGEST:
        raise StepError("REC-02", f"the documents have more than {LARGEST >> 20} MB; send them in parts")
    documents = [_pages(n, one) for n, one in enumerate(enclosed, 1)]
    cover = PdfReader(
        io.BytesIO(
            _cover(claim, practice, enclosed, [len(pages) for pages in documents], number=number,
                   control_numbers=control_numbers, answered=answered, asked_for=asked_for,
                   payer=payer, address=address, on=on)
        )
    )  # fmt: skip
    of = f"Claim {number or claim.patient_control_number}"
    if control_numbers:
        of += f", attachment {', '.join(control_numbers)}"
    writer = PdfWriter()
    for page in cover.pages:
        writer.add_page(page)
    every: list[tuple[int, PageObject]] = []
    sizes = []
    for n, pages in enumerate(documents, 1):
        with _readable(n):
            for page in [writer.add_page(page) for page in pages]:
                page.transfer_rotation_to_content()
                sizes.append((float(page.mediabox.width), float(page.mediabox.height)))
                every.append((n, page))
    words = [f"{of}: page {n} of {len(every)}" for n in range(1, len(every) + 1)]
    for (n, page), mark in zip(every, PdfReader(io.BytesIO(marks(sizes, words))).pages, strict=True):
        with _readable(n):
            corner = Transformation().translate(float(page.mediabox.left), float(page.mediabox.bottom))
            page.merge_transformed_page(mark, corner)
    writer.metadata = None
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue(), len(writer.pages)


def _pages(n: int, one: Enclosed) -> list["PageObject"]:
    """A document's pages. Raises StepError REC-01."""
    from pypdf import PdfReader

    from tasks.letters.pages import picture_pages

    with _readable(n):
        data = picture_pages(one.data) if one.data.startswith(PICTURES) else one.data
        if data is None:
            raise _NotFitError("the picture can't be opened")
        reader = PdfReader(io.BytesIO(data))
        if reader.is_encrypted:
            raise _NotFitError("it needs a password")
        pages = list(reader.pages)
        for page in pages:
            page.get_contents()  # a damaged one fails here, not when half a packet is written
        if not pages:
            raise _NotFitError("it has no page")
    return pages


class _NotFitError(Exception):
    """Why a document can't be enclosed, in words for a person."""


@contextmanager
def _readable(n: int) -> Iterator[None]:
    """What reads a document. Raises StepError REC-01 with its number, whatever a damaged one does."""
    try:
        yield
    except Exception as error:
        why = str(error) if type(error) is _NotFitError else "it is damaged, or neither a PDF nor a picture"
        raise StepError(
            "REC-01", f"document {n} can't be read: {why}; give a PDF, PNG, JPEG or TIFF without a password"
        ) from None


def _cover(
    claim: Claim,
    practice: Practice,
    enclosed: Sequence[Enclosed],
    pages: Sequence[int],
    *,
    number: str,
    control_numbers: Sequence[str],
    answered: str,
    asked_for: str,
    payer: str,
    address: PostalAddress | None,
    on: date,
) -> bytes:
    days = days_of(claim, claim.lines)
    whose = f"the records of our claim for services of {span(days)}"
    if asked_for:
        opening = f"You asked for {asked_for}. We enclose {whose}."
    elif answered:
        opening = f"You answered this claim with {answered}. We enclose {whose}."
    elif control_numbers:
        opening = f"As the claim announced, we enclose {whose}."
    else:
        opening = f"We enclose {whose}."
    return printed(
        Letter(
            sender=head(practice),
            addressee=[payer, "Attention: Medical Records", *(lines_of(address) if address else ())],
            on=on,
            subject=f"Records for claim {number or claim.patient_control_number}",
            about=[
                ("Attachment control number", ", ".join(control_numbers)),
                ("Patient", name_of(claim.patient or claim.subscriber)),
                ("Birth date", _birth(claim)),
                ("Member id", claim.subscriber.member_id),
                ("Your claim number", number),
                ("Our account", claim.patient_control_number),
                ("Date of service", span(days)),
                ("Provider", provider_of(claim)),
                ("Charged", dollars(claim.charge)),
            ],
            paragraphs=[
                f"{opening} Please add them to the claim and decide on it.",
                f"If a page is missing or can't be read, please call {practice.contact_name} at "
                f"{phone(practice.contact_phone)}.",
                "These pages hold health information of the patient named above. Whoever receives them by "
                "mistake may neither read nor keep them: please call the number above and destroy them.",
            ],
            columns=("No.", "Document", "Pages"),
            widths=(40, 358, 70),
            rows=[
                (str(n), one.title, str(count))
                for n, (one, count) in enumerate(zip(enclosed, pages, strict=True), 1)
            ],
            signed_by=[practice.contact_name, practice.name],
            reference=f"{practice.name}, account {claim.patient_control_number}",
        )
    )


def _birth(claim: Claim) -> str:
    born = (claim.patient or claim.subscriber).birth_date
    return f"{born:%m/%d/%Y}" if born else ""
