"""A payer's answer that was waited for and did not come: what is to be done, by what is known of it."""

from collections.abc import Sequence
from typing import Final

from config.dollars import dollars
from ledger.adjudication import claim_status as status
from ledger.adjudication.coordination import TO_BILL
from ledger.adjudication.facts import ClaimFacts, Said
from ledger.adjudication.settlement import Side
from ledger.adjudication.work import OVERDUE_PAYER, Work

ASK: Final = (
    "No answer by {}: ask the payer for the claim's status, and send it again only where the payer does not "
    "have it"
)
ASKED: Final = (
    "No answer by {}; its status was asked for on {}: wait for what the payer says, or ask it by phone or "
    "portal"
)
ACTIONS: Final = {
    "crossing_over": "The payer before it sent the claim on, and no answer came by {}: ask this payer for "
    "the claim, and bill it only where it does not have it (`cleanclaim claims bill-next`)",
    TO_BILL: "It was to be billed by {}: see why its claim is held, or bill it in another way",
    "not_billed": "Not billed by {}: finish the open work with the payer before it, or bill it as it is "
    "(`cleanclaim claims bill-next`)",
}
"""By the payer's state in the settlement, where nothing was sent to it."""


PAID: Final = (
    "The payer says that it paid {}, and its remittance is not here: ask it for a copy of that remittance, "
    "and find the payment"
)
SAID: Final = {
    status.DECIDED: "The payer says that it has decided, and its remittance is not here: ask it for a copy "
    "of that remittance",
    status.WANTS_MORE: "The payer wants more before it decides: see what it asks for, and send that",
    status.RETURNED: "The payer says that it refused the claim: ask it why, correct the encounter, or send "
    "the claim again (`cleanclaim claims resend`)",
    status.NOT_FOUND: "The payer has no such claim: send it again (`cleanclaim claims resend`)",
    status.UNCLEAR: "The payer could not say what became of the claim: compare the member and the payer with "
    "the card, then ask by phone or portal",
}
"""By the meaning of its last answer; the wait begins anew where the payer is working on the claim."""


def work_of(late: Sequence[Side], claim: ClaimFacts) -> list[Work]:
    """The work of waits that are over, one for each payer. The patient is not asked for it."""
    found: dict[str, Work] = {}
    for side in late:
        if side.payer in found:
            found[side.payer].cents += side.waiting
            continue
        found[side.payer] = Work(
            kind=OVERDUE_PAYER,
            payer=side.payer,
            cents=side.waiting,
            category="OVERDUE",
            owner="FOLLOW_UP",
            action=_action(side, claim),
        )
    return list(found.values())


def _action(side: Side, claim: ClaimFacts) -> str:
    asked, said = claim.asked.get(side.payer), claim.said.get(side.payer)
    if side.state in ACTIONS:
        return ACTIONS[side.state].format(side.waiting_until)
    if asked is not None:
        return ASKED.format(side.waiting_until, asked)
    if said is not None and (words := _of(said)):
        return f"{words} (277 of {said.on}: {said.codes})"
    return ASK.format(side.waiting_until)


def _of(said: Said) -> str:
    """What an answer asks for; "" nothing."""
    if said.meaning != status.PAID:
        return SAID.get(said.meaning, "")
    how = f" by {said.check_number}" if said.check_number else ""
    on = f" on {said.paid_on}" if said.paid_on else ""
    return PAID.format(f"{dollars(said.paid)}{on}{how}")
