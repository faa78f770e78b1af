"""A vaccine and its administration are billed as a pair; one without the other was forgotten, and Medicare
has administrations of its own for three of them."""

from collections.abc import Iterator
from datetime import date

from coding.carried import families
from coding.context import Context
from coding.days import years_between
from coding.edit import CLEAN, Line, Source, edit
from coding.finding import HOLD, Found, Severity
from coding.medicare import to_medicare
from coding.units import units_of
from coding.vaccines import ADMINISTRATION, BY_COUNSELING, MEDICARES, is_vaccine
from edi.records import Claim, ServiceLine

_SUPPLIED = "SL"  # the state supplied it
_VACCINE = Line(procedure="90715", charge=45_00)
_GIVEN = Line(procedure="90471", charge=25_00)


@edit(
    id="IMM-01",
    title="Vaccine without its administration, or the other way round",
    severity=Severity.WARN,
    source=Source(
        "CPT, medicine; CMS, Claims Processing Manual",
        "chapter 18, 10.2: G0008, G0009, G0010; 90460 to the age of 18 since 2011",
    ),
    since=date(2011, 1, 1),
    prevents=("16", "234", "107", "M51"),
    fix="Add what was forgotten; a product that the state supplied is billed at no charge or with SL.",
    passes=CLEAN.but(lines=(_VACCINE, _GIVEN)),
    fails=CLEAN.but(lines=(_VACCINE,)),
    kinds="P",
    each_payer=True,
    carries=families("90", "91") | ADMINISTRATION | frozenset().union(*MEDICARES.values()),
)
def vaccine_and_administration(claim: Claim, context: Context) -> Iterator[Found]:
    medicare = to_medicare(claim, context)
    for day in {line.service_from for line in claim.lines}:
        lines = [line for line in claim.lines if line.service_from == day]
        products = [line for line in lines if is_vaccine(line.procedure)]
        given = [line for line in lines if line.procedure in ADMINISTRATION]
        if not products and not given:
            continue
        doses, administrations = _units(products), _units(given)
        if not given:
            if any(_SUPPLIED in line.modifiers for line in products):
                continue  # some states pay the giving by the product's code alone
            said = f"{products[0].procedure} is billed and its administration is not"
            yield products[0].number, "SV101-2", said
        elif not products:
            yield given[0].number, "SV101-2", f"{given[0].procedure} is billed and no vaccine of the day is"
        elif administrations > doses:
            said = f"{administrations} administrations of {doses} vaccines"
            yield given[-1].number, "SV104", said
        elif medicare:
            yield from _medicares(products, given)
        yield from _too_old(given, claim, day)


def _units(lines: list[ServiceLine]) -> int:
    return int(sum(units_of(line.units) for line in lines))


def _medicares(products: list[ServiceLine], given: list[ServiceLine]) -> Iterator[Found]:
    """A vaccine of Medicare's three is given under its own code."""
    codes = {line.procedure for line in given}
    for administration, vaccines in MEDICARES.items():
        of_it = next((line for line in products if line.procedure in vaccines), None)
        if of_it is not None and administration not in codes:
            said = f"Medicare takes {administration} for the administration of {of_it.procedure}"
            yield given[0].number, "SV101-2", said, HOLD
            return


def _too_old(given: list[ServiceLine], claim: Claim, day: date | None) -> Iterator[Found]:
    """The administration with counseling ends with the age of 18."""
    birth = (claim.patient or claim.subscriber).birth_date
    line = next((line for line in given if line.procedure == BY_COUNSELING), None)
    if line is None or birth is None or day is None or birth > day:
        return
    years = years_between(birth, day)
    if years > 18:
        yield line.number, "SV101-2", f"{BY_COUNSELING} is for ages to 18, the patient is {years}"
