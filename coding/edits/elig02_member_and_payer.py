"""Without a payer, a member id and a name there is nobody to send the claim to."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from functools import lru_cache

from coding.context import Context
from coding.edit import CLEAN, Source, edit
from coding.example import SUBSCRIBER
from coding.finding import WARN, Found, Severity
from edi.records import Claim


@edit(
    id="ELIG-02",
    title="Payer, member id or name missing or misshapen",
    severity=Severity.HOLD,
    source=Source(
        "X12 005010X222A1", "2010BA NM103, NM109; 2010BB NM109; 2330A, 2330B NM109; member id pattern"
    ),
    since=date(2012, 1, 1),
    prevents=("31", "16", "140", "22"),
    fix="Take payer and member id from the card, or name the payer in its file under partners/payers.",
    passes=CLEAN,
    fails=CLEAN.but(subscriber=replace(SUBSCRIBER, member_id="")),
    each_payer=True,
)
def member_and_payer(claim: Claim, context: Context) -> Iterator[Found]:
    payer = context.payer
    if payer is None:
        named = "is not one of the configured payers" if claim.payer.last else "is missing"
        yield None, "2010BB NM109", f"the payer {named}"
    elif not claim.payer.id:
        yield None, "2010BB NM109", "the payer has no payer id in its file"
    subscriber = claim.subscriber
    if not subscriber.last:
        yield None, "2010BA NM103", "the subscriber has no name"
    if not subscriber.member_id:
        yield None, "2010BA NM109", "the member id is missing"
    elif (
        payer is not None
        and payer.member_id_pattern
        and not _fits(payer.member_id_pattern, subscriber.member_id)
    ):
        yield None, "2010BA NM109", "the member id does not have the payer's shape"
    if context.coverage is not None and context.coverage.other_member:
        yield None, "2010BA NM109", "the payer has this person under another member id (271)", WARN
    patient = claim.patient
    if patient is not None and not patient.last:
        yield None, "2010CA NM103", "the patient has no name"
    for other in claim.other_payers:
        if not other.payer.id:
            named = "is not one of the configured payers" if other.payer.last else "is missing"
            yield None, "2330B NM109", f"the payer in order {other.order} {named}"
        if not other.subscriber.member_id:
            yield None, "2330A NM109", f"the member id of the payer in order {other.order} is missing"


@lru_cache(maxsize=256)
def _pattern(text: str) -> re.Pattern[str]:
    return re.compile(text)


def _fits(pattern: str, member_id: str) -> bool:
    return _pattern(pattern).fullmatch(member_id) is not None
