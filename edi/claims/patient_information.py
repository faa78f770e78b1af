"""275: the documents of a claim, read and written.

A document is wrapped as a MIME entity, so that its receiver knows what it is, and the entity stands in BDS
as base64: no byte of it can be taken for a delimiter.
"""

import base64
from collections.abc import Iterable, Iterator
from email import message_from_bytes
from email.policy import compat32
from typing import Any, Final

from edi.claims.reading import party_of, person_of, value_of
from edi.errors import CharacterError
from edi.read.interchanges import Source
from edi.read.transaction_sets import Transaction, Walk
from edi.records.claim import Envelope
from edi.records.party import Party
from edi.records.patient_information import AttachedDocument, PatientInformation
from edi.write.interchange import Output, day, delimiters
from edi.write.segments import Lines, lines_for

VERSION: Final = "006020X314"
RELEASE: Final = "00602"
ALPHABET: Final = frozenset("+/=")
"""What base64 uses beside letters and digits, and so no delimiter may be."""


def read_patient_information(source: Source) -> Iterator[PatientInformation]:
    """Every 275 of a file, in file order. Content never raises; raises `SourceError`, `OSError`."""
    for item in Walk(source):
        if not isinstance(item, Transaction) or item.guide.kind != "275":
            continue
        documents: list[AttachedDocument] = []
        root: Any = None
        for event, loop in item.reader.run():
            if event == "close" and loop.ID == "2000A":
                documents += _documents(loop)
            elif event == "close":
                root = loop
        if root is not None:
            yield _information(root, tuple(documents))


def _information(root: Any, documents: tuple[AttachedDocument, ...]) -> PatientInformation:
    patient = root.patient
    dated = patient.service_date
    return PatientInformation(
        reference=root.beginning.reference,
        asked=root.beginning.purpose == "11",
        payer=party_of(root.payer.name),
        provider=party_of(root.provider.name),
        patient=person_of(patient.name),
        documents=documents,
        payer_claim_control_number=value_of(patient.payer_number),
        patient_control_number=value_of(patient.patient_number),
        service_from=dated.start if dated is not None else None,
        service_to=dated.end if dated is not None else None,
        submitter=party_of(root.submitter.name),
        control_number=root.header.control_number,
    )


def _documents(loop: Any) -> list[AttachedDocument]:
    return [unwrapped(loop.trace.number, one.document) for one in loop.submitted.objects]


def unwrapped(trace: str, segment: Any) -> AttachedDocument:
    """The document of a BDS; its data is None where length or base64 are wrong, or it is no MIME entity."""
    entity = segment.decoded
    if entity is None:
        return AttachedDocument(trace=trace, data=None, content_type="", name="")
    message = message_from_bytes(entity, policy=compat32)
    data = message.get_payload(decode=True) if not message.is_multipart() else None
    return AttachedDocument(
        trace=trace,
        data=data if isinstance(data, bytes) else None,
        content_type=message.get_content_type(),
        name=message.get_filename() or "",
    )


def write_patient_information(information: Iterable[PatientInformation], envelope: Envelope) -> bytes:
    """One interchange with a 275 for each of these.

    Who submits is the envelope's submitter. Raises as `write_claims` does, and `CharacterError` where a
    delimiter is a character of base64.
    """
    d = delimiters(envelope)
    if ALPHABET & {d.element, d.component, d.repetition, d.terminator}:
        raise CharacterError("a delimiter is a character of base64; use the usual ones", "envelope")
    lines = lines_for(d)
    out = Output(envelope, lines.values, d, release=RELEASE)
    out.begin_group("PI", VERSION)
    for one in information:
        _write(out, lines, one, envelope)
    out.end_group()
    return out.finish()


def _write(out: Output, lines: Lines, one: PatientInformation, envelope: Envelope) -> None:
    out.begin_set("275", VERSION)
    out.add(
        lines.bgn(
            purpose="11" if one.asked else "02", reference=one.reference,
            date=envelope.created, time=envelope.time or "0000",
        )
    )  # fmt: skip
    _party(out, lines, "PR", one.payer, one.payer.id_qualifier or "PI")
    _party(out, lines, "41", envelope.submitter, "46")
    _party(out, lines, "1P", one.provider, "XX")
    p = one.patient
    out.add(
        lines.nm1(
            entity="QC", kind="1", last=p.last, first=p.first, middle=p.middle, suffix=p.suffix,
            id_qualifier="MI", id=p.member_id,
        )
    )  # fmt: skip
    for qualifier, value in (("1K", one.payer_claim_control_number), ("EJ", one.patient_control_number)):
        if value:
            out.add(lines.ref(qualifier=qualifier, value=value))
    if one.service_from is not None:
        several = one.service_to is not None and one.service_to != one.service_from
        value = f"{day(one.service_from)}-{day(one.service_to)}" if several else day(one.service_from)
        out.add(lines.dtp(qualifier="472", format="RD8" if several else "D8", value=value))
    for number, document in enumerate(one.documents, 1):
        out.add(lines.lx(number=str(number)))
        out.add(lines.trn(type="2" if one.asked else "1", number=document.trace))
        out.add(lines.dtp(qualifier="368", format="D8", value=day(envelope.created)))
        out.add(lines.cat(type="AE", transmission="IA"))
        out.add(lines.ooi(number="1", type="47", name="ATTACHMENT"))
        data = wrapped(document)
        # as it is: values that are written are kept for the next time, and this one is large and new
        out.add(out.d.element.join(("BDS", "B64", str(len(data)), data)))
    out.end_set()


def wrapped(document: AttachedDocument) -> str:
    """The base64 of a document's MIME entity. Raises CharacterError for a name that no header holds."""
    for value in (document.content_type, document.name):
        if not value.isascii() or not value.isprintable() or '"' in value:
            raise CharacterError("a document's name or type holds what a header can't", "BDS")
    head = (
        "MIME-Version: 1.0\r\n"
        f"Content-Type: {document.content_type}\r\n"
        "Content-Transfer-Encoding: base64\r\n"
        f'Content-Disposition: attachment; filename="{document.name}"\r\n\r\n'
    )
    body = base64.encodebytes(document.data or b"").replace(b"\n", b"\r\n")
    return base64.b64encode(head.encode("ascii") + body).decode("ascii")


def _party(out: Output, lines: Lines, entity: str, party: Party, qualifier: str) -> None:
    out.add(
        lines.nm1(
            entity=entity, kind="1" if party.person else "2", last=party.last,
            first=party.first if party.person else "", middle=party.middle if party.person else "",
            id_qualifier=qualifier, id=party.npi if qualifier == "XX" else party.id,
        )
    )  # fmt: skip
