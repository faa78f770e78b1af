"""Which practices a document points to, where its folder does not say whose it is."""

from config.partners import Partners
from intake.encounter import Encounter


def points_to(partners: Partners, encounter: Encounter) -> dict[str, str]:
    """What points to a practice, each with the key of that practice: name, facility, providers.

    A provider or facility of several practices points to none. Where the document names a practice that is
    not configured, its providers do not speak for another.
    """
    name, facility = encounter.practice.strip(), encounter.service_facility
    named = (partners.practice(name) or partners.practice_of_facility(name)) if name else None
    found = {
        "the name in it": named,
        "its facility": partners.practice_of_facility(facility.npi) if facility is not None else None,
    }
    if named is not None or not name:
        providers = [p for p in (encounter.rendering, *(line.rendering for line in encounter.lines)) if p]
        for npi in dict.fromkeys(provider.npi for provider in providers):
            found[f"its provider {npi}"] = partners.practice_of_provider(npi)
    return {what: practice.key for what, practice in found.items() if practice is not None}


def contradiction(partners: Partners, encounter: Encounter) -> str:
    """Why a shared folder leaves open whose the encounter is: it points to several practices; else "".

    Nothing that the document says is believed over the rest: whichever is wrong, a claim would go out under
    the NPI of a practice that did not give the care.
    """
    says = points_to(partners, encounter)
    if len(set(says.values())) < 2:
        return ""
    parts = ", ".join(f"{what} is of {key}" for what, key in says.items())
    return (
        f"the document points to several practices: {parts}; correct it and send it again, or list the "
        "provider or the facility with each practice that it works for"
    )
