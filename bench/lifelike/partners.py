"""The practices and payers of generated nights, and their files in a home. None of them is real."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from config.identifiers import npi_is_valid

CLEARINGHOUSE = "northgate"
PRACTICES = 40

OFFICE = (
    ("99213", "135.00"),
    ("99214", "195.00"),
    ("36415", "18.00"),
    ("85025", "35.00"),
    ("93000", "65.00"),
)
BONES = (("99213", "145.00"), ("73030", "90.00"), ("73110", "85.00"), ("73562", "110.00"))
HEART = (("99214", "215.00"), ("93000", "75.00"), ("36415", "20.00"))
IMAGING = (("73030", "210.00"), ("73110", "190.00"), ("73562", "240.00"))
TEETH = (("D0120", "55.00"), ("D0274", "60.00"), ("D1110", "95.00"))


@dataclass(frozen=True, slots=True)
class Trade:
    """What practices of one kind do: their services, in the order in which they are billed, and reasons."""

    words: str
    kind: str
    taxonomy: str
    services: tuple[tuple[str, str], ...]
    diagnoses: tuple[str, ...]


FAMILY = Trade(
    "Family Medicine",
    "professional",
    "207Q00000X",
    OFFICE,
    ("J02.9", "I10", "E11.9", "M54.50", "R50.9", "K21.9", "N39.0", "J45.909"),
)
ORTHOPEDICS = Trade("Orthopedics", "professional", "207X00000X", BONES, ("M25.511", "M25.561", "M54.50"))
CARDIOLOGY = Trade("Cardiology", "professional", "207RC0000X", HEART, ("I10", "I25.10", "I48.91"))
HOSPITAL = Trade("Hospital", "institutional", "282N00000X", IMAGING, ("M25.511", "M25.561"))
DENTAL = Trade("Dental", "dental", "1223G0001X", TEETH, ())
TRADES = (FAMILY, FAMILY, CARDIOLOGY, FAMILY, FAMILY, ORTHOPEDICS, HOSPITAL, FAMILY, DENTAL, CARDIOLOGY)
"""Of ten practices in a row, the trade of each."""
FORMATS = ("json", "csv", "hl7", "json", "fhir", "ndjson", "json", "ccda", "json", "csv")
"""Of ten practices in a row, what each one's system writes."""
_NAMES = (
    "Alder", "Briar", "Cobble", "Dover", "Easton", "Fallow", "Granite", "Harrow", "Inlet", "Juniper",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Practice:
    number: int
    trade: Trade
    format: str

    @property
    def key(self) -> str:
        return f"practice{self.number:02d}"

    @property
    def name(self) -> str:
        return f"{_NAMES[self.number % 10]} {_NAMES[self.number // 10]} {self.trade.words}"

    @property
    def npi(self) -> str:
        return npi_of(100 + self.number * 10)

    @property
    def sparing(self) -> bool:
        """Whether its format says little: nobody who referred, and no line's own reason."""
        return self.format in ("fhir", "ccda")

    @property
    def providers(self) -> tuple[str, ...]:
        return tuple(npi_of(101 + self.number * 10 + n) for n in range(1 + (self.number + 1) % 4))


@dataclass(frozen=True, slots=True)
class Payer:
    key: str
    payer_id: str
    name: str
    filing_code: str
    share: int
    """Of a hundred patients, how many have it first."""

    @property
    def medicare(self) -> bool:
        return self.filing_code == "MB"


PAYERS = (
    Payer("cobalt", "CBL11", "Cobalt Health Plan", "CI", 19),
    Payer("dunmore", "DNM12", "Dunmore Mutual", "CI", 12),
    Payer("ferris", "FRS13", "Ferris Blue", "BL", 14),
    Payer("garnet", "GRN14", "Garnet Benefit Fund", "CI", 6),
    Payer("halcyon", "HLC15", "Halcyon Care Network", "HM", 8),
    Payer("ironwood", "IRW16", "Ironwood Employees Plan", "CI", 4),
    Payer("jasper", "JSP17", "Jasper State Assistance", "MC", 13),
    Payer("keystone", "KYS18", "Keystone Senior Trust", "MB", 24),
    Payer("larkspur", "LRK19", "Larkspur Supplemental", "CI", 0),
)
MEDICARE = next(payer for payer in PAYERS if payer.medicare)
SUPPLEMENT = PAYERS[-1]
"""The secondary payer of most who have a second one."""


@cache
def npi_of(number: int) -> str:
    """A made-up NPI with its check digit, by a number below 1,000."""
    return next(
        npi
        for digit in range(10)
        if npi_is_valid(npi := f"199908{number:03d}{digit}" if number < 1000 else "")
    )


@cache
def practices(count: int = PRACTICES) -> tuple[Practice, ...]:
    """The first `count` practices."""
    return tuple(Practice(n, TRADES[n % 10], FORMATS[n % 10]) for n in range(count))


def write(folder: Path, count: int = PRACTICES) -> None:
    """The practices' and payers' files, into a home's `partners`, beside its clearinghouse."""
    for practice in practices(count):
        _put(folder / "practices" / f"{practice.key}.toml", _practice(practice))
    for payer in PAYERS:
        _put(folder / "payers" / f"{payer.key}.toml", _payer(payer))


def account_of(practice: str) -> str:
    """A practice's bank account, by its key."""
    return f"4400{practice[-2:]}"


def _put(file: Path, text: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")


def _practice(one: Practice) -> str:
    providers = "".join(
        f'\n[[providers]]\nnpi = "{npi}"\nlast = "Provider{n}"\nfirst = "Robin"\n'
        f'taxonomy = "{one.trade.taxonomy}"\n'
        for n, npi in enumerate(one.providers, 1)
    )
    fees = "".join(f'{code} = "{charge}"\n' for code, charge in one.trade.services)
    return (
        f'# Invented.\nname = "{one.name}"\nnpi = "{one.npi}"\ntax_id = "00124{one.number:04d}"\n'
        f'taxonomy = "{one.trade.taxonomy}"\nspecialty = "{one.trade.words.lower()}"\n'
        f'place_of_service = "11"\ncontact_name = "Billing Office"\ncontact_phone = "2175550110"\n'
        f'clia = "14D99{one.number:05d}"\nbank_accounts = ["{account_of(one.key)}"]\n\n'
        f'[address]\nline1 = "{one.number + 1} Market Street"\ncity = "Springfield"\nstate = "IL"\n'
        f'zip = "627040001"\n{providers}\n[fee_schedule]\n{fees}'
    )


def _payer(one: Payer) -> str:
    medicare = "medicare = true\n" if one.medicare else ""
    return (
        f'# Invented.\npayer_id = "{one.payer_id}"\nname = "{one.name}"\nfiling_code = "{one.filing_code}"\n'
        f'clearinghouse = "{CLEARINGHOUSE}"\nfiling_limit_days = 365\nappeal_limit_days = 120\n'
        f"member_id_pattern = 'W\\d{{9}}'\n{medicare}\n[address]\nline1 = \"1 Plan Plaza\"\n"
        f'city = "Hartford"\nstate = "CT"\nzip = "061030001"\n'
    )
