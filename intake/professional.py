"""What only a professional encounter says, and most of them do not: transport, equipment, certificates."""

from typing import Literal

from pydantic import Field

from intake.fields import Day, Model, Money, OptionalMoney, Units
from intake.parties import Address, Provider


class Ambulance(Model):
    """A transport: CR1, CRC 07 and the two addresses."""

    reason: str = Field("", description="A nearest facility, B preferred physician, C family, D, E: CR104")
    miles: Units | None = None
    patient_weight: Units | None = Field(None, description="pounds")
    round_trip_purpose: str = ""
    stretcher_purpose: str = ""
    conditions: tuple[str, ...] = Field((), max_length=5, description="that apply: 01 04 05 06 07 08 09 12")
    conditions_not_met: tuple[str, ...] = Field((), max_length=5)
    patients: Units | None = Field(None, description="in the vehicle, where more than one: QTY PT")
    pick_up: Address | None = None
    drop_off: Address | None = None
    drop_off_name: str = ""


class SpinalManipulation(Model):
    """A chiropractor's patient: CR2."""

    condition: str = Field("", description="A acute, C chronic, D, E, F, G, M: CR208")
    description: str = ""
    description2: str = ""


class VisionCondition(Model):
    """Why glasses or contact lenses are needed: CRC E1, E2 or E3."""

    category: str = Field("", description="E1 spectacle lenses, E2 contact lenses, E3 spectacle frames")
    conditions: tuple[str, ...] = Field((), max_length=5, description="L1 to L5")
    applies: bool = True


class Professional(Model):
    """The rarer facts of the whole professional encounter."""

    initial_treatment: Day = None
    last_seen: Day = Field(None, description="by the physician who attends, for routine foot care")
    acute_manifestation: Day = None
    last_menstrual_period: Day = None
    last_x_ray: Day = None
    vision_or_hearing_prescription: Day = None
    disability_from: Day = None
    disability_to: Day = None
    last_worked: Day = None
    return_to_work: Day = None
    care_assumed: Day = None
    care_relinquished: Day = None
    first_contact: Day = Field(None, description="property and casualty: the first consultation")
    weight: Units | None = Field(None, description="of the patient in pounds, for some drugs and equipment")
    pregnant: bool = False
    ambulance: Ambulance | None = None
    spinal_manipulation: SpinalManipulation | None = None
    vision: tuple[VisionCondition, ...] = Field((), max_length=3)
    homebound: bool = Field(False, description="a laboratory visit to one who cannot leave home")
    anesthesia_procedures: tuple[str, ...] = Field((), max_length=2, description="principal first")
    conditions: tuple[str, ...] = Field((), max_length=24, description="condition codes of the NUBC")
    mammography: str = Field("", description="the facility's certification number")
    care_plan: str = Field("", description="the home health agency or hospice whose plan is overseen")
    primary_care: Provider | None = None


class Equipment(Model):
    """Rented or bought equipment: SV5."""

    days: Units | None = Field(None, description="of need")
    rental: Money = 0
    purchase: Money = 0
    rental_period: Literal["", "1", "4", "6"] = Field("", description="1 weekly, 4 monthly, 6 daily")


class Certification(Model):
    """A certificate of medical necessity of equipment: CR3, CRC 09, its dates, how the paper is sent."""

    type: str = Field("", description="I initial, R renewal, S revised")
    months: Units | None = None
    conditions: tuple[str, ...] = Field((), max_length=5, description="38 on file, ZV replacement")
    applies: bool = True
    therapy_start: Day = None
    revised: Day = None
    last_certified: Day = None
    transmission: str = Field("", description="of the certificate itself: AB AD AF AG NS")


class FormAnswer(Model):
    """One answer on a form: yes or no, a text, a day or a percentage."""

    question: str = ""
    answer: Literal["", "Y", "N", "W"] = ""
    reply: str = ""
    day: Day = None
    percent: Units | None = None


class Form(Model):
    """A form that a payer wants with equipment or home oxygen: LQ and FRM."""

    list: Literal["AS", "UT"] = Field("UT", description="UT a form of a DME contractor, AS one of the HCFA")
    number: str = ""
    answers: tuple[FormAnswer, ...] = Field((), max_length=99)


class TestResult(Model):
    """A measurement: MEA."""

    __test__ = False  # no test, whatever its name

    reference: str = Field("", description="OG starting dosage, TR test result")
    measure: str = Field("", description="HT height, R1 hemoglobin, R2 hematocrit, R3 erythropoietin, R4")
    value: Units | None = None


class PurchasedService(Model):
    """A service bought from another provider: PS1 and 2420B."""

    provider: Provider = Provider()
    charge: Money = 0


class ProfessionalLine(Model):
    """The rarer facts of a professional line."""

    copay_exempt: bool = False
    equipment: Equipment | None = None
    certification: Certification | None = None
    hospice_employee: bool | None = Field(None, description="whether the hospice employs who rendered it")
    ambulance: Ambulance | None = None
    prescribed: Day = None
    last_seen: Day = None
    last_x_ray: Day = None
    initial_treatment: Day = None
    hemoglobin_tested: Day = None
    creatinine_tested: Day = None
    shipped: Day = None
    obstetric_units: Units | None = Field(None, description="additional anesthesia units")
    results: tuple[TestResult, ...] = Field((), max_length=5)
    mammography: str = ""
    referring_clia: str = ""
    immunization_batch: str = ""
    sales_tax: OptionalMoney = None
    postage: OptionalMoney = None
    purchased_service: PurchasedService | None = None
    forms: tuple[Form, ...] = Field((), max_length=9)
