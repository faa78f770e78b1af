"""The encounter: one documented meeting of a patient and a provider, as CleanClaim takes it in.

Every format is read into this model, and the project's own JSON is exactly this model. It is
lenient on purpose: what is absent is empty here and becomes a finding that names it, since a
person has to see it; only what cannot be read at all (a date that is none, money that is none)
refuses a file. Amounts come as decimal dollars ("125.00") and are kept in integer cents.

`kind` says which claim it becomes. What only one kind says stands in a part of its own
(`institutional`, `dental`, `professional`), for the encounter and for a line.
"""

from decimal import Decimal
from typing import Literal, Self

from pydantic import Field, model_validator

from intake.dental import Dental, DentalLine
from intake.fields import Day, Model, OptionalMoney, Pointer, Units
from intake.institutional import Institutional
from intake.parties import Coverage, Patient, Person, Provider
from intake.professional import Professional, ProfessionalLine

PARTS = ("institutional", "dental", "professional")
"""The kinds, which name the parts that only they have."""


class Contract(Model):
    """What was agreed with the payer: CN1."""

    type: str = Field("", description="CN101: 01 DRG, 02 and 03 per diem, 04 flat, 05 capitated, 06, 09")
    amount: OptionalMoney = None
    percentage: Units | None = None
    code: str = ""
    discount: Units | None = None
    version: str = ""


class PropertyCasualty(Model):
    """A claim to workers' compensation, an automobile or another liability insurance."""

    claim_number: str = ""
    patient_id: str = Field("", description="what that insurance calls the patient, where not insured itself")
    contact_name: str = ""
    contact_phone: str = ""


class Line(Model):
    """One documented service. `pointers` count the encounter's diagnoses from 1."""

    procedure: str = ""
    charge: OptionalMoney = None
    modifiers: tuple[str, ...] = Field((), max_length=99)
    pointers: tuple[Pointer, ...] = Field((), max_length=99)
    units: Units = Decimal(1)
    unit_code: Literal["UN", "MJ", "DA"] = Field("UN", description="UN units, MJ minutes, DA days")
    service_from: Day = None
    service_to: Day = None
    place_of_service: str = ""
    description: str = ""
    ndc: str = ""
    ndc_quantity: str = ""
    ndc_unit: str = ""
    prescription_number: str = ""
    revenue_code: str = Field("", description="institutional: the four digits of the NUBC")
    non_covered: OptionalMoney = Field(None, description="institutional: what of the charge is not covered")
    rendering: Provider | None = None
    ordering: Provider | None = None
    referring: Provider | None = None
    supervising: Provider | None = None
    operating: Provider | None = Field(None, description="institutional")
    other_operating: Provider | None = Field(None, description="institutional")
    assistant_surgeon: Provider | None = Field(None, description="dental")
    service_facility: Provider | None = None
    prior_authorization: str = ""
    referral_number: str = ""
    clia: str = ""
    emergency: bool = False
    epsdt: bool = False
    family_planning: bool = False
    contract: Contract | None = None
    restricted: bool = Field(
        False, description="paid in full by the patient, who asked not to disclose it to a plan: never billed"
    )
    note: str = ""
    dental: DentalLine | None = None
    professional: ProfessionalLine | None = None


class Accident(Model):
    causes: tuple[Literal["AA", "EM", "OA"], ...] = Field((), max_length=9)
    state: str = ""
    day: Day = None


class Attachment(Model):
    report_type: str
    transmission: str = "EL"
    control_number: str = ""


Level = Literal["", "straightforward", "low", "moderate", "high"]


class Documentation(Model):
    """What the note says beyond its codes; the E/M edit reads it."""

    minutes: int | None = Field(None, ge=0, le=1440, description="total time on the day, in minutes")
    decision_making: Level = ""
    problems: Level = Field("", description="of decision making: the problems addressed")
    data: Level = Field("", description="of decision making: data reviewed and analyzed")
    risk: Level = Field("", description="of decision making: risk of complications and management")
    signed: bool | None = None
    performed_by: str = Field("", description="NPI of who did the service, where another one is billed")
    incident_to: bool | None = Field(
        None, description="whether the note says that it was incident to the billed provider's services"
    )
    supervised: bool | None = Field(None, description="whether that provider supervised it directly")
    new_problem: bool | None = Field(None, description="whether a new problem was addressed")


class Concept(Model):
    """A documented concept without a billing code, e.g. SNOMED CT: shown to the coder, never billed.

    `reason` is why the visit was, `visit` its kind, `charge` what a bill names in its own way.
    """

    system: str
    code: str
    text: str = ""
    role: Literal["diagnosis", "procedure", "visit", "reason", "charge"] = "diagnosis"


class Encounter(Model):
    """One encounter. `source`, `id` and `version` name it; a higher version replaces a lower one."""

    source: str = Field(min_length=1, max_length=80, description="the system that documents it")
    id: str = Field(min_length=1, max_length=80, description="its number in that system")
    version: int = Field(1, ge=1, le=2_147_483_647)
    kind: Literal["professional", "institutional", "dental"] = Field(
        "professional", description="which claim it becomes: 837P, 837I or 837D"
    )
    test: bool = Field(
        False, description="its source marks it as a test: held where its claim would be a production claim"
    )
    practice: str = Field(
        "", description="the practice's key, tax id or NPI; empty: the file's folder says it"
    )
    patient: Patient = Patient()
    guarantor: Person | None = Field(
        None,
        description="who pays what is the patient's part, where that is another person; never on a claim",
    )
    coverages: tuple[Coverage, ...] = Field((), max_length=99)
    service_date: Day = Field(None, description="used by lines that give no date of their own")
    place_of_service: str = ""
    diagnoses: tuple[str, ...] = Field(
        (), max_length=999, description="ICD-10-CM, principal first, with or without dots"
    )
    lines: tuple[Line, ...] = Field((), max_length=999)
    rendering: Provider | None = None
    referring: Provider | None = None
    supervising: Provider | None = None
    service_facility: Provider | None = None
    accident: Accident | None = None
    onset: Day = None
    admission: Day = None
    discharge: Day = None
    prior_authorization: str = ""
    referral_number: str = ""
    authorization_exception: str = Field("", description="why there is no authorization: REF 4N, 1 to 7")
    clia: str = ""
    assignment: str = Field("", description="CLM07: A accepted (default), B only laboratory, C not")
    release_of_information: str = Field("", description="CLM09: Y signed (default), I by law")
    delay_reason: str = Field("", description="why it comes late: CLM20, 1 to 11 or 15")
    special_program: str = Field("", description="CLM12: 02, 03, 05 or 09; dental 01 EPSDT")
    property_casualty: PropertyCasualty | None = None
    contract: Contract | None = None
    device_exemptions: tuple[str, ...] = Field((), max_length=9, description="IDE numbers: REF LX")
    demonstration: str = Field("", description="demonstration project or clinical trial: REF P4")
    epsdt_referrals: tuple[str, ...] = Field((), max_length=9, description="AV, NU, S2, ST: CRC ZZ")
    file_information: tuple[str, ...] = Field((), max_length=10, description="what a payer wants in K3")
    note: str = ""
    note_code: str = Field("", description="NTE01: ADD (default), CER, DCP, DGN, TPO ...")
    institutional: Institutional | None = None
    dental: Dental | None = None
    professional: Professional | None = None
    attachments: tuple[Attachment, ...] = Field((), max_length=99)
    patient_paid: OptionalMoney = Field(
        None, description="dollars taken at the visit, for restricted services too; those are not reported"
    )
    restricted: bool = Field(False, description="all of its lines are restricted, as a line may be")
    documentation: Documentation = Documentation()
    concepts: tuple[Concept, ...] = Field((), description="documented concepts that carry no billing code")
    doubts: tuple[str, ...] = Field(
        (),
        description="what may not be as it was documented, without the patient's data: a person looks first",
    )

    @model_validator(mode="after")
    def _parts_of_its_kind(self) -> Self:
        for kind in PARTS:
            if kind != self.kind and getattr(self, kind) is not None:
                raise ValueError(f"{kind} is given, and the kind is {self.kind}: say one of them")
        for number, line in enumerate(self.lines, 1):
            for kind in PARTS[1:]:
                if kind != self.kind and getattr(line, kind) is not None:
                    raise ValueError(f"line {number} has {kind}, the kind is {self.kind}: say one of them")
        return self

    @model_validator(mode="after")
    def _nothing_asked_of_a_plan(self) -> Self:
        asked = self.dental is not None and self.dental.predetermination
        if asked and (self.restricted or any(line.restricted for line in self.lines)):
            raise ValueError(
                "a predetermination asks the plan, and restricted keeps it from it: say one of them"
            )
        return self
