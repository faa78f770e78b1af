"""Some codes may not come first, none comes twice, and some exclude each other or ask for another before
them."""

from collections.abc import Iterator
from datetime import date

from coding.context import Context
from coding.days import first_day
from coding.edit import CLEAN, Source, edit
from coding.example import SERVICE_DAY
from coding.finding import WARN, Found, Severity
from edi.records import Accident, Claim

_NO_FLAGS: frozenset[str] = frozenset()


@edit(
    id="DX-03",
    title="Diagnoses that may not stand first, or together",
    severity=Severity.HOLD,
    source=Source(
        "ICD-10-CM guidelines", "I.A.12.a Excludes1, I.A.13 etiology first, I.C.20 external causes; MCE"
    ),
    since=date(2015, 10, 1),
    prevents=("146", "11", "16", "M76"),
    fix="Put the underlying or injury code first; drop the excluded or repeated code.",
    passes=CLEAN.but(diagnoses=("S93401A", "W1839XA"), accident=Accident(causes=("OA",), day=SERVICE_DAY)),
    fails=CLEAN.but(diagnoses=("W1839XA", "J020")),
    carries=frozenset({"diagnosis:order"}),
)
def together_and_order(claim: Claim, context: Context) -> Iterator[Found]:
    diagnoses = claim.diagnoses
    day = first_day(claim)
    if day is None or not diagnoses:
        return
    first = context.codes.diagnosis(diagnoses[0])
    flags = first.flags_on(day) if first.marks else _NO_FLAGS
    if "ecodepdx" in flags or diagnoses[0][:1] in "VWXY":
        yield None, "HI 1", "an external cause stands first"
    elif "manifestation" in flags:
        yield None, "HI 1", "a manifestation stands first, its cause belongs before it"
    elif claim.kind == "I" and "unacceptable" in flags:
        yield None, "HI 1", "not accepted as the principal diagnosis of a stay", WARN
    elif context.codes.code_first(diagnoses[0]):
        yield None, "HI 1", "the tabular asks for the underlying cause before the first diagnosis", WARN
    if len(diagnoses) == 1:
        return
    given = [code for code in diagnoses if code]  # DX-01 reports an empty one
    if len(set(given)) < len(given):
        yield None, "HI", "a diagnosis is listed twice"
    for first_place, second_place, _ in context.codes.excluded_pairs(diagnoses):
        said = f"diagnoses {first_place + 1} and {second_place + 1} exclude each other (Excludes1)"
        yield None, f"HI {second_place + 1}", said, WARN
