"""People, organisations and the adjustments of money: what claims and remittances share."""

from dataclasses import dataclass
from datetime import date

Cents = int


@dataclass(slots=True, kw_only=True)
class Address:
    """N3 and N4 of any party. `zip` has five or nine digits, no hyphen."""

    line1: str = ""
    line2: str = ""
    city: str = ""
    state: str = ""
    zip: str = ""
    country: str = ""


@dataclass(slots=True, kw_only=True)
class Party:
    """A person or organisation in an NM1 (or N1) loop. An organisation has only `last`."""

    last: str = ""
    first: str = ""
    middle: str = ""
    suffix: str = ""
    person: bool = False
    npi: str = ""
    tax_id: str = ""
    tax_id_type: str = "EI"  # EI employer's, SY social security
    taxonomy: str = ""
    id: str = ""  # NM109 where it is no NPI: payer id, member id, receiver id
    id_qualifier: str = ""  # NM108 of `id`: PI, XV, MI, II, 46
    address: Address | None = None
    contact_name: str = ""
    contact_phone: str = ""
    secondary_ids: tuple[tuple[str, str], ...] = ()  # REF qualifier and value


@dataclass(slots=True, kw_only=True)
class Person:
    """A subscriber or patient: name, birth date (DMG02), sex (DMG03: F, M, U), address."""

    last: str = ""
    first: str = ""
    middle: str = ""
    suffix: str = ""
    birth_date: date | None = None
    sex: str = ""
    member_id: str = ""
    address: Address | None = None
    death_date: date | None = None
    weight: str = ""  # PAT08, pounds; 837P only
    pregnant: bool = False  # PAT09, 837P only
    organisation: bool = False  # workers' compensation: the subscriber may be an employer


@dataclass(slots=True, kw_only=True)
class Adjustment:
    """One reason of a CAS: group (CO, PR, OA, PI, CR), CARC, cents (positive lowers the payment)."""

    group: str
    reason: str
    amount: Cents
    quantity: str = ""
