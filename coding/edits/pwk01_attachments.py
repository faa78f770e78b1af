"""A claim that announces a document (PWK) needs that document in the encounter."""

from collections.abc import Iterator
from datetime import date

from coding.context import Context, Documentation
from coding.edit import CLEAN, Source, edit
from coding.finding import Found, Severity
from edi.records import Attachment, Claim


@edit(
    id="PWK-01",
    title="Attachment without a control number or without its document",
    severity=Severity.WARN,
    source=Source("X12 005010X222A1", "PWK02, PWK06"),
    since=date(2012, 1, 1),
    prevents=("252", "16", "N706"),
    fix="Add the document to the encounter under its control number, or drop the PWK.",
    passes=CLEAN.but(
        attachments=(Attachment(report_type="OZ", transmission="EL", control_number="DOC1"),),
        context={"documentation": Documentation(attachments=frozenset({"DOC1"}))},
    ),
    fails=CLEAN.but(attachments=(Attachment(report_type="OZ", transmission="EL"),)),
)
def attachments(claim: Claim, context: Context) -> Iterator[Found]:
    documents = context.documentation.attachments
    for attachment in claim.attachments:
        if attachment.transmission == "AA":
            continue  # available on request: nothing is sent with the claim
        if not attachment.control_number:
            yield None, "PWK06", "an attachment has no control number"
        elif documents is not None and attachment.control_number not in documents:
            yield None, "PWK06", "the attachment's document is not there"
