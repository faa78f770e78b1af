"""A patient is new only when nobody of the group and specialty has seen them in three years."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from coding.context import Context, PriorClaim, PriorLine
from coding.days import years_between
from coding.edit import CLEAN, Line, Source, edit
from coding.finding import UNCHECKED, Found, Severity
from coding.other_claims import other_claims, rendering_npi_before, rendering_of
from coding.visits import NEW_PATIENT, is_face_to_face
from edi.records import Claim, Party

_SEEN = PriorClaim(
    patient_control_number="EX0000",
    tax_id="123456789",
    specialty="207Q00000X",
    rendering_npi="1679576722",
    lines=(PriorLine(procedure="99213", service_from=date(2025, 2, 3)),),
)


_YEARS = 3
_UNKNOWN = "the claims kept here do not reach back three years (the practice's file: claims_since)"


@edit(
    id="PX-04",
    title="New-patient visit for a patient seen within three years",
    severity=Severity.WARN,
    source=Source("CPT, evaluation and management guidelines", "new and established patient"),
    since=date(2012, 1, 1),
    prevents=("B16",),
    fix="Bill the established-patient visit that the documentation supports.",
    passes=CLEAN.but(
        lines=(Line(procedure="99203"),),
        context={
            "history": (replace(_SEEN, lines=(replace(_SEEN.lines[0], service_from=date(2023, 11, 8)),)),)
        },
    ),
    fails=CLEAN.but(lines=(Line(procedure="99203"),), context={"history": (_SEEN,)}),
    kinds="P",
    carries=NEW_PATIENT,
)
def new_patient(claim: Claim, context: Context) -> Iterator[Found]:
    for line in claim.lines:
        day = line.service_from
        if line.procedure not in NEW_PATIENT or day is None:
            continue
        provider = rendering_of(claim, line)
        seen = max((d for d in _visits_before(claim, provider, day, context)), default=None)
        if seen is not None:
            yield (
                line.number,
                "SV101-2",
                f"{line.procedure} is for new patients, the group saw this one on {seen}",
            )
        elif _incomplete(context.practice.claims_since, day):
            yield line.number, "SV101-2", _UNKNOWN, UNCHECKED


def _incomplete(since: date | None, day: date) -> bool:
    """Whether a visit of the three years before could be missing in what is kept."""
    return since is None or years_between(since, day) < _YEARS


def _visits_before(claim: Claim, provider: Party, day: date, context: Context) -> Iterator[date]:
    """Days of face-to-face services of the same group and specialty within three years before."""
    for prior in other_claims(claim, context):
        if prior.tax_id and claim.billing.tax_id and prior.tax_id != claim.billing.tax_id:
            continue
        other_specialty = bool(prior.specialty and provider.taxonomy and prior.specialty != provider.taxonomy)
        for line in prior.lines:
            if (
                is_face_to_face(line.procedure, line.modifiers)
                and line.service_from < day
                and years_between(line.service_from, day) < _YEARS
                and not (other_specialty and rendering_npi_before(prior, line) != provider.npi)
            ):
                yield line.service_from
