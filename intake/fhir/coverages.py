"""Coverages in the order of the claim that names them, else in their own, else as they stand."""

from datetime import date

from intake.fhir.parties import NPI, has_code, person_of
from intake.fhir.resources import Pool, Resource, day, days, part, parts, text
from intake.parties import Coverage

_RELATIONSHIPS = {
    "self": "18",
    "spouse": "01",
    "child": "19",
    "common": "53",
    "parent": "G8",
    "other": "G8",
    "injured": "41",
}


def coverages_of(
    pool: Pool,
    claims: list[Resource],
    patient: Resource,
    on: date | None,
    by_patient: dict[int, list[Resource]],
) -> tuple[list[Coverage], str, bool]:
    """At most three coverages, the prior authorization, and whether their order had to be taken as given.

    A claim's `insurance` says which and in which order; without one, the patient's coverages that are
    active and hold the day of service.
    """
    insured = [
        (number, _named(pool, part(insurance, "coverage"), claim), text(insurance, "preAuthRef"))
        for claim in claims
        for position, insurance in enumerate(parts(claim, "insurance"))
        for number in [_number(text(insurance, "sequence"), position + 1)]
    ]
    insured = [(number, coverage, auth) for number, coverage, auth in insured if coverage]
    authorization = next((auth for _, _, auth in insured if auth), "") or _authorization(claims)
    unsure = False
    if not insured:
        own = [c for c in by_patient.get(pool.key(patient), []) if _is_live(c, on)] if patient else []
        unsure = len(own) > 1 and len({text(c, "order") for c in own}) < len(own)
        insured = [(_number(text(c, "order"), at + 1), c, "") for at, c in enumerate(own)]
    ordered: dict[int, Resource] = {}
    for _, coverage, _ in sorted(insured, key=lambda item: item[0]):
        ordered.setdefault(pool.key(coverage), coverage)
    made = [
        _coverage(pool, coverage, patient).model_copy(update={"order": order})
        for order, coverage in zip("PST", ordered.values(), strict=False)
    ]
    return made, authorization, unsure


def _named(pool: Pool, reference: Resource, claim: Resource) -> Resource:
    """The coverage that a claim names; of one that is not in the file its name alone is known."""
    found = pool.find(reference, claim)
    return found or ({"payor": {"display": reference["display"]}} if text(reference, "display") else {})


def _authorization(claims: list[Resource]) -> str:
    for claim in claims:
        for insurance in parts(claim, "insurance"):
            value = insurance.get("preAuthRef")
            if isinstance(value, list) and value and isinstance(value[0], str):
                return value[0].strip()
    return ""


def _number(value: str, default: int) -> int:
    return int(value) if value.isascii() and value.isdigit() and len(value) < 6 else default


def _is_live(coverage: Resource, on: date | None) -> bool:
    if text(coverage, "status") not in ("active", ""):
        return False
    if on is None:
        return True
    start, end = day(text(coverage, "period", "start")), day(text(coverage, "period", "end"))
    return (start is None or start <= on) and (end is None or on <= end)


def _coverage(pool: Pool, coverage: Resource, patient: Resource) -> Coverage:
    payor = part(coverage, "payor") or part(coverage, "insurer")  # R5's name for it
    payer = pool.find(payor, coverage)
    payer_name = text(payer, "name") if isinstance(payer.get("name"), str) else ""
    payer_name = payer_name or text(payor, "display")
    relationship = next(
        (
            _RELATIONSHIPS.get(code.lower(), code if "1069" in text(coding, "system") else "")
            for coding in parts(part(coverage, "relationship"), "coding")
            if (code := text(coding, "code"))
        ),
        "",
    )
    subscriber = pool.find(part(coverage, "subscriber"), coverage)
    if not relationship:
        same = not subscriber or pool.key(subscriber) == pool.key(patient)
        relationship = "18" if same else "G8"
    insured = person_of(subscriber) if relationship != "18" and subscriber else None
    group = next((c for c in parts(coverage, "class") if has_code([part(c, "type")], "group")), {})
    first, last = days(coverage, "period")
    return Coverage(
        payer=_payer_id(payer or {"identifier": part(payor, "identifier")}) or payer_name,
        payer_name=payer_name,
        member_id=_member_id(coverage),
        group_number=text(group, "value"),
        group_name=text(group, "name"),
        relationship=relationship,
        subscriber=insured,
        active_from=first,
        active_to=last,
    )


def _payer_id(payer: Resource) -> str:
    """The payer's own identifier; its NPI is not what a claim names it by."""
    known = [i for i in parts(payer, "identifier") if text(i, "value") and not NPI.match(text(i, "system"))]
    typed = [i for i in known if has_code([part(i, "type")], "payerid", "NIIP", "PI")]
    return text((typed or known or [{}])[0], "value")


def _member_id(coverage: Resource) -> str:
    typed = [
        text(i, "value") for i in parts(coverage, "identifier") if has_code([part(i, "type")], "MB", "MC")
    ]
    numbers = [
        *typed,
        text(coverage, "subscriberId"),
        *(text(i, "value") for i in parts(coverage, "identifier")),
    ]
    return next((number for number in numbers if number), "")
