"""Who takes part in an encounter: the patient, who is insured with whom, and the providers."""

from typing import Literal

from pydantic import Field

from intake.fields import Day, Model, OpenDay


class Address(Model):
    line1: str = ""
    line2: str = ""
    city: str = ""
    state: str = ""
    zip: str = ""
    country: str = ""


class Person(Model):
    last: str = ""
    first: str = ""
    middle: str = ""
    suffix: str = ""
    birth_date: Day = None
    sex: Literal["F", "M", "U", ""] = ""
    address: Address | None = None
    death_date: Day = None


class Patient(Person):
    medical_record_number: str = ""


class Provider(Model):
    """A rendering, referring, ordering or supervising provider, or a service facility (only `last`)."""

    last: str = ""
    first: str = ""
    npi: str = ""
    taxonomy: str = ""
    address: Address | None = None


class Coverage(Model):
    """One insurance of the patient. `payer` is a payer's key, its payer id or its name."""

    order: Literal["P", "S", "T"] = "P"
    payer: str = ""
    payer_name: str = Field("", description="its name, where `payer` is an id that may be another system's")
    member_id: str = ""
    group_number: str = ""
    group_name: str = ""
    relationship: str = Field(
        "18", description="X12 relationship to the subscriber; 18 is self, 19 child, 01 spouse"
    )
    subscriber: Person | None = Field(None, description="The insured person, where that is not the patient")
    insurance_type: str = Field("", description="Medicare secondary type, SBR05")
    questionnaire: Day = Field(None, description="when the patient was asked why Medicare comes second")
    benefits_assigned: Literal["", "Y", "N", "W"] = Field(
        "", description="whether the insured assigned the benefits to the practice: Y (default), N, W"
    )
    active_from: OpenDay = None
    active_to: OpenDay = None
