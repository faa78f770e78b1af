"""What only an 837D says of a claim and of a line."""

from dataclasses import dataclass
from datetime import date

from edi.records.party import Party


@dataclass(slots=True, kw_only=True)
class Tooth:
    """TOO (with surfaces) or DN2 (with a status): a tooth by its universal number."""

    number: str
    surfaces: tuple[str, ...] = ()
    status: str = ""  # DN2: M missing, E to be extracted


@dataclass(slots=True, kw_only=True)
class Dental:
    """Loop 2300 of the 837D: orthodontics, teeth, predetermination, assistant surgeon."""

    orthodontic: bool = False  # whether a DN1 is there
    months: str = ""  # DN101, of treatment
    remaining_months: str = ""  # DN102
    orthodontic_purpose: str = ""  # DN104
    appliance_placed: date | None = None  # DTP 452
    teeth: tuple[Tooth, ...] = ()  # DN2
    predetermination: str = ""  # REF G3
    predetermines: bool = False  # CLM19 PB: nothing was done yet
    assistant_surgeon: Party | None = None  # 2310D


@dataclass(slots=True, kw_only=True)
class DentalLine:
    """Loop 2400 of the 837D beside what a `ServiceLine` has (tooth, surfaces, oral_cavity)."""

    more_teeth: tuple[Tooth, ...] = ()  # TOO, from the second on
    prosthesis: str = ""  # SV305: I initial, R replacement
    prior_placement: date | None = None  # DTP 441
    appliance_placed: date | None = None  # DTP 452
    appliance_replaced: date | None = None  # DTP 446
    treatment_start: date | None = None  # DTP 196
    treatment_completion: date | None = None  # DTP 198
    predetermination: str = ""  # REF G3
    assistant_surgeon: Party | None = None  # 2420B
