"""Surgery is paid with its after-care: a visit in those days needs a reason of its own."""

from collections.abc import Iterator
from datetime import date
from functools import lru_cache

from coding.carried import families
from coding.context import Context, PriorClaim, PriorLine
from coding.edit import CLEAN, Line, Source, edit
from coding.finding import UNCHECKED, Found, Severity
from coding.other_claims import other_claims, rendering_npi_before, rendering_of
from coding.visits import is_visit
from edi.records import Claim, Party, ServiceLine

_FEES = {"pprrvu": [("27447", "090"), ("99213", "XXX"), ("11042", "000")]}
_OPERATION = PriorClaim(
    patient_control_number="EX0000",
    rendering_npi="1679576722",
    tax_id="123456789",
    lines=(PriorLine(procedure="27447", service_from=date(2026, 10, 1)),),
)
_AFTER = {"010": 10, "090": 90}
_ASSISTANT = frozenset({"80", "81", "82", "AS"})


@edit(
    id="GLB-01",
    title="Visit inside the global period of a surgery",
    severity=Severity.WARN,
    source=Source(
        "CMS, Medicare Physician Fee Schedule",
        "global days 000, 010, 090; Claims Processing Manual ch. 12, 40",
    ),
    since=date(2012, 1, 1),
    prevents=("97", "B15", "M144"),
    fix="Drop the visit, or give modifier 24, 25 or 57 where the note shows a reason of its own.",
    passes=CLEAN.but(lines=(Line(modifiers=("24",)),), context={"history": (_OPERATION,)}, codes=_FEES),
    fails=CLEAN.but(context={"history": (_OPERATION,)}, codes=_FEES),
    kinds="P",
    carries=families("92", "98", "99"),
)
def global_period(claim: Claim, context: Context) -> Iterator[Found]:
    if len(claim.lines) == 1 and not context.history:
        return
    unchecked = False
    for line in claim.lines:
        day = line.service_from
        if day is None or not is_visit(line.procedure):
            continue
        for procedure, on in _operations(claim, context, line, day):
            period = context.codes.global_days(procedure, on)
            if period is None:
                unchecked = True
            elif _inside(period, on, day) and not _own_reason(period, on, day, line.modifiers):
                yield (
                    line.number,
                    "SV101-3",
                    f"the visit lies in the {period} global period of {procedure} on {on}",
                )
                break
    if unchecked:
        yield None, "SV101-3", "the fee schedule with the global days is not loaded", UNCHECKED


def _operations(claim: Claim, context: Context, line: ServiceLine, day: date) -> Iterator[tuple[str, date]]:
    """Services of the same provider or group that may have a global period around the day."""
    provider = rendering_of(claim, line)
    for other in claim.lines:
        if (
            other is not line
            and other.service_from is not None
            and _surgical(other.procedure, other.modifiers)
            and rendering_of(claim, other).npi == provider.npi
        ):
            yield other.procedure, other.service_from
    if not context.history:
        return
    for prior in other_claims(claim, context):
        for before in prior.lines:
            near = -1 <= (day - before.service_from).days <= 90
            if (
                near
                and _surgical(before.procedure, before.modifiers)
                and (
                    rendering_npi_before(prior, before) == provider.npi or _colleague(claim, provider, prior)
                )
            ):
                yield before.procedure, before.service_from


def _colleague(claim: Claim, provider: Party, prior: PriorClaim) -> bool:
    """Physicians of one group and specialty are paid as though they were one (ch. 12, 40.1.B)."""
    group = claim.billing.tax_id
    return bool(group and group == prior.tax_id and prior.specialty and prior.specialty == provider.taxonomy)


@lru_cache(maxsize=20_000)
def _surgical(procedure: str, modifiers: tuple[str, ...]) -> bool:
    """CPT's surgery and medicine numbers and HCPCS procedures: what can carry a global period.

    Who assisted at the operation (80, 81, 82, AS) is not paid for its after-care.
    """
    numbered = (
        "10000" <= procedure <= "69999" or procedure[:1] == "G" or "92950" <= procedure <= "93799"
    ) and not is_visit(procedure)
    return numbered and _ASSISTANT.isdisjoint(modifiers)


def _inside(period: str, on: date, day: date) -> bool:
    after = (day - on).days
    if period == "090":
        return -1 <= after <= 90
    return 0 <= after <= _AFTER.get(period, -1) if period != "000" else after == 0


def _own_reason(period: str, on: date, day: date, modifiers: tuple[str, ...]) -> bool:
    after = (day - on).days
    if after > 0:
        return "24" in modifiers
    if period == "090":
        return "57" in modifiers or "25" in modifiers
    return "25" in modifiers
