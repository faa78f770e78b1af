"""The money: where it stands, and the remittances that brought it."""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, replace

from ledger.books.accounts import ADJUSTED, PROVIDER_LEVEL
from ledger.queries import balances
from ledger.queries.listing import WHOLE, Listing, Page, by
from ledger.runs.settling import is_settled
from ledger.schema import remittance
from ledger.storage.database import Ledger


@dataclass(frozen=True, slots=True)
class Money:
    """Where the money stands, all in cents. `cash` and `applied` are what payers paid, in all and on
    claims; `from_patients` what patients paid. `held` is what was paid beyond what is owed
    (prepayments, credits), `reversed_unknown` what a payer took back of payments that are not here;
    what one practice received for another (`between_practices`) comes to 0.
    """

    charged: int
    applied: int
    from_patients: int
    adjusted: int
    withheld: int
    receivable_payers: int
    receivable_patients: int
    held: int
    cash: int
    provider_level: int
    suspense: int
    reversed_unknown: int
    between_practices: int
    postings_sum: int

    @property
    def receivable(self) -> int:
        return self.receivable_payers + self.receivable_patients

    @property
    def closes(self) -> bool:
        of_claims = self.applied + self.from_patients + self.adjusted + self.withheld + self.receivable
        return (
            self.postings_sum == 0
            and self.between_practices == 0
            and self.charged == of_claims - self.held + self.reversed_unknown
            and self.cash == self.applied + self.suspense - self.provider_level
        )


@dataclass(frozen=True, slots=True)
class RemittanceRow:
    """One 835 transaction. `difference` is what it is out of balance by; cents."""

    id: int
    payer: str
    payee: str
    practice: str
    trace: str
    paid_cents: int
    paid_on: str
    state: str
    difference_cents: int
    claims: int
    provider_level_cents: int
    business_on: str

    @property
    def balanced(self) -> bool:
        return self.difference_cents == 0


def money(ledger: Ledger, practices: Collection[str] | None = None) -> Money:
    """Where the money stands, of these practices (None: of all). It closes of all practices together alone:
    one may have received what is another's."""
    by: Counter[tuple[str, bool, bool]] = Counter()
    with ledger.read() as connection:
        for key, cents in balances.all_of(connection).items():
            if practices is not None and key.practice not in practices:
                continue
            by[key.account, bool(key.of_claim), key.payer != ""] += cents

    def all_of(*accounts: str) -> int:
        return sum(cents for (account, _, _), cents in by.items() if account in accounts)

    def of(account: str, *, claim: bool | None = None, payer: bool | None = None) -> int:
        return sum(
            cents
            for (name, has_claim, has_payer), cents in by.items()
            if name == account and claim in (None, has_claim) and payer in (None, has_payer)
        )

    return Money(
        charged=-all_of("revenue", "opening"),
        applied=of("cash", claim=True, payer=True),
        from_patients=of("cash", payer=False),
        adjusted=all_of(*ADJUSTED),
        withheld=all_of("withholding"),
        receivable_payers=all_of("receivable_payer"),
        receivable_patients=all_of("receivable_patient"),
        held=-all_of("prepayment", "credit"),
        cash=of("cash", payer=True),
        provider_level=all_of(*PROVIDER_LEVEL),
        suspense=-of("suspense", claim=False),
        reversed_unknown=of("suspense", claim=True),
        between_practices=all_of("due_to", "due_from"),
        postings_sum=sum(by.values()),
    )


@dataclass(frozen=True, slots=True)
class OfPatients:
    """What patients owe, paid ahead, have in credit, and what of theirs collections were given; cents."""

    owed: int
    prepaid: int
    credit: int
    given_up: int


def of_patients(ledger: Ledger, practices: Collection[str] | None = None) -> OfPatients:
    """The patients' money by the books, of these practices (None: of all)."""
    sums: Counter[str] = Counter()
    with ledger.read() as connection:
        for key, cents in balances.all_of(connection).items():
            of_practice = practices is None or key.practice in practices
            if of_practice and key.of_claim and (key.account != "credit" or not key.payer):
                sums[key.account] += cents
    return OfPatients(sums["receivable_patient"], -sums["prepayment"], -sums["credit"], sums["bad_debt"])


REMITTANCES = Listing(
    row=RemittanceRow,
    columns=[remittance.c[name] for name in RemittanceRow.__dataclass_fields__],
    joined=remittance,
    number=remittance.c.id,
    newest_first=True,
    payer=by(remittance.c.payer),
    practice=by(remittance.c.practice),
)
"""Every remittance, newest first."""
_WAITS = ("unbalanced", "conflict", "unknown_payee")
STATES = ("posted", *_WAITS)
"""Of a remittance."""
UNPOSTED = replace(
    REMITTANCES, where=(remittance.c.state.in_(_WAITS), ~is_settled("remittance", remittance.c.id))
)
"""Those that wait for a person."""


def waiting_total(ledger: Ledger, page: Page = WHOLE) -> tuple[int, int]:
    """How many remittances wait for a person, and what they pay in cents."""
    return UNPOSTED.counted(ledger, remittance.c.paid_cents, page)


WAITING, DECIDED = "waiting", "decided"


def of_state(state: str) -> Listing[RemittanceRow]:
    """The remittances of a state, of those that wait for a person (WAITING), or about which a person decided
    that they are not posted (DECIDED); "": all of them."""
    r = remittance.c
    if state == WAITING:
        return UNPOSTED
    if state == DECIDED:
        return replace(REMITTANCES, where=(r.state.in_(_WAITS), is_settled("remittance", r.id)))
    return replace(REMITTANCES, where=(r.state == state,)) if state else REMITTANCES


def remittances(
    ledger: Ledger, unposted: bool = False, business_on: str = "", number: int | None = None
) -> list[RemittanceRow]:
    """Every remittance, oldest first, or those of a night, or the one of a number; with `unposted` those
    that wait for a person."""
    found = UNPOSTED if unposted else REMITTANCES
    if business_on:
        found = replace(found, where=(remittance.c.business_on == business_on,))
    if number is not None:
        found = replace(found, where=(remittance.c.id == number,))
    return replace(found, newest_first=False).read(ledger)
