"""The commands that do a piece of work, ready to be typed: what is left to a person is the reason."""

from dataclasses import dataclass
from shlex import quote
from typing import Final

from ledger.books.claim_acts import REASONS
from ledger.payments.provider_level import ACKNOWLEDGED, ANNOUNCED
from ledger.queries.work_queue import Item


@dataclass(frozen=True, slots=True)
class Command:
    """What it does, and what to type."""

    words: str
    typed: str


_WHY: Final = '--why "..."'
_DRAFT: Final = ("Put the encounter right: the next run takes it", "work draft {id} --set PLACE=VALUE {why}")
_CORRECT: Final = (
    _DRAFT,
    ("Once it is taken, or came corrected: see what differs", "claims correct {claim} --dry-run"),
    ("Send the correction in the way that the payer takes", "claims correct {claim} {why}"),
)
_CORRECTED: Final = (
    ("See what was sent and answered", "claims show {claim}"),
    *_CORRECT,
    ("The coverage is right as it is, or corrected", "work resolve {id} --outcome handled {why}"),
)
_NEXT_PAYER: Final = (("Bill {next_payer}, the next payer", "claims bill-next {claim} {why}"),)
_CONDITIONAL: Final = (
    "An accident's insurer silent for 120 days, Medicare next: ask {next_payer} to pay conditionally",
    "claims bill-conditional {claim} {why}",
)
_TO_PATIENT: Final = (
    (
        f"Move it to the patient; the reason is one of {', '.join(REASONS)}",
        "claims to-patient {claim} --payer {payer}{line} --reason CODE {why}",
    ),
)
_UNDER_APPEAL: Final = (
    ("The payer said no by letter", "work appeal-lost {id} {why}"),
    ("Take the appeal back", "work appeal-withdraw {id} {why}"),
)
_APPEAL: Final = (
    (
        "Read the letter of an appeal",
        'work appeal {id} --enclose "Records of the visit" --out letter.pdf --dry-run',
    ),
    ("Appeal", 'work appeal {id} --sent mail --enclose "Records of the visit" {why}'),
)
_RECORDS: Final = (
    ("Send the records", 'work records {id} --document "Office note=note.pdf" --sent mail {why}'),
)
_WRITE_OFF: Final = (("Write it off", "work write-off {id} {why}"),)
_VOID: Final = (("Take the claim back", "claims void {claim} {why}"),)

_OF_WAY: Final[dict[str, tuple[tuple[str, str], ...]]] = {
    "NEW_OR_REPLACE": (*_CORRECT, *_APPEAL),
    "REPLACE_7": (*_CORRECT, *_APPEAL),
    "NEW_CLAIM": (*_CORRECT, *_VOID),
    "ATTACH": (*_RECORDS, *_CORRECT, *_APPEAL),
    "NEXT_PAYER": _NEXT_PAYER,
    "NEXT_PAYER_OR_PATIENT": (*_NEXT_PAYER, *_TO_PATIENT),
    "RECONSIDER": (*_APPEAL, *_CORRECT),
    "APPEAL": _APPEAL,
    "RESEARCH": (("See what was sent and answered", "claims show {claim}"), *_APPEAL),
    "NONE": (),
    "WAIT": (("See what was sent and answered", "claims show {claim}"),),
    "BY_RARC": _CORRECT,
    "WRITE_OFF": (),
}
"""What may be typed for work that a payer owes, by its way. All of it may be written off."""

_PAYER_CREDIT: Final = (
    ("Refund the payer", "claims refund {claim} --payer {payer} {why}"),
    ("The payer took it back itself: nothing is paid", "credits offset {claim} --payer {payer} {why}"),
    ("Say when it was identified", "credits identify {claim} --payer {payer} --on YYYY-MM-DD {why}"),
    (
        "Of Medicare or Medicaid: an investigation suspends its deadline",
        "credits suspend {claim} --payer {payer} --from YYYY-MM-DD --until YYYY-MM-DD {why}",
    ),
)
_OF_KIND: Final[dict[str, tuple[tuple[str, str], ...]]] = {
    "hold": (
        ("See what holds it, with place and remedy", "holds"),
        _DRAFT,
        (
            "Let it go although the edit holds it",
            "holds override {reference} --edit {edit} --who NAME --until YYYY-MM-DD {why}",
        ),
    ),
    "rejection": (
        ("Put the encounter right: it goes again with the next run", _DRAFT[1]),
        ("Send it again as it is now", "rejections again {reference} {why}"),
    ),
    "late_encounter": (
        ("See what differs", "claims correct {reference} --dry-run"),
        ("Send the correction", "claims correct {reference} {why}"),
        ("Leave the claim as it is", "claims refuse-correction {reference} {why}"),
    ),
    "unanswered": (("See its batch and answers", "claims show {reference}"),),
    "suspense": (
        ("See the claims that it may be of", "suspense"),
        ("Match it to its claim", "suspense match {reference} CLAIM {why}"),
        ("Return it to the payer", "suspense return {reference} {why}"),
    ),
    "remittance": (
        ("See its parts", "remittances show {reference}"),
        ("Post it after all", "remittances release {reference} {why}"),
        ("Never post it", "remittances refuse {reference} {why}"),
    ),
    "quarantined": (
        ("Read the file again", "quarantine retry {reference} {why}"),
        ("It was dealt with in another way", "quarantine settle {reference} {why}"),
    ),
    "attachment": _RECORDS,
    "information_request": (("See what was sent and answered", "claims show {claim}"), *_RECORDS),
    "enrolment": (
        ("See what was said of it", "enrolments show {reference}"),
        (
            "Once it is renewed, say until when",
            "enrolments renew {reference} --to YYYY-MM-DD {why}",
        ),
        ("It is not renewed: say its last day", "enrolments end {reference} --on YYYY-MM-DD {why}"),
    ),
    "deposit": (
        ("See the remittances that it may be of", "deposits list"),
        ("Match it", "deposits match {reference} REMITTANCE {why}"),
        (
            "A payer's virtual card, of which the processor kept a fee",
            "deposits match {reference} REMITTANCE --fee-dollars 2.50 {why}",
        ),
        ("It is no payer's", "deposits settle {reference} --as-what patient {why}"),
    ),
    "undeposited": (
        ("See the deposits that nothing explains", "deposits list"),
        ("Match its deposit", "deposits match DEPOSIT {reference} {why}"),
    ),
    "unbilled_visit": (
        ("See it with the encounters that may be its own", "visits list"),
        ("It is not billed: say why", "visits dismiss {reference} --reason no_charge {why}"),
    ),
    "plan_missed": (
        ("See the account, its plan and its payments", "patients show {claim}"),
        (
            "Once it is paid, say so",
            "patients pay {claim} --method check --reference NUMBER --dollars 25.00 {why}",
        ),
        ("The plan is over: what is left is asked for again", "patients plan-end {reference} {why}"),
    ),
    "payer_credit": _PAYER_CREDIT,
    "secondary_first": (("See what its payers answered", "claims show {claim}"), *_PAYER_CREDIT[1:]),
    "estimate_due": (
        ("See which visits need an estimate, and by when", "estimates due"),
        ("Make it of a file with its expected services", "estimates make FILE --replace {why}"),
        ("Of a request: the patient wants none", "visits dismiss {reference} --reason not_wanted {why}"),
    ),
    "estimate_to_give": (
        ("Print or send it", "estimates letter {reference} --out estimate.pdf"),
        (
            "Say when and how the patient got it",
            "estimates give {reference} --on YYYY-MM-DD --how mail {why}",
        ),
    ),
    "estimate_exceeded": (
        ("See what was expected and what is billed", "estimates show {reference}"),
        ("Lower the bill", "claims write-off {claim} --patient --dollars 400.00 {why}"),
        ("The bill stands as it is", "estimates accept {reference} {why}"),
    ),
    "patient_credit": (
        ("Refund the patient", "claims refund {claim} --patient {why}"),
        ("Use it for what else the account owes", "patients use-credit {claim} {why}"),
        ("Its owner was in contact", "credits contact {claim} --on YYYY-MM-DD {why}"),
    ),
    "overdue_payer": (
        ("See what was sent, asked and answered", "claims show {claim}"),
        ("Ask the payer what became of it", "claims ask-status {claim} {why}"),
        ("Send it again, where the payer does not have it", "claims resend {claim} {why}"),
        _CONDITIONAL,
    ),
    "inquiry_refused": (
        ("See why the file was refused", "batches show {reference}"),
        ("Once that is corrected, ask again for each claim of it", "claims ask-status {claim} {why}"),
    ),
    "earlier_answer_changed": _CORRECT,
    "corrected_patient": _CORRECTED,
    "corrected_payer": _CORRECTED,
    "underpaid": (
        ("See what the contract says of each line", "contracts price {claim}"),
        ("Take what the payer allowed as its price", "work accept {id} {why}"),
    ),
    "overpaid": (
        ("See what the contract says of each line", "contracts price {claim}"),
        (
            "It was dealt with: the contract is right now, or the payer knows",
            "work resolve {id} --outcome handled {why}",
        ),
    ),
    "between_practices": (
        ("See what was paid, and to whom", "claims show {claim}"),
        ("The one practice gave it to the other", "work hand-over {id} --on YYYY-MM-DD {why}"),
    ),
    "unknown_drg": (
        ("See what was billed and decided", "claims show {claim}"),
        (
            "The payer said which DRG it meant, and that was dealt with",
            "work resolve {id} --outcome handled {why}",
        ),
    ),
    "downcoded": (
        ("See what was billed and decided", "claims show {claim}"),
        ("Take what the payer decided as right", "work accept {id} {why}"),
    ),
}

_COVERAGE: Final = (
    ("See what was asked and answered", "coverage show {reference}"),
    ("Once what was refused is corrected, ask again", "coverage verify {reference} {why}"),
)
"""Of an `inquiry_refused` that is about no claim yet: its reference is the encounter."""


_NOT_TAKEN: Final = (
    ("See what was sent and answered", "claims show {claim}"),
    ("Send them again", 'work records {id} --document "Office note=note.pdf" --sent 275 {why}'),
    ("Or send them another way", 'work records {id} --document "Office note=note.pdf" --sent mail {why}'),
)
"""Of an `inquiry_refused` that is a packet of records."""


_REFUNDED: Final = "refunds pay --payer {payer} --practice {practice} --reference {reference} {why}"


def _provider_level(item: Item) -> list[tuple[str, str]]:
    """What may be typed for money that a payer keeps, gives or carries beside its claims."""
    found = [("See the claim that it is about", "claims show {claim}")] if item.claim_id else []
    if item.action.startswith(ANNOUNCED):
        found.append(("Send the money back", _REFUNDED))
    elif item.action.startswith(ACKNOWLEDGED):
        found.append(("Enter the refund, where one was paid and is not here", _REFUNDED))
    return [
        *found,
        ("Keep what the payer says of it", "work note {id} {why}"),
        ("It was dealt with", "work resolve {id} --outcome handled {why}"),
    ]


def commands_of(item: Item) -> list[Command]:
    """What may be typed for a piece of work, the likeliest first."""
    templates = list(_OF_KIND.get(item.kind, ()))
    if item.kind == "inquiry_refused" and item.claim_id is None:
        templates = list(_COVERAGE)
    elif item.kind == "inquiry_refused" and item.category == "ATTACHMENT":
        templates = list(_NOT_TAKEN)
    if item.category == "TIMELY_FILING":
        templates.append(("Prove that it was filed in time", "claims filing-proof {claim} --out proof.pdf"))
    if item.under_appeal:
        templates += _UNDER_APPEAL
    elif item.owed:
        of_way = _OF_WAY.get(item.way, ())
        decided = item.claim_payment_id is not None  # a payer's decision can be appealed, a silence can't
        templates += [one for one in of_way if decided or one not in _APPEAL]
        templates += _WRITE_OFF
    elif item.kind == "provider_level":
        templates += _provider_level(item)
    elif item.kind not in _OF_KIND:
        templates.append(("It was dealt with", "work resolve {id} --outcome handled {why}"))
    filled = {
        "id": str(item.id),
        "claim": quote(item.patient_control_number or str(item.claim_id or "")),
        "payer": quote(item.payer),
        "practice": quote(item.practice),
        "next_payer": item.next_payer,
        "line": f" --line {item.line}" if item.line else "",
        "reference": quote(item.reference),
        "edit": quote(item.procedure),
        "why": _WHY,
    }
    if not item.next_payer:
        templates = [one for one in templates if one not in (*_NEXT_PAYER, _CONDITIONAL)]
    return [
        Command(words.format(**filled), f"cleanclaim {typed.format(**filled)}") for words, typed in templates
    ]
