"""The chart of accounts. Every posting names one of these; nothing is posted anywhere else."""

from typing import Final, NamedTuple


class Account(NamedTuple):
    """`kind` is asset, liability, income or expense."""

    key: str
    kind: str
    title: str


CHART: Final = (
    Account("revenue", "income", "Charges"),
    Account("cash", "asset", "Payments received, payer and patient"),
    Account("receivable_payer", "asset", "Owed by payers"),
    Account("receivable_patient", "asset", "Owed by patients"),
    Account("opening", "income", "Open items taken over from an older system"),
    Account("contractual", "expense", "Contractual adjustments"),
    Account("incentive", "expense", "Incentives and penalties of payers, in claims"),
    Account("capitation", "expense", "Covered by capitation"),
    Account("write_off", "expense", "Written off by a person"),
    Account("bad_debt", "expense", "Given to collections or given up"),
    Account("withholding", "asset", "Withheld by payers until a settlement"),
    Account("prepayment", "liability", "Taken from patients before their share is known"),
    Account("credit", "liability", "Paid beyond what is owed: to be refunded or reallocated"),
    Account("suspense", "liability", "Received for claims that were not found"),
    Account("due_to", "liability", "Received by a practice for another one"),
    Account("due_from", "asset", "Received by another practice"),
    Account("interest", "income", "Interest of payers"),
    Account("recoupment", "asset", "Recouped, or to be recouped, by payers"),
    Account("forwarded_balance", "asset", "Balances that payers carry forward"),
    Account("tax_withheld", "asset", "Withheld for the tax authority"),
    Account("fees", "expense", "Fees of payers and clearinghouses"),
    Account("card_fees", "expense", "Fees of card processors"),
    Account("levy", "expense", "Taken by levy or garnishment"),
    Account("settlement", "income", "Lump sums, settlements and other provider-level amounts"),
)

PROVIDER_LEVEL: Final = (
    "interest",
    "recoupment",
    "forwarded_balance",
    "tax_withheld",
    "fees",
    "card_fees",
    "levy",
    "settlement",
)
"""Where amounts of payers go that are of no claim: those of PLB, and what card processors kept."""

BY_REASON: Final = {
    "L6": "interest",
    "WO": "recoupment",
    "72": "recoupment",
    "C5": "recoupment",
    "OB": "recoupment",
    "FB": "forwarded_balance",
    "IR": "tax_withheld",
    "E3": "tax_withheld",
    "AH": "fees",
    "50": "fees",
    "51": "fees",
    "LE": "levy",
}
"""The account of a provider-level reason (PLB03-1); every other reason is a settlement."""

ADJUSTED: Final = ("contractual", "incentive", "capitation", "write_off", "bad_debt")


def of_reason(reason: str) -> str:
    """The account that a provider-level adjustment goes to."""
    return BY_REASON.get(reason, "settlement")
