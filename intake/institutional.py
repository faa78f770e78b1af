"""What only an institutional encounter says: a hospital's or facility's bill, as the UB-04 has it."""

from pydantic import Field

from intake.fields import Day, Model, Money, OptionalMoney
from intake.parties import Provider


class DatedCode(Model):
    """A procedure or an occurrence code with its day."""

    code: str = ""
    day: Day = None


class SpanCode(Model):
    """An occurrence span code with its first and last day."""

    code: str = ""
    first: Day = None
    last: Day = None


class ValueCode(Model):
    """A value code with its amount; a count of days or units is written as an amount, 15 as 15.00."""

    code: str = ""
    amount: Money = 0


class Institutional(Model):
    """The facts of a stay or an outpatient bill. Codes are those of the NUBC manual."""

    type_of_bill: str = Field(
        "", description="three digits like 131, with or without a leading zero; the last one is the frequency"
    )
    admission_type: str = Field("", description="priority of the admission or visit: CL101, form locator 14")
    admission_source: str = Field("", description="point of origin: CL102, form locator 15")
    patient_status: str = Field("", description="discharge status: CL103, form locator 17")
    statement_from: Day = None
    statement_to: Day = None
    admission_hour: str = Field("", description="HHMM; its day is the encounter's `admission`")
    discharge_hour: str = Field("", description="HHMM")
    admitting_diagnosis: str = ""
    reason_diagnoses: tuple[str, ...] = Field(
        (), max_length=99, description="why an outpatient came: at most three"
    )
    external_causes: tuple[str, ...] = Field((), max_length=99)
    external_causes_present: tuple[str, ...] = Field(
        (),
        max_length=99,
        description="for each external cause in order, as `present_on_admission` says it of diagnoses",
    )
    present_on_admission: tuple[str, ...] = Field(
        (),
        max_length=999,
        description="for each diagnosis in order: Y, N, U, W, or 1 for one that is exempt",
    )
    drg: str = ""
    principal_procedure: DatedCode | None = Field(None, description="ICD-10-PCS with its day")
    other_procedures: tuple[DatedCode, ...] = Field((), max_length=99)
    occurrences: tuple[DatedCode, ...] = Field((), max_length=99)
    occurrence_spans: tuple[SpanCode, ...] = Field((), max_length=99)
    values: tuple[ValueCode, ...] = Field((), max_length=99)
    conditions: tuple[str, ...] = Field((), max_length=99)
    treatments: tuple[str, ...] = Field((), max_length=99, description="home health treatment codes")
    estimated_amount_due: OptionalMoney = Field(None, description="from the patient: AMT F3")
    review_approval: str = Field("", description="approval of a peer review organisation: REF G4")
    attending: Provider | None = None
    operating: Provider | None = None
    other_operating: Provider | None = None
