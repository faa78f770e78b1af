"""Who the patient is: the subscriber (SBR02 18), or a dependent with a level of its own (2000C)."""

from collections.abc import Iterable, Iterator
from typing import Any, Final

from edi.checks.rules import Fault, Run, rule
from edi.findings import Answer, kind

GUIDES: Final = "837P 837I 837D"
_ABSENT: Final = Answer("999", segment="I6")

NO_PATIENT: Final = kind(
    "SIT-04",
    "Patient level missing",
    4,
    "Give the patient a level 2000C, or SBR02 18 where the patient is the subscriber.",
    Answer("999", segment="I7"),
)
NOT_DEPENDENT: Final = kind(
    "SIT-05",
    "Patient level though the patient is the subscriber",
    4,
    "Put the claim under the subscriber, or leave SBR02 empty.",
    Answer("999", segment="8", element="I13"),
)
NO_CLAIM: Final = kind(
    "SIT-06", "Subscriber without any claim", 4, "Add the claim or remove the subscriber's level.", _ABSENT
)
DETAILS: Final = kind(
    "SIT-07",
    "Subscriber who is the patient lacks address, birth date or sex",
    4,
    "Add N3, N4 and DMG to loop 2010BA.",
    _ABSENT,
)
DETAILED: Final = (("N3", "street"), ("N4", "city"), ("DMG", "demographics"))


@rule(NO_PATIENT, GUIDES, loop="2300", entering=True)
def claim_belongs_to_its_level(claim: Any, run: Run) -> Iterable[Fault]:
    """A claim right under a subscriber who is not the patient; reported once a subscriber."""
    above: Any = claim.parent
    memory = run.transaction
    if above is None or above.ID != "2000B":
        memory["claims below"] = True
        return ()
    memory["claims here"] = True
    sbr = above.coverage
    if not sbr or sbr.relationship != "" or "reported" in memory:
        return ()
    memory["reported"] = True
    message = "SBR02 does not make the subscriber the patient, and no patient follows"
    return [Fault("HL", "", message, "2000C", cause=(sbr, "2", "2000B"), position=above.position)]


@rule(NO_PATIENT, GUIDES, loop="2000B", entering=True)
def new_subscriber(level: Any, run: Run) -> Iterable[Fault]:
    """Forget the subscriber before."""
    for name in ("claims below", "claims here", "reported"):
        run.transaction.pop(name, None)
    return ()


@rule(NO_CLAIM, GUIDES, loop="2000B")
def subscriber_has_claims(level: Any, run: Run) -> Iterator[Fault]:
    """What came below a subscriber against what SBR02 says."""
    memory = run.transaction
    sbr = level.coverage
    itself = bool(sbr) and sbr.relationship == "18"
    if "claims here" in memory:  # dependents may follow the subscriber's own claims
        here = level.name.__dict__
        for segment, member in DETAILED:
            if itself and level.name and member not in here:
                cause = (sbr, "2", "2000B")
                at = level.name.position
                yield Fault(segment, "", f"{segment} is missing", "2010BA", DETAILS, cause=cause, position=at)
        return
    if "claims below" in memory:
        if itself:
            yield Fault(sbr, "2", "only patients of another level follow", kind=NOT_DEPENDENT)
    elif not level.level or level.level.child != "1":  # else the level below is reported as missing
        segment, loop = ("CLM", "2300") if itself else ("HL", "2000C")
        yield Fault(segment, "", "neither a claim nor a patient follows", loop)
