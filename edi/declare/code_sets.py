"""Code sets: what `edi` knows of them alone, and the interface through which others are asked.

    edi.check(source, codes=mine)          # mine.known("icd10cm", "J020", date(2026, 11, 2)) -> True

`edi` knows the forms of all codes, and the members of the small sets that no licence covers: states,
countries, places of service, the numbers of adjustment reasons and remarks. Whatever needs a table
with dates (ICD-10-CM, HCPCS) is asked of the `Codes` that the caller gives; what nobody has loaded
is reported as unchecked, and only where the caller gave any.
"""

import re
from collections.abc import Callable
from datetime import date
from functools import lru_cache
from typing import Final, Protocol


class Codes(Protocol):
    """Whoever holds code sets. Sets that are asked for: icd10cm, icd10pcs, icd9cm, icd9pcs, hcpcs (with
    CPT), cdt, taxonomy; and others of which `edi` knows the form, such as revenue and ndc."""

    def known(self, code_set: str, code: str, day: date | None) -> bool | None:
        """Whether a code is in the set on a day; None where that set, or that day, is not loaded."""


def _set(listed: str) -> frozenset[str]:
    return frozenset(listed.split())


# Postal abbreviations: states, territories and military posts; provinces of Canada.
STATES: Final = _set(
    "AL AK AZ AR CA CO CT DE DC FL GA HI ID IL IN IA KS KY LA ME MD MA MI MN MS MO MT NE NV NH NJ NM NY NC "
    "ND OH OK OR PA RI SC SD TN TX UT VT VA WA WV WI WY AS GU MP PR VI UM FM MH PW AA AE AP"
)
PROVINCES: Final = _set("AB BC MB NB NF NL NS NT NU ON PE QC SK YT")
# ISO 3166-1, two letters.
COUNTRIES: Final = _set(
    "AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV "
    "BW BY BZ CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES "
    "ET FI FJ FK FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE "
    "IL IM IN IO IQ IR IS IT JE JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY "
    "MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU "
    "NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM "
    "SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG UM US UY UZ VA VC VE "
    "VG VI VN VU WF WS YE YT ZA ZM ZW"
)
# NUBC: what becomes of the patient (CL103), codes that are no more in use among them.
PATIENT_STATUSES: Final = _set(
    "01 02 03 04 05 06 07 08 09 20 21 30 40 41 42 43 50 51 61 62 63 64 65 66 69 70 71 72 81 82 83 84 85 86 "
    "87 88 89 90 91 92 93 94 95"
)
# NUBC: claim frequencies; a professional or dental claim is an original, a replacement or a void of one.
FREQUENCIES: Final = frozenset("0123456789ABCDEFGHIJKMOPQXYZ")
SIMPLE_FREQUENCIES: Final = frozenset("1678")
# CMS, place of service codes for professional claims.
PLACES: Final = _set(
    "01 02 03 04 05 06 07 08 09 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 31 32 33 34 41 42 49 "
    "50 51 52 53 54 55 56 57 58 60 61 62 65 66 71 72 81 99"
)

_FORMS: Final[dict[str, re.Pattern[str]]] = {
    name: re.compile(form)
    for name, form in (
        # One letter, a digit, a letter or digit, and up to four more; no point. U and Z stand as others.
        ("icd10cm", r"[A-Z]\d[0-9A-Z](?:[0-9A-Z]{1,3}[0-9A-Z]?)?"),
        ("icd10pcs", r"[0-9A-HJ-NP-Z]{7}"),
        ("icd9cm", r"\d{3}\d{0,2}|V\d{2}\d{0,2}|E\d{3}\d?"),
        ("icd9pcs", r"\d{2}\d{0,2}"),
        ("hcpcs", r"\d{4}[0-9A-Z]|[A-Z]\d{4}"),
        ("cdt", r"D\d{4}"),
        ("ndc", r"\d{11}"),
        ("revenue", r"\d{4}"),
        # NUCC: three digits, six letters or digits, X.
        ("taxonomy", r"\d{3}[0-9A-Z]{6}X"),
        ("currencies", r"[A-Z]{3}"),
        ("zip", r"\d{5}(?:\d{4})?"),
        ("postal_code", r"[A-Z]\d[A-Z] ?\d[A-Z]\d"),
        ("bill_type", r"[1-8][1-9]"),
        ("tax_number", r"\d{9}"),
        ("clia", r"\d{2}D\d{7}"),
        ("drg", r"\d{3}[0-9A-Z]?"),
        ("nubc", r"[0-9A-Z]{2}"),  # condition, occurrence, span and value codes
        ("tooth", r"0?[1-9]|[12]\d|3[0-2]|5[1-9]|[67]\d|8[0-2]|[A-T]S?"),  # ADA, supernumerary ones too
        ("oral_cavity", r"0\d|[1-4]0|[LR]"),
        ("admission_type", r"[1-59]"),
        ("admission_source", r"[1-9A-G]"),
    )
}
# Numbers that the committees have given out so far, retired ones too, with room for the next lists.
STATUS_LISTS: Final = "November 2024"
STATUS_CATEGORIES: Final = _set(
    "A0 A1 A2 A3 A4 A5 A6 A7 A8 D0 DR01 DR02 DR03 DR04 DR05 DR06 DR07 DR08 E0 E1 E2 E3 E4 F0 F1 F2 F3 F3F "
    "F3N F4 F5 P0 P1 P2 P3 P4 P5 R0 R1 R3 R4 R5 R6 R7 R8 R9 R10 R11 R12 R13 R14 R15 R16 R17 RQ X0"
)
_LAST_STATUS: Final = 850  # counted from 0, retired ones too, with room for the next lists
_REASONS: Final = {"A": (0, 8), "B": (1, 23), "D": (1, 23), "P": (1, 40), "W": (1, 9), "Y": (1, 3)}
_LAST_REASON: Final = 320
_REMARKS: Final = {"M": (1, 144), "MA": (1, 134), "N": (1, 960)}
_SPLIT: Final = re.compile(r"([A-Z]{0,2})(0?[0-9]\d{0,2})")


def _numbered(ranges: dict[str, tuple[int, int]], code: str) -> bool:
    parts = _SPLIT.fullmatch(code)
    if parts is None or parts[1] not in ranges:
        return False
    first, last = ranges[parts[1]]
    return first <= int(parts[2]) <= last


def _count(code: str) -> int:
    return int(code) if code.isascii() and code.isdigit() and len(code) < 5 else -1


@lru_cache(maxsize=20_000)
def valid_npi(npi: str) -> bool:
    """Ten digits whose Luhn sum over 80840 and the number ends in 0 (CMS, NPI check digit)."""
    if len(npi) != 10 or not (npi.isascii() and npi.isdigit()):
        return False
    total = 24  # what 80840 adds
    for position, digit in enumerate(npi):
        value = int(digit) * (2 if position % 2 == 0 else 1)
        total += value - 9 if value > 9 else value
    return total % 10 == 0


def valid_bank(number: str) -> bool:
    """An ABA routing number: nine digits whose sum, weighted 3, 7, 1, ends in 0."""
    if len(number) != 9 or not (number.isascii() and number.isdigit()):
        return False
    return sum(int(digit) * (3, 7, 1)[n % 3] for n, digit in enumerate(number)) % 10 == 0


_MEMBERS: Final[dict[str, Callable[[str], bool]]] = {
    "npi": valid_npi,
    "states": lambda code: code in STATES or code in PROVINCES,
    "countries": lambda code: code in COUNTRIES,
    "place_of_service": lambda code: code in PLACES,
    "patient_status": lambda code: code in PATIENT_STATUSES,
    "frequency": lambda code: code in FREQUENCIES,
    "simple_frequency": lambda code: code in SIMPLE_FREQUENCIES,
    "bank": valid_bank,
    "carc": lambda code: _numbered({"": (1, _LAST_REASON), **_REASONS}, code),
    "claim_status_categories": lambda code: code in STATUS_CATEGORIES,
    "claim_status_codes": lambda code: 0 <= _count(code) <= _LAST_STATUS and code == str(int(code)),
    "rarc": lambda code: _numbered(_REMARKS, code),
}


def alone(code_set: str, code: str) -> bool | None:
    """What `edi` says by itself: False is no such code, True is one, None has the right form."""
    member = _MEMBERS.get(code_set)
    if member is not None:
        return member(code)
    form = _FORMS.get(code_set)
    return None if form is None or form.fullmatch(code) else False


class Answers:
    """What is known of codes during one check: asked once each, remembered up to a bound."""

    __slots__ = ("_codes", "good", "unchecked")

    def __init__(self, codes: Codes | None = None) -> None:
        self._codes = codes
        self.good: set[tuple[str, str, str]] = set()
        self.unchecked: set[str] = set()  # sets that were reported as not loaded

    def known(self, code_set: str, code: str, day: date | None = None) -> bool | None:
        """False: no such code. None: its form is right, and nobody who was asked could say more."""
        own = alone(code_set, code)
        if own is not None or self._codes is None:
            return own if own is not None else True
        return self._codes.known(code_set, code, day)

    def remember(self, key: tuple[str, str, str]) -> None:
        """A code that needs no second look."""
        if len(self.good) > 10_000:
            self.good.clear()
        self.good.add(key)
