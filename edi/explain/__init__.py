"""A file as a person would tell it: each claim, remittance or acknowledgment as a short story.

    for story in edi.tell("batch.837"):
        print(story.title, *story.says, sep="\n  ")

Pure: records in, words out. What is a patient's is masked unless asked for: initials, the last four
of an id, the year of a birth. `reasons` gives words to CARC and RARC numbers, which are not ours.
"""

from collections.abc import Callable, Iterator

from edi.acknowledgments.inquiry_answers import read_eligibility
from edi.acknowledgments.reading import read_acknowledgments
from edi.claims.files import read_claims
from edi.explain.acknowledgments import tell_acknowledgment
from edi.explain.answers import tell_claim_statuses, tell_eligibility
from edi.explain.claim import tell_claim
from edi.explain.inquiries import tell_inquiries
from edi.explain.mask import Mask
from edi.explain.remittance import no_words, tell_remittance
from edi.explain.story import Story
from edi.read.envelopes import read_envelopes
from edi.read.interchanges import Source, chunks
from edi.remittances.files import read_remittances

__all__ = ["Mask", "Story", "tell", "tell_acknowledgment", "tell_claim", "tell_remittance"]

TOLD = frozenset({"837", "835", "999", "277", "276", "270", "271", "TA1"})


def tell(
    source: Source, *, show_phi: bool = False, reasons: Callable[[str, str], str] = no_words
) -> Iterator[Story]:
    """The stories of a file: its claims, remittances, acknowledgments, answers, inquiries, in this order.

    A remittance is several stories: the payment, each claim of it, and how it closes. They are given
    as they are read. `reasons("CARC", "45")` gives our words for a code, or "". What is not told
    (834, 820 ...) is named in a story of its own. Content never raises; raises `SourceError`, `OSError`.
    """
    if hasattr(source, "read"):  # a stream is read once, its kinds are looked at first
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
            yield tell_claim(claim, mask)
    if "835" in kinds:
        for remittance in read_remittances(source):
            yield from tell_remittance(remittance, mask, reasons)
    if kinds.keys() & {"999", "277", "TA1"}:
        for ack in read_acknowledgments(source):
            yield from tell_acknowledgment(ack, mask)
    if "277" in kinds:
        yield from tell_claim_statuses(source, mask)
    if "271" in kinds:
        for answer in read_eligibility(source):
            yield tell_eligibility(answer, mask)
    if kinds.keys() & {"270", "276"}:
        yield from tell_inquiries(source, mask)
    for kind, count in kinds.items():
        if kind not in TOLD:
            shown = kind if kind.isalnum() and len(kind) == 3 else "unknown"
            yield Story(
                kind="other",
                title=f"{count} transaction set{'s' if count > 1 else ''} {shown}: checked, but not told",
            )
