"""Explains a file in plain words: each claim, remittance or acknowledgment.

    for explanation in edi.explain_file("batch.837"):
        print(explanation.title, *explanation.sentences, sep="\n  ")

Pure: records in, words out. Patient data is masked by default: initials, the last four characters of
an id, the year of birth. The wording of CARC and RARC codes is not part of this package; the caller
supplies it as `reasons`.
"""

from collections.abc import Callable, Iterator

from edi.acknowledgments.information_requests import read_information_requests
from edi.acknowledgments.inquiry_answers import read_eligibility
from edi.acknowledgments.reading import read_acknowledgments
from edi.claims.files import read_claims
from edi.claims.patient_information import read_patient_information
from edi.explain.acknowledgments import explain_acknowledgment
from edi.explain.answers import explain_claim_statuses, explain_eligibility
from edi.explain.claim import explain_claim
from edi.explain.explanation import Explanation
from edi.explain.information_requests import explain_information_request
from edi.explain.inquiries import explain_inquiries
from edi.explain.mask import Mask
from edi.explain.patient_information import explain_information
from edi.explain.remittance import explain_remittance, no_words
from edi.read.envelopes import read_envelopes
from edi.read.interchanges import Source, chunks
from edi.remittances.files import read_remittances

__all__ = [
    "Explanation",
    "Mask",
    "explain_acknowledgment",
    "explain_claim",
    "explain_file",
    "explain_remittance",
]

EXPLAINED = frozenset({"837", "835", "999", "277", "276", "275", "270", "271", "TA1"})


def explain_file(
    source: Source, *, show_phi: bool = False, reasons: Callable[[str, str], str] = no_words
) -> Iterator[Explanation]:
    """Explain a file: its claims, remittances, acknowledgments, answers and inquiries, in this order.

    A remittance has several explanations: the payment, each of its claims, and its balance. They are
    yielded as they are read. `reasons("CARC", "45")` returns words for a code, or "". Other transaction
    sets (834, 820 ...) are only counted. Never raises on content; raises `SourceError` and `OSError`.
    """
    if hasattr(source, "read"):  # the kinds are needed first, and a stream can be read only once
        source = "".join(chunks(source)).encode("latin-1")
    mask = Mask(show_phi)
    kinds: dict[str, int] = {}
    for interchange in read_envelopes(source):
        for transaction in interchange.transactions:
            kinds[transaction.transaction_set] = kinds.get(transaction.transaction_set, 0) + 1
        if interchange.acknowledged:
            kinds["TA1"] = kinds.get("TA1", 0) + len(interchange.acknowledged)
    if "837" in kinds:
        for claim in read_claims(source):
            yield explain_claim(claim, mask)
    if "835" in kinds:
        for remittance in read_remittances(source):
            yield from explain_remittance(remittance, mask, reasons)
    if kinds.keys() & {"999", "277", "TA1"}:
        for ack in read_acknowledgments(source):
            yield from explain_acknowledgment(ack, mask)
    if "277" in kinds:
        yield from explain_claim_statuses(source, mask)
        for request in read_information_requests(source):
            yield explain_information_request(request, mask)
    if "271" in kinds:
        for answer in read_eligibility(source):
            yield explain_eligibility(answer, mask)
    if "275" in kinds:
        for information in read_patient_information(source):
            yield explain_information(information, mask)
    if kinds.keys() & {"270", "276"}:
        yield from explain_inquiries(source, mask)
    for kind, count in kinds.items():
        if kind not in EXPLAINED:
            shown = kind if kind.isalnum() and len(kind) == 3 else "unknown"
            yield Explanation(
                kind="other",
                title=f"{count} transaction set{'s' if count > 1 else ''} {shown}: not explained",
            )
