"""Clean claims of every kind, drawn, and the faults that a person makes in one of them: one at a time.

A fault changes the example and says which edit must hold it, and at which place.
"""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from coding import PriorBill, PriorClaim
from coding.example import (
    AS_OF,
    DENTAL,
    INPATIENT,
    MEDICARE,
    OUTPATIENT,
    PAYER,
    SECONDARY,
    SERVICE_DAY,
    Charge,
    Decided,
    Example,
    Filling,
    FirstPayer,
    Line,
    Outpatient,
    Room,
    Stay,
)
from edi.records import Adjustment, DatedCode, Dental, DentalLine, Tooth

DIAGNOSES = ("J189", "E119", "I10", "N179", "E785", "K5900")
BACK = ("2", "3", "14", "15", "18", "19", "30", "31", "A", "J", "K", "T", "52", "BS")
FRONT = ("6", "8", "9", "11", "22", "25", "27", "D", "N", "58")
DAY = timedelta(days=1)


@dataclass(frozen=True)
class Faulty:
    example: Example
    edit_id: str
    place: str
    line: int | None = None


Fault = Callable[[random.Random], Faulty]


def stay(draw: random.Random, **changes: Any) -> Example:
    """A stay of some days; `changes` are those of its institutional facts, beside `rooms` and `frequency`."""
    days = draw.randrange(1, 12)
    last = AS_OF - timedelta(days=draw.randrange(3, 20))
    first = last - timedelta(days=days)
    facts: dict[str, Any] = {
        "admission": first,
        "statement_from": first,
        "statement_to": last,
        "admission_source": draw.choice("124"),
        "admission_type": draw.choice("123"),
        "patient_status": draw.choice(("01", "03", "06")),
        "values": (DatedCode(code="80", amount=days * 100),),
    }
    diagnoses = tuple(draw.sample(DIAGNOSES, draw.randrange(1, 5)))
    facts["present_on_admission"] = tuple(draw.choice("YNUW") for _ in diagnoses)
    rooms = changes.pop("rooms", days)
    lines = (Room(units=str(rooms), charge=900_00 * days), *(Charge() for _ in range(draw.randrange(3))))
    return INPATIENT.but(
        institutional=Stay(**{**facts, **changes}),
        diagnoses=changes.get("diagnoses", diagnoses),
        lines=changes.get("lines", lines),
    )


def visit(draw: random.Random, *more: Any, **changes: Any) -> Example:
    """An outpatient day in a hospital with a few services."""
    day = AS_OF - timedelta(days=draw.randrange(5, 20))
    lines = draw.sample(
        [
            Line(procedure="99283", revenue_code="0450", pointers=()),
            Line(procedure="85025", revenue_code="0305", pointers=()),
            Line(procedure="97110", modifiers=("GP",), revenue_code="0420", pointers=()),
            Line(procedure="71046", revenue_code="0324", pointers=()),
            Line(procedure="", revenue_code="0250", pointers=()),
        ],
        draw.randrange(1, 5),
    )
    facts = {"statement_from": day, "statement_to": day, **changes}
    return OUTPATIENT.but(
        institutional=Outpatient(**facts),
        diagnoses=tuple(draw.sample(DIAGNOSES, 2)),
        lines=tuple(replace(line, service_from=day) for line in (*more, *lines)),
    )


def dentist(draw: random.Random, *more: Any, **changes: Any) -> Example:
    """Fillings, a crown, an extraction or a cleaning of the gums. `more` lines come first, and no other has
    the procedure of one of them: on the same tooth it would be a duplicate."""
    back, front = draw.choice(BACK), draw.choice(FRONT)
    count = draw.randrange(1, 4)
    drawn = [
        Filling(
            procedure=f"D239{count}", tooth=back, surfaces=tuple(draw.sample(("M", "O", "D", "B"), count))
        ),
        Filling(
            procedure=f"D233{count - 1}",
            tooth=front,
            surfaces=tuple(draw.sample(("M", "I", "D", "F", "L"), count)),
        ),
        Filling(procedure="D0120", tooth="", surfaces=()),
        Filling(procedure="D2740", tooth=back, surfaces=(), dental=DentalLine(prosthesis="I")),
        Filling(procedure="D7140", tooth=front, surfaces=()),
        Filling(
            procedure="D4341", tooth="", surfaces=(), oral_cavity=(draw.choice(("10", "20", "30", "40")),)
        ),
    ]
    first = {line.procedure for line in more}
    lines = draw.sample([line for line in drawn if line.procedure not in first], draw.randrange(1, 4))
    return DENTAL.but(lines=(*more, *lines), **changes)


def second(draw: random.Random, *, adjudicated: int = 5, **decided: Any) -> Example:
    """A claim to the second payer, with the first one's decision on each line."""
    day = SERVICE_DAY - timedelta(days=draw.randrange(0, 60))
    lines, paid = [], 0
    for n in range(draw.randrange(1, 4)):
        charge = draw.randrange(40_00, 400_00)
        left, off = draw.randrange(1, 20_00), draw.randrange(0, 19_00)
        adjustments = (
            Adjustment(group="PR", reason=draw.choice(("1", "2", "3")), amount=left),
            *([Adjustment(group="CO", reason="45", amount=off)] if off else []),
        )
        decision = Decided(
            paid=charge - left - off,
            procedure=f"9921{n + 3}",
            adjustments=adjustments,
            adjudicated=day + timedelta(days=adjudicated),
        )
        paid += decision.paid
        lines.append(
            Line(
                procedure=f"9921{n + 3}",
                charge=charge,
                service_from=day,
                adjudications=(replace(decision, **decided) if n == 0 else decision,),
            )
        )
    return SECONDARY.but(
        lines=tuple(lines),
        other_payers=(FirstPayer(paid=paid, adjudicated=day + timedelta(days=adjudicated)),),
    )


def bill(example: Example) -> Any:
    return example.changes["institutional"]


def _facts(example: Example, **changes: Any) -> Example:
    return example.but(institutional=replace(bill(example), **changes))


def _first_line(example: Example, **changes: Any) -> Example:
    first, *rest = example.changes["lines"]
    return example.but(lines=(replace(first, **changes), *rest))


def on_stay(edit_id: str, place: str, line: int | None = None, **facts: Any) -> Fault:
    return lambda draw: Faulty(_facts(stay(draw), **facts), edit_id, place, line)


def on_visit(edit_id: str, place: str, **line: Any) -> Fault:
    made = Line(**{"pointers": (), **line})
    return lambda draw: Faulty(visit(draw, made), edit_id, place, 1)


def _long_days(draw: random.Random) -> Faulty:
    made = stay(draw)
    more = bill(made).values[0].amount + 100
    return Faulty(_facts(made, values=(DatedCode(code="80", amount=more),)), "VAL-01", "HI BE")


def _rooms(draw: random.Random) -> Faulty:
    return Faulty(stay(draw, rooms=40), "VAL-01", "SV205")


def _no_poa(draw: random.Random) -> Faulty:
    made = stay(draw)
    given = bill(made).present_on_admission
    return Faulty(_facts(made, present_on_admission=given[:-1]), "POA-01", f"HI {len(given)}-9")


def _bad_poa(draw: random.Random) -> Faulty:
    made = stay(draw)
    given = bill(made).present_on_admission
    return Faulty(_facts(made, present_on_admission=("1", *given[1:])), "POA-01", "HI 1-9")


def _late_occurrence(draw: random.Random) -> Faulty:
    made = stay(draw)
    late = DatedCode(code=draw.choice(("01", "05", "11")), on=bill(made).statement_to + DAY)
    return Faulty(_facts(made, occurrences=(late,)), "OCC-01", "HI BH")


def _gap(draw: random.Random) -> Faulty:
    """A continuing bill that leaves days out after the first one."""
    made = stay(draw, patient_status="30")
    facts = bill(made)
    began = facts.statement_from - timedelta(days=30)
    before = PriorBill(
        type_of_bill="11",
        frequency="2",
        admission=began,
        statement_from=began,
        statement_to=facts.statement_from - timedelta(days=draw.randrange(2, 9)),
    )
    days = (facts.statement_to - facts.statement_from).days + 1
    made = _facts(made, admission=began, values=(DatedCode(code="80", amount=days * 100),))
    made = _first_line(made, units=str(days)).but(
        frequency="3",
        context={"history": (PriorClaim(patient_control_number="X", billing_npi="1234567893", bill=before),)},
    )
    return Faulty(made, "INT-01", "DTP 434")


def _no_procedure(draw: random.Random) -> Faulty:
    made = stay(draw)
    bill = made.changes["institutional"]
    said = DatedCode(code=draw.choice(("0DTJ4OZ", "0DTJ4Z", "27447")), on=bill.admission)
    return Faulty(made.but(institutional=replace(bill, principal_procedure=said)), "PCS-01", "HI BBR")


def _ended_procedure(draw: random.Random) -> Faulty:
    made = stay(draw)
    bill = made.changes["institutional"]
    said = tuple(DatedCode(code=code, on=bill.admission) for code in ("0DTJ4ZZ", "0DTJ0ZZ"))
    bill = replace(bill, principal_procedure=said[0], other_procedures=said[1:])
    known = {"icd10pcs": [("0DTJ4ZZ", None, None, "a sample")]}
    return Faulty(made.but(institutional=bill, codes=known), "PCS-01", "HI BBQ")


def _no_drg(draw: random.Random) -> Faulty:
    made = stay(draw, drg=draw.choice(("471", "0470", "47A")))
    known = {"msdrg": [("470", None, None, "a sample")]}
    made = made.but(filing_code="MA", context={"payer": MEDICARE}, codes=known)
    return Faulty(made, "DRG-01", "HI DR")


def _window(draw: random.Random) -> Faulty:
    made = visit(draw)
    admitted = bill(made).statement_from + timedelta(days=draw.randrange(0, 4))
    ahead = PriorClaim(
        patient_control_number="X",
        billing_npi="1234567893",
        bill=PriorBill(type_of_bill="11", admission=admitted, statement_from=admitted),
    )
    made = made.but(context={"history": (ahead,), "payer": replace(PAYER, payment_window_days=3)})
    return Faulty(made, "WIN-01", "DTP 434")


def _outside(draw: random.Random) -> Faulty:
    made = visit(draw)
    return Faulty(_first_line(made, service_from=bill(made).statement_from - DAY), "TOB-01", "DTP 472", 1)


def _reversed(draw: random.Random) -> Faulty:
    made = visit(draw)
    return Faulty(_facts(made, statement_to=bill(made).statement_from - DAY), "TOB-01", "DTP 434")


INSTITUTIONAL: Sequence[Fault] = (
    _no_procedure,
    _ended_procedure,
    _no_drg,
    on_stay("TOB-01", "CLM05-1", type_of_bill="99"),
    _outside,
    _reversed,
    on_visit("REV-01", "SV201", revenue_code="0120", procedure="", units="1"),
    on_visit("REV-01", "SV201", revenue_code="25", procedure=""),
    on_visit("REV-01", "SV201", revenue_code="0001", procedure=""),
    on_visit("REV-02", "SV202-2", revenue_code="0301", procedure=""),
    on_visit("REV-02", "SV202-2", revenue_code="0636", procedure="99283"),
    on_visit("REV-02", "SV202-3", revenue_code="0430", procedure="97110", modifiers=("GP",)),
    on_stay("OCC-01", "HI BH", occurrences=(DatedCode(code="11"),)),
    on_stay("OCC-01", "HI BH", occurrences=(DatedCode(code="74", on=SERVICE_DAY),)),
    on_stay("OCC-01", "HI BI", occurrence_spans=(DatedCode(code="74", on=SERVICE_DAY),)),
    on_stay("OCC-01", "HI BG", conditions=("4",)),
    _late_occurrence,
    on_stay("VAL-01", "HI BE", values=(DatedCode(code="80"),)),
    _long_days,
    _rooms,
    _no_poa,
    _bad_poa,
    on_stay("PST-01", "CL103", patient_status="99"),
    on_stay("PST-01", "CL103", patient_status="41"),
    on_stay("PST-01", "HI BH", patient_status="20"),
    on_stay("ADM-01", "DTP 435", admission=None),
    on_stay("ADM-01", "CL101", admission_type="7"),
    on_stay("ADM-01", "CL102", admission_source=""),
    on_stay("ADM-01", "HI ABJ", admitting_diagnosis=""),
    on_stay("ADM-01", "DTP 096", discharge_hour=""),
    on_stay("ADM-01", "DTP 435", admission_hour="2460"),
    on_stay("ADM-01", "2310A", attending=None),
    on_stay("ADM-01", "HI BBR", principal_procedure=DatedCode(code="0SR9019")),
    _gap,
    _window,
)


def on_tooth(edit_id: str, place: str, **line: Any) -> Fault:
    return lambda draw: Faulty(dentist(draw, Filling(**line)), edit_id, place, 1)


def on_mouth(edit_id: str, place: str, line: Any, **dental: Any) -> Fault:
    number = 1 if place in ("DN201", "DTP 441") else None
    return lambda draw: Faulty(DENTAL.but(lines=(line,), dental=Dental(**dental)), edit_id, place, number)


_BRACES = Filling(procedure="D8080", tooth="", surfaces=())
_PONTIC = Filling(procedure="D6240", surfaces=(), dental=DentalLine(prosthesis="I"))
DENTISTS: Sequence[Fault] = (
    on_tooth("TTH-01", "TOO02", tooth="33"),
    on_tooth("TTH-01", "TOO02", tooth="U"),
    on_tooth("TTH-01", "TOO02", tooth="83"),
    on_tooth("TTH-01", "TOO03", tooth="30", surfaces=("M", "X")),
    on_tooth("TTH-01", "TOO03", tooth="30", surfaces=("M", "M")),
    on_tooth("TTH-01", "TOO03", tooth="30", surfaces=("M", "I")),
    on_tooth("TTH-01", "TOO03", procedure="D2331", tooth="8", surfaces=("M", "O")),
    on_tooth("TTH-01", "TOO03", tooth="30", surfaces=("B", "F")),
    on_tooth("TTH-02", "TOO02", procedure="D7140", tooth="", surfaces=()),
    on_tooth("TTH-02", "TOO02", tooth="8", surfaces=("M", "D")),
    on_tooth("TTH-02", "TOO02", procedure="D2331", tooth="30", surfaces=("M", "D")),
    on_tooth("TTH-02", "TOO02", procedure="D3330", tooth="4", surfaces=()),
    on_tooth("TTH-02", "TOO02", procedure="D3310", tooth="19", surfaces=()),
    on_tooth("SRF-01", "TOO03", surfaces=("M",)),
    on_tooth("SRF-01", "TOO03", procedure="D2140", surfaces=("M", "O")),
    on_tooth("SRF-01", "TOO03", procedure="D2394", surfaces=("M", "O", "D")),
    on_tooth("SRF-01", "TOO03", surfaces=()),
    on_tooth("QUA-01", "SV304", procedure="D4341", tooth="", surfaces=()),
    on_tooth("QUA-01", "SV304", oral_cavity=("50",)),
    on_tooth("QUA-01", "SV304", tooth="30", oral_cavity=("10",)),
    on_tooth("PRS-01", "SV305", procedure="D2740", surfaces=()),
    on_tooth("PRS-01", "DTP 441", procedure="D2750", surfaces=(), dental=DentalLine(prosthesis="R")),
    on_mouth("MTC-01", "DN201", _PONTIC),
    on_mouth("MTC-01", "DN201", _PONTIC, teeth=(Tooth(number="3", status="M"),)),
    on_mouth("ORT-01", "DN101", _BRACES, orthodontic=True, appliance_placed=SERVICE_DAY),
    on_mouth("ORT-01", "DTP 452", _BRACES, orthodontic=True, months="24"),
    on_mouth(
        "ORT-01",
        "DN102",
        _BRACES,
        orthodontic=True,
        months="12",
        remaining_months="24",
        appliance_placed=SERVICE_DAY,
    ),
    on_mouth("PRE-01", "DTP 472", Filling(), predetermines=True),
    on_mouth("PRE-01", "REF G3", Filling(service_from=None), predetermines=True, predetermination="P1"),
)


def _a_cent_off(draw: random.Random) -> Faulty:
    made = second(draw)
    paid = made.changes["other_payers"][0].paid
    return Faulty(made.but(other_payers=(FirstPayer(paid=paid + 1),)), "COB-02", "2320 AMT D")


def _line_off(draw: random.Random) -> Faulty:
    made = second(draw)
    line = made.changes["lines"][0]
    decision = line.adjudications[0]
    first, *others = decision.adjustments
    wrong = replace(decision, adjustments=(replace(first, amount=first.amount + 5_00), *others))
    return Faulty(_first_line(made, adjudications=(wrong,)), "COB-02", "2430 CAS", 1)


def _too_early(draw: random.Random) -> Faulty:
    made = second(draw)
    early = made.changes["lines"][0].service_from - DAY
    payer = replace(made.changes["other_payers"][0], adjudicated=early)
    return Faulty(made.but(other_payers=(payer,)), "COB-08", "2330B DTP 573")


def _stranger(draw: random.Random) -> Faulty:
    made = second(draw)
    line = made.changes["lines"][0]
    strange = replace(line.adjudications[0], payer_id="NOBODY", paid=0, adjustments=())
    return Faulty(_first_line(made, adjudications=(*line.adjudications, strange)), "COB-08", "2430 SVD01", 1)


SECONDARIES: Sequence[Fault] = (
    _a_cent_off,
    _line_off,
    _too_early,
    _stranger,
    lambda draw: Faulty(
        second(draw).but(other_payers=(FirstPayer(paid=None, adjudicated=None),)).but(lines=(Line(),)),
        "COB-01",
        "2320 AMT D",
    ),
)
CLEAN_ONES: dict[str, Sequence[Callable[[random.Random], Example]]] = {
    "institutional": (stay, visit),
    "dental": (dentist,),
    "secondary": (second,),
}
FAULTS = {"institutional": INSTITUTIONAL, "dental": DENTISTS, "secondary": SECONDARIES}
