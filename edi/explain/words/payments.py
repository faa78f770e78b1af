"""What a remittance says in codes: 005010X221A1. The wording is ours."""

from typing import Final

METHODS: Final[dict[str, str]] = {  # BPR04
    "ACH": "by bank transfer (ACH)",
    "BOP": "by the payer's choice of way",
    "CHK": "by check",
    "FWT": "by wire transfer",
    "NON": "with no money moving",
}

CLAIM_STATUS: Final[dict[str, str]] = {  # CLP02: says how it was handled, not whether it was paid
    "1": "processed as primary",
    "2": "processed as secondary",
    "3": "processed as tertiary",
    "4": "denied",
    "19": "processed as primary and forwarded to another payer",
    "20": "processed as secondary and forwarded to another payer",
    "21": "processed as tertiary and forwarded to another payer",
    "22": "reversal of an earlier payment",
    "23": "not this payer's, forwarded to another",
    "25": "predetermination, nothing is paid",
}

GROUPS: Final[dict[str, str]] = {  # CAS01
    "CO": "contract, the provider's to bear",
    "PR": "the patient's to pay",
    "OA": "other adjustment, nobody's to pay by itself",
    "PI": "the payer's own reduction",
    "CR": "correction or reversal",
}

AMOUNTS: Final[dict[str, str]] = {  # AMT01 of a claim
    "AU": "covered",
    "D8": "discount for prompt payment",
    "DY": "per-day limit",
    "F5": "paid by the patient",
    "I": "interest",
    "NL": "negative balance",
    "T": "tax",
    "T2": "before taxes",
    "ZK": "federal, mandate 1",
    "ZL": "federal, mandate 2",
    "ZM": "federal, mandate 3",
    "ZN": "federal, mandate 4",
    "ZO": "federal, mandate 5",
}

PROVIDER_REASONS: Final[dict[str, str]] = {  # PLB03-1
    "50": "late filing penalty",
    "51": "interest penalty",
    "72": "refund from the provider acknowledged",
    "90": "early payment allowance",
    "AH": "origination fee",
    "AM": "applied to a debt of the provider",
    "AP": "accelerated payment taken back",
    "B2": "rebate",
    "B3": "allowance for recovered debt",
    "BD": "bad debt adjustment",
    "BN": "bonus",
    "C5": "temporary allowance",
    "CR": "capitation interest",
    "CS": "adjustment",
    "CT": "capitation payment",
    "CV": "capital passed through",
    "CW": "anesthetist cost passed through",
    "DM": "direct medical education passed through",
    "E3": "withholding",
    "FB": "balance carried forward",
    "FC": "allocation of the fund",
    "GO": "graduate medical education passed through",
    "HM": "hemophilia clotting factor",
    "IP": "incentive premium",
    "IR": "withheld for the tax office",
    "IS": "interim settlement",
    "J1": "nothing is reimbursed",
    "L3": "penalty",
    "L6": "interest",
    "LE": "levy",
    "LS": "lump sum",
    "OA": "organ acquisition passed through",
    "OB": "offset for affiliated providers",
    "PI": "periodic interim payment",
    "PL": "final payment",
    "RA": "retroactive adjustment",
    "RE": "return on equity",
    "SL": "student loan repayment",
    "TL": "third party liability",
    "WO": "overpayment recovered",
    "WU": "unspecified recovery",
}


def provider_reason(reason: str, cents: int) -> str:
    """A provider-level reason in words; its sign decides for some (X221A1, 1.10.2.9 onward)."""
    if reason == "FB":
        return "negative balance carried forward" if cents < 0 else "balance of an earlier remittance applied"
    if reason == "WO" and cents < 0:
        return "recovery put off, or money returned that was recovered before"
    if reason == "L6":
        return "interest paid" if cents < 0 else "interest taken back"
    return PROVIDER_REASONS.get(reason, f"reason {reason}")


def handled(status: str) -> str:
    """A claim's CLP02 in words, with the code."""
    words = CLAIM_STATUS.get(status)
    return f"{words} (status {status})" if words else f"status {status}"
