"""The payers section (LOINC 48768-6): coverage activity with its policy activities, in their order."""

import re

from intake.ccda.parties import insured_of
from intake.ccda.values import days, ids, templates
from intake.parties import Coverage
from intake.xml import Element, attribute, child, children, text_of

PAYERS = "48768-6"
_POLICY = "2.16.840.1.113883.10.20.22.4.61"
_POLICY_R1 = "2.16.840.1.113883.10.20.1.26"
_GUARANTOR = "2.16.840.1.113883.10.20.22.4.88"
_AUTHORIZATION = "2.16.840.1.113883.10.20.1.19"
# HL7 RoleCode to X12 1069; a code that is X12's already stays as it is.
_RELATIONSHIPS = {
    "SELF": "18",
    "SPS": "01",
    "HUSB": "01",
    "WIFE": "01",
    "DOMPART": "53",
    "CHILD": "19",
    "NCHILD": "19",
    "CHLDADOPT": "19",
    "STPCHLD": "19",
    "DAU": "19",
    "SON": "19",
    "FAMDEP": "G8",
    "HANDIC": "G8",
    "STUD": "19",
    "FSTUD": "19",
}
_UUID = re.compile(r"[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}")


def coverages_of(sections: list[Element]) -> tuple[list[Coverage], list[str]]:
    """The patient's coverages, at most three, and the authorization numbers given with them."""
    policies: list[tuple[int, Element]] = []
    for section in sections:
        for activity in section.iter("act"):
            if not {_POLICY, _POLICY_R1} & templates(activity):
                continue
            if attribute(activity, "moodCode") in ("INT", "RQO", "PRMS"):
                continue
            policies.append((_sequence(activity), activity))
    policies.sort(key=lambda policy: policy[0])
    found = [coverage for _, policy in policies[:20] if (coverage := _coverage(policy))]
    ordered = [
        coverage.model_copy(update={"order": order}) for order, coverage in zip("PST", found, strict=False)
    ]
    return ordered, [number for _, policy in policies for number in _authorizations(policy)]


def _sequence(policy: Element) -> int:
    holder = policy.getparent()
    for element in (policy, holder):
        value = attribute(child(element, "sequenceNumber"), "value")
        if value.isdigit() and len(value) < 6:
            return int(value)
    return 0


def _coverage(policy: Element) -> Coverage | None:
    payer_id = payer_name = ""
    for performer in children(policy, "performer"):
        entity = child(performer, "assignedEntity")
        if attribute(child(entity, "code"), "code") == "GUAR" or _GUARANTOR in templates(performer):
            continue
        payer_name = text_of(child(entity, "representedOrganization", "name"))
        numbers = [
            extension
            for element in (entity, child(entity, "representedOrganization"))
            for _, extension in ids(element)
            if extension
        ]
        payer_id = numbers[0] if numbers else ""
        break
    covered = _participant(policy, "COV")
    holder = _participant(policy, "HLD")
    member_id = _number(covered) or _number(holder)
    if not (payer_id or payer_name or member_id):
        return None
    code = attribute(child(covered, "code"), "code").upper()
    relationship = _RELATIONSHIPS.get(code, code if re.fullmatch(r"\d{2}|G8", code) else "")
    insured = None
    if relationship != "18" and holder is not None:
        insured = insured_of(holder, child(holder, "playingEntity"))
    if not relationship:
        relationship = "18" if insured is None else "G8"
    first, last = days(_participation_time(policy))
    return Coverage(
        payer=payer_id or payer_name,
        payer_name=payer_name,
        member_id=member_id,
        group_number=next((ext for _, ext in ids(policy) if ext and not _UUID.fullmatch(ext)), ""),
        relationship=relationship,
        subscriber=insured,
        active_from=first,
        active_to=last,
    )


def _participant(policy: Element, kind: str) -> Element | None:
    for participant in children(policy, "participant"):
        if attribute(participant, "typeCode") == kind:
            return child(participant, "participantRole")
    return None


def _participation_time(policy: Element) -> Element | None:
    for participant in children(policy, "participant"):
        if attribute(participant, "typeCode") == "COV":
            return child(participant, "time")
    return None


def _number(role: Element | None) -> str:
    return next((extension for _, extension in ids(role) if extension), "")


def _authorizations(policy: Element) -> list[str]:
    return [
        extension
        for relation in children(policy, "entryRelationship")
        for act in children(relation, "act")
        if _AUTHORIZATION in templates(act)
        for _, extension in ids(act)
        if extension
    ]
