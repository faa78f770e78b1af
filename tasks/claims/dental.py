"""The facts of a dental encounter and of its lines in the words of its claim."""

from edi.records import Dental, DentalLine, ServiceLine, Tooth
from intake import dental as documented
from intake.encounter import Encounter, Line
from tasks.claims.form import Form, number

NOTHING = documented.Dental()
NO_LINE = documented.DentalLine()


def facts(form: Form, encounter: Encounter) -> Dental:
    """What the document says of the whole mouth, orthodontics and predetermination."""
    said = encounter.dental or NOTHING
    braces = said.orthodontics
    return Dental(
        orthodontic=braces is not None,
        months=number(braces.months) if braces else "",
        remaining_months=number(braces.remaining_months) if braces else "",
        orthodontic_purpose=form.text(braces.purpose) if braces else "",
        appliance_placed=said.appliance_placed,
        teeth=(
            *(Tooth(number=tooth(one), status="M") for one in said.missing_teeth),
            *(Tooth(number=tooth(one), status="E") for one in said.teeth_to_extract),
        ),
        predetermination=form.code(said.predetermination_number, "predetermination_number"),
        predetermines=said.predetermination,
        assistant_surgeon=form.provider(said.assistant_surgeon, "dental.assistant_surgeon"),
    )


def fill(form: Form, line: ServiceLine, written: Line) -> None:
    """Teeth, areas, dates and the assistant surgeon of a line."""
    said = written.dental or NO_LINE
    place = f"lines[{line.number}]"
    teeth = [Tooth(number=tooth(t.number), surfaces=tuple(map(str.upper, t.surfaces))) for t in said.teeth]
    if teeth:
        line.tooth, line.surfaces = teeth[0].number, teeth[0].surfaces
    line.oral_cavity = tuple(area.strip().upper() for area in said.oral_cavity)
    facts = DentalLine(
        more_teeth=tuple(teeth[1:]),
        prosthesis=said.prosthesis,
        prior_placement=said.prior_placement,
        appliance_placed=said.appliance_placed,
        appliance_replaced=said.appliance_replaced,
        treatment_start=said.treatment_start,
        treatment_completion=said.treatment_completion,
        predetermination=form.code(said.predetermination_number, f"{place}.predetermination_number"),
        assistant_surgeon=form.provider(written.assistant_surgeon, f"{place}.assistant_surgeon"),
    )
    line.dental = facts if facts != DentalLine() else None


def tooth(text: str) -> str:
    """The universal number as the code list has it: no zero in front."""
    return text.strip().upper().lstrip("0")
