"""Examples: a clean claim of each kind, and the few words in which another differs from it.

`CLEAN.but(diagnoses=("J020",))` is the clean claim with one diagnosis. Lines are numbered and the
claim's charge is summed by `but`, unless it is given. `context=` changes what is known beside the
claim, `codes=` adds small code sets (see `coding.codes.samples`). Everyone here is made up.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from coding.context import Context, CoverageFacts, PayerRules, PracticeFacts
from edi.records import (
    Address,
    Adjustment,
    Claim,
    DatedCode,
    Dental,
    Institutional,
    LineAdjudication,
    OtherPayer,
    Party,
    Person,
    ServiceLine,
)

if TYPE_CHECKING:
    from coding.codes.store import Codes

SERVICE_DAY = date(2026, 11, 9)
AS_OF = date(2026, 11, 16)

PAYER = PayerRules(key="example_health", payer_id="EXMPL", name="Example Health", filing_limit_days=180)
#: The same payer where it is Medicare.
MEDICARE = replace(PAYER, medicare=True)
PRACTICE = PracticeFacts(
    key="example_practice",
    npi="1234567893",
    tax_id="123456789",
    taxonomy="207Q00000X",
    zip="627010001",
    claims_since=date(2020, 1, 1),
)
BILLING = Party(
    last="Example Family Practice",
    npi="1234567893",
    tax_id="123456789",
    taxonomy="207Q00000X",
    address=Address(line1="1 Example Street", city="Springfield", state="IL", zip="627010001"),
)
RENDERING = Party(last="Doe", first="Ann", person=True, npi="1679576722", taxonomy="207Q00000X")
SUBSCRIBER = Person(
    last="Sample",
    first="Sam",
    birth_date=date(1980, 5, 17),
    sex="F",
    member_id="EX123456789",
    address=Address(line1="2 Example Street", city="Springfield", state="IL", zip="62701"),
)


def Line(**changes: Any) -> ServiceLine:  # noqa: N802 - reads as the thing it makes
    """A clean service line (an office visit for $125.00) with changes."""
    line = ServiceLine(
        number=0,
        procedure="99213",
        charge=125_00,
        service_from=SERVICE_DAY,
        pointers=(1,),
    )
    return replace(line, **changes)


@dataclass(frozen=True)
class Example:
    """A claim and its context, made when asked for: importing an edit loads no code set."""

    changes: Mapping[str, Any] = field(default_factory=dict)
    context_changes: Mapping[str, Any] = field(default_factory=dict)
    code_sets: Mapping[str, Any] = field(default_factory=dict)

    def but(
        self,
        *,
        context: Mapping[str, Any] | None = None,
        codes: Mapping[str, Any] | None = None,
        **changes: Any,
    ) -> "Example":
        return Example(
            {**self.changes, **changes},
            {**self.context_changes, **(context or {})},
            {**self.code_sets, **(codes or {})},
        )

    @property
    def claim(self) -> Claim:
        changes = dict(self.changes)
        lines = tuple(
            replace(line, number=line.number or n)
            for n, line in enumerate(changes.pop("lines", (Line(),)), start=1)
        )
        facts: dict[str, Any] = {
            "patient_control_number": "EX0001",
            "charge": sum(line.charge for line in lines),
            "billing": BILLING,
            "rendering": RENDERING,
            "payer": Party(last="Example Health", id="EXMPL", id_qualifier="PI"),
            "subscriber": SUBSCRIBER,
            "filing_code": "CI",
            "place_of_service": "11",
            "diagnoses": ("J020", "R509"),
            "lines": lines,
        }
        return Claim(**{**facts, **changes})

    def context(self, codes: "Codes") -> Context:
        """The example's context on top of `codes`, with the example's own small sets laid over."""
        facts: dict[str, Any] = {
            "codes": codes.having(**self.code_sets) if self.code_sets else codes,
            "as_of": AS_OF,
            "payer": PAYER,
            "practice": PRACTICE,
            "coverage": CoverageFacts(active_from=date(2026, 1, 1), orders=("P",)),
        }
        return Context(**{**facts, **self.context_changes})


CLEAN = Example()

ADMITTED = SERVICE_DAY - timedelta(days=6)
ATTENDING = replace(RENDERING, taxonomy="207R00000X")


def Stay(**changes: Any) -> Institutional:  # noqa: N802
    """An inpatient stay of four days, discharged home, with changes."""
    stay = Institutional(
        type_of_bill="11",
        admission_type="1",
        admission_source="1",
        patient_status="01",
        statement_from=ADMITTED,
        statement_to=ADMITTED + timedelta(days=4),
        admission=ADMITTED,
        admission_hour="0930",
        discharge_hour="1400",
        admitting_diagnosis="J189",
        present_on_admission=("Y", "N"),
        values=(DatedCode(code="80", amount=4_00),),
        attending=ATTENDING,
    )
    return replace(stay, **changes)


def Outpatient(**changes: Any) -> Institutional:  # noqa: N802
    """A hospital's outpatient day, with changes."""
    visit = Institutional(
        type_of_bill="13",
        admission_type="1",
        admission_source="1",
        patient_status="01",
        statement_from=SERVICE_DAY,
        statement_to=SERVICE_DAY,
        attending=ATTENDING,
    )
    return replace(visit, **changes)


def Room(**changes: Any) -> ServiceLine:  # noqa: N802
    """Four days in a semi-private room, with changes."""
    line = Line(
        procedure="", revenue_code="0120", charge=3600_00, units="4", unit_code="DA", service_from=None
    )
    return replace(line, pointers=(), **changes)


def Charge(**changes: Any) -> ServiceLine:  # noqa: N802
    """An institutional line without a procedure (pharmacy), with changes."""
    line = Line(procedure="", revenue_code="0250", charge=210_00, service_from=None)
    return replace(line, pointers=(), **changes)


def Filling(**changes: Any) -> ServiceLine:  # noqa: N802
    """A filling of two surfaces of tooth 30, with changes."""
    line = Line(procedure="D2392", procedure_qualifier="AD", tooth="30", surfaces=("M", "O"), pointers=())
    return replace(line, **changes)


def Decided(**changes: Any) -> LineAdjudication:  # noqa: N802
    """What the first payer decided of the clean line: 100.00 paid, 25.00 coinsurance."""
    decision = LineAdjudication(
        payer_id="FIRST",
        paid=100_00,
        procedure="99213",
        adjustments=(Adjustment(group="PR", reason="2", amount=25_00),),
        adjudicated=SERVICE_DAY + timedelta(days=5),
    )
    return replace(decision, **changes)


def FirstPayer(**changes: Any) -> OtherPayer:  # noqa: N802
    """The payer that paid 100.00 before the one that is billed now, with changes."""
    payer = OtherPayer(
        order="P",
        payer=Party(last="First Example Plan", id="FIRST", id_qualifier="PI"),
        subscriber=SUBSCRIBER,
        filing_code="CI",
        paid=100_00,
        adjudicated=SERVICE_DAY + timedelta(days=5),
    )
    return replace(payer, **changes)


INPATIENT = CLEAN.but(
    kind="I",
    institutional=Stay(),
    place_of_service="",
    rendering=None,
    diagnoses=("J189", "E119"),
    lines=(Room(), Charge()),
)
OUTPATIENT = INPATIENT.but(
    institutional=Outpatient(),
    lines=(
        Line(procedure="99283", revenue_code="0450", charge=640_00, pointers=()),
        Line(procedure="85025", revenue_code="0305", charge=75_00, pointers=()),
    ),
)
DENTAL = CLEAN.but(kind="D", dental=Dental(), diagnoses=(), lines=(Filling(),))
SECONDARY = CLEAN.but(
    payer_order="S",
    other_payers=(FirstPayer(),),
    lines=(Line(adjudications=(Decided(),)),),
    context={"coverage": CoverageFacts(active_from=date(2026, 1, 1), orders=("P", "S"))},
)
