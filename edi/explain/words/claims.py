"""What a claim says in codes: 005010X222A1, X223A2 and X224A2. The wording is ours."""

from typing import Final

KINDS: Final[dict[str, str]] = {"P": "professional", "I": "institutional", "D": "dental"}

ORDERS: Final[dict[str, str]] = {  # SBR01
    "P": "primary",
    "S": "secondary",
    "T": "tertiary",
    "A": "fourth",
    "B": "fifth",
    "C": "sixth",
    "D": "seventh",
    "E": "eighth",
    "F": "ninth",
    "G": "tenth",
    "H": "eleventh",
    "U": "of unknown order",
}

FREQUENCIES: Final[dict[str, str]] = {  # CLM05-3
    "1": "original",
    "2": "first of an interim series",
    "3": "interim, continuing",
    "4": "interim, last",
    "5": "late charges",
    "7": "replacement",
    "8": "void",
}

RELATIONSHIPS: Final[dict[str, str]] = {  # SBR02, PAT01
    "01": "spouse",
    "18": "self",
    "19": "child",
    "20": "employee",
    "21": "of unknown relation",
    "39": "organ donor",
    "40": "cadaver donor",
    "53": "life partner",
    "G8": "otherwise related",
}

FILING_CODES: Final[dict[str, str]] = {  # SBR09, CLP06
    "11": "other non-federal program",
    "12": "PPO",
    "13": "point of service plan",
    "14": "EPO",
    "15": "indemnity plan",
    "16": "Medicare Advantage (HMO risk)",
    "17": "dental HMO",
    "AM": "auto insurance",
    "BL": "Blue Cross Blue Shield",
    "CH": "TRICARE",
    "CI": "commercial insurance",
    "DS": "disability insurance",
    "FI": "federal employees program",
    "HM": "HMO",
    "LM": "liability insurance",
    "MA": "Medicare Part A",
    "MB": "Medicare Part B",
    "MC": "Medicaid",
    "OF": "other federal program",
    "TV": "Title V program",
    "VA": "Veterans Affairs",
    "WC": "workers' compensation",
    "ZZ": "plan of unknown kind",
}

CAUSES: Final[dict[str, str]] = {  # CLM11
    "AA": "auto accident",
    "AB": "abuse",
    "AP": "another party responsible",
    "EM": "employment",
    "OA": "other accident",
}

UNITS: Final[dict[str, str]] = {"UN": "", "MJ": "minutes", "DA": "days", "F2": "IU"}  # SV103, SV204

PLACES: Final[dict[str, str]] = {  # CLM05-1; the CMS place of service set
    "02": "telehealth, not at home",
    "10": "telehealth at home",
    "11": "office",
    "12": "home",
    "19": "off-campus outpatient hospital",
    "20": "urgent care",
    "21": "inpatient hospital",
    "22": "outpatient hospital",
    "23": "emergency room",
    "24": "ambulatory surgical center",
    "31": "skilled nursing facility",
    "32": "nursing facility",
    "41": "land ambulance",
    "49": "independent clinic",
    "50": "federally qualified health center",
    "72": "rural health clinic",
    "81": "independent laboratory",
}


def count_of(number: int, one: str, many: str) -> str:
    """A count with its noun: "1 claim", "2 claims"."""
    return f"{number} {one if number == 1 else many}"
