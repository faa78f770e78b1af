"""Types of bill: the first two digits of the institutional number, in our own words, and its frequency.

Source: CMS, Medicare Claims Processing Manual (Pub. 100-04), chapter 25 section 75.1 and the chapters on
each provider; the NUBC gives out the digits.
"""

from coding.code_list import code_list
from edi.records import Claim

BILL_TYPES: dict[str, str] = {
    "11": "hospital inpatient",
    "12": "hospital inpatient, billed to Part B",
    "13": "hospital outpatient",
    "14": "hospital laboratory for somebody who is no patient of it",
    "18": "hospital swing bed",
    "21": "skilled nursing inpatient",
    "22": "skilled nursing inpatient, billed to Part B",
    "23": "skilled nursing outpatient",
    "28": "skilled nursing swing bed",
    "32": "home health under a plan of care",
    "33": "home health, the earlier kind",
    "34": "home health without a plan of care",
    "41": "religious nonmedical inpatient",
    "43": "religious nonmedical outpatient",
    "65": "intermediate care, level I",
    "66": "intermediate care, level II",
    "71": "rural health clinic",
    "72": "dialysis center",
    "73": "free-standing clinic",
    "74": "outpatient rehabilitation",
    "75": "comprehensive outpatient rehabilitation",
    "76": "community mental health center",
    "77": "federally qualified health center",
    "78": "free-standing emergency center",
    "79": "other clinic",
    "81": "hospice, not of a hospital",
    "82": "hospice of a hospital",
    "83": "ambulatory surgery",
    "84": "birthing center",
    "85": "critical access hospital outpatient",
    "86": "residential facility",
    "87": "opioid treatment program",
    "89": "other special facility",
}
#: The patient lies there: a bed, an admission, days.
INPATIENT = code_list("11 18 21 28 41 65 66 86")
#: Services that are billed by the day they were given, with a procedure code.
OUTPATIENT = code_list("13 14 22 23 34 43 74 75 83 85")
#: A hospital's ambulatory bills, which the payment window before an admission takes in.
BEFORE_ADMISSION = code_list("13 14")
INTERIM = code_list("2 3 4")
#: A line that says a rate and no service: the code is a HIPPS rate code, and nothing is charged under it.
RATES = code_list("0022 0023 0024")


def is_inpatient(claim: Claim) -> bool:
    return claim.institutional is not None and claim.institutional.type_of_bill in INPATIENT
