"""Which claims travel together, and in which envelope: pure.

A batch goes to one clearinghouse and has claims of one kind, so that its functional group names their
guide. The clearinghouse's rules and its payers' decide what may share one, and no batch is larger than
the smallest limit among them.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from config.partners import Clearinghouse, Partners, Payer
from edi.records import Envelope, Party
from tasks.batches.mail import by_mail
from tasks.claims.form import plain


@dataclass(frozen=True, slots=True)
class Going:
    """A submission that is ready: its id, the key of its payer and the kind of claim (P, I, D)."""

    submission: int
    payer: str
    kind: str = "P"


@dataclass(frozen=True, slots=True)
class Plan:
    """One batch to be: for whom, of which payer ("" where several share it), and what is in it."""

    clearinghouse: str
    payer: str
    submissions: tuple[int, ...]


def plan(partners: Partners, ready: Iterable[Going]) -> Iterator[Plan]:
    """Batches for what is ready, in the order it came. The same input gives the same batches."""
    groups: dict[tuple[str, str, str, int], list[int]] = {}
    of_payer: dict[str, tuple[str, str, int]] = {}
    for going in ready:
        if going.payer not in of_payer:
            payer = partners.payers[going.payer]
            clearinghouse = taker(partners, payer)
            alone = (
                payer.paper
                or clearinghouse.one_payer_per_batch
                or payer.own_batch
                or payer.max_claims_per_batch is not None
            )
            most = limit(clearinghouse, payer)
            of_payer[going.payer] = (clearinghouse.key, payer.key if alone else "", most)
        clearinghouse_key, payer_key, most = of_payer[going.payer]
        groups.setdefault((clearinghouse_key, going.kind, payer_key, most), []).append(going.submission)
    for (clearinghouse_key, _, payer_key, most), submissions in groups.items():
        for start in range(0, len(submissions), most):
            yield Plan(clearinghouse_key, payer_key, tuple(submissions[start : start + most]))


def taker(partners: Partners, payer: Payer) -> Clearinghouse:
    """Who takes a payer's claims: its clearinghouse, or a person with an envelope."""
    clearinghouse = partners.clearinghouse_of(payer)
    return by_mail(clearinghouse) if payer.paper else clearinghouse


def limit(clearinghouse: Clearinghouse, payer: Payer) -> int:
    """Claims in one batch, at most."""
    return min(
        clearinghouse.max_claims_per_batch, payer.max_claims_per_batch or clearinghouse.max_claims_per_batch
    )


def envelope(clearinghouse: Clearinghouse, isa13: int, day: date) -> Envelope:
    """ISA to 1000B of a batch: who sends to whom, under which number, on which business date."""
    return Envelope(
        sender_id=clearinghouse.sender_id,
        sender_qualifier=clearinghouse.sender_qualifier,
        receiver_id=clearinghouse.receiver_id,
        receiver_qualifier=clearinghouse.receiver_qualifier,
        application_sender=clearinghouse.application_sender or clearinghouse.sender_id,
        application_receiver=clearinghouse.application_receiver or clearinghouse.receiver_id,
        control_number=isa13,
        created=day,
        usage=clearinghouse.usage,
        batch_reference=f"{isa13:09d}",
        submitter=Party(
            last=plain(clearinghouse.submitter.name),
            id=clearinghouse.submitter.id,
            id_qualifier="46",
            contact_name=plain(clearinghouse.submitter.contact_name),
            contact_phone=clearinghouse.submitter.contact_phone,
        ),
        receiver=Party(
            last=plain(clearinghouse.receiver.name), id=clearinghouse.receiver.id, id_qualifier="46"
        ),
    )


def receiver_of(clearinghouse: Clearinghouse) -> str:
    """The scope of interchange numbers: who receives them."""
    return f"{clearinghouse.receiver_qualifier}:{clearinghouse.receiver_id}:{clearinghouse.usage}"
