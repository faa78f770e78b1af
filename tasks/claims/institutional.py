"""The facts of an institutional encounter in the words of its claim."""

from edi.records import DatedCode, Institutional
from intake import institutional as documented
from intake.encounter import Encounter
from tasks.claims.form import Form, diagnosis

NOTHING = documented.Institutional()
PATIENT_PAID = "FC"  # the NUBC's value code
EXEMPT = "1"  # exempt from reporting whether present on admission: 005010 leaves the element empty


def type_of_bill(encounter: Encounter) -> str:
    """The three digits of the type of bill, or what stands there instead."""
    text = "".join((encounter.institutional or NOTHING).type_of_bill.split()).upper()
    return text[1:] if len(text) == 4 and text[0] == "0" else text


def frequency(encounter: Encounter) -> str:
    """CLM05-3: the last digit of the type of bill."""
    bill = type_of_bill(encounter)
    return bill[2] if len(bill) == 3 else "1"


def facts(form: Form, encounter: Encounter) -> Institutional:
    """What the document says; what it lacks stays empty, and edits name it."""
    said = encounter.institutional or NOTHING
    bill = type_of_bill(encounter)
    return Institutional(
        type_of_bill=bill[:2] if len(bill) == 3 else bill,
        admission_type=said.admission_type.upper(),
        admission_source=said.admission_source.upper(),
        patient_status=said.patient_status.upper(),
        statement_from=said.statement_from,
        statement_to=said.statement_to,
        admission=encounter.admission,
        admission_hour=form.code(said.admission_hour, "DTP 435", drop=":"),
        discharge_hour=form.code(said.discharge_hour, "DTP 096", drop=":"),
        admitting_diagnosis=diagnosis(said.admitting_diagnosis),
        reason_diagnoses=tuple(map(diagnosis, said.reason_diagnoses)),
        external_causes=tuple(map(diagnosis, said.external_causes)),
        external_causes_present=_present(said.external_causes_present),
        present_on_admission=_present(said.present_on_admission),
        drg=said.drg.strip(),
        principal_procedure=_dated(said.principal_procedure) if said.principal_procedure else None,
        other_procedures=tuple(map(_dated, said.other_procedures)),
        occurrences=tuple(map(_dated, said.occurrences)),
        occurrence_spans=tuple(
            DatedCode(code=span.code.upper(), on=span.first, to=span.last) for span in said.occurrence_spans
        ),
        values=_values(said, encounter.patient_paid),
        conditions=tuple(code.upper() for code in said.conditions),
        treatments=tuple(code.upper() for code in said.treatments),
        estimated_amount_due=said.estimated_amount_due,
        attending=form.provider(said.attending, "institutional.attending"),
        operating=form.provider(said.operating, "institutional.operating"),
        other_operating=form.provider(said.other_operating, "institutional.other_operating"),
    )


def _values(said: documented.Institutional, patient_paid: int | None) -> tuple[DatedCode, ...]:
    """The value codes; what the patient paid is one of them, since the 837I has no AMT F5 (X12 RFI 1116)."""
    given = tuple(DatedCode(code=value.code.upper(), amount=value.amount) for value in said.values)
    if not patient_paid or any(value.code == PATIENT_PAID for value in given):
        return given
    return (*given, DatedCode(code=PATIENT_PAID, amount=patient_paid))


def _present(said: tuple[str, ...]) -> tuple[str, ...]:
    return tuple("" if one == EXEMPT else one.upper() for one in said)


def _dated(said: documented.DatedCode) -> DatedCode:
    return DatedCode(code="".join(said.code.split()).upper(), on=said.day)
