"""What an encounter can express: every field is tried, every segment is written or left out with a reason."""

import pytest

import edi
from config import partners
from config.partners import DEMO
from docs.sources import encounter_reach as reach
from intake.encounter import PARTS, Encounter

KNOWN = partners.load(DEMO)
OUTSIDE = ("documentation", "concepts", "doubts", "coverages.active_", "guarantor.", "test")  # on no claim
NOWHERE = {
    "coverages.payer_name": "the payer's file has its name",
    "coverages.subscriber.death_date": "only the patient's is on a claim",
    "lines.service_facility.first": "an organisation",
    "service_facility.first": "an organisation",
    "lines.professional.purchased_service.provider.first": "known by its NPI alone",
    "professional.ambulance.patients": "a line has it",
    "restricted": "what it is said of reaches no payer",
    "lines.restricted": "what it is said of reaches no payer",
}
"""Fields that no segment is written from, since they are parts of what others use too."""


def written(kind):
    return {place for one in reach.examples(kind) for place in reach.segments(one, KNOWN)}


@pytest.mark.parametrize("kind", PARTS)
def test_every_segment_of_the_guide_is_written_or_left_out_with_a_reason(kind):
    guide, found = reach.kinds()[kind], written(kind)
    silent = [
        (loop, name)
        for loop, name, _, _ in reach.members(guide)
        if (loop, name) not in found and not reach.reason(guide.kind, loop, name)
    ]
    assert silent == []


def test_no_reason_is_given_for_what_is_written():
    stale = [
        (kind, loop, name)
        for kind, guide in reach.kinds().items()
        for loop, name in sorted(written(kind))
        if reach.reason(guide.kind, loop, name) and not reach.elsewhere(loop, name)
    ]
    assert stale == []


@pytest.mark.parametrize("kind", PARTS)
def test_the_encounters_have_no_fault_that_a_check_finds(kind):
    for facts in reach.examples(kind):
        assert [f for f in edi.check(reach.wire(facts, KNOWN)) if f.severity != "info"] == []


def paths(schema, place=""):
    """The fields of the model, as the page names them."""
    definitions = Encounter.model_json_schema()["$defs"]
    for name, field in schema.get("properties", {}).items():
        inner = [field, field.get("items", {}), *field.get("anyOf", ())]
        references = [one["$ref"].rpartition("/")[2] for one in inner if "$ref" in one]
        if references:
            yield from paths(definitions[references[0]], f"{place}{name}.")
        else:
            yield f"{place}{name}"


@pytest.mark.slow
def test_the_encounters_have_every_field_of_the_model():
    given = {
        reach.name_of(path)
        for kind in PARTS
        for facts in reach.examples(kind)
        for path in reach.fields_of(facts)
    }
    missing = {p for p in paths(Encounter.model_json_schema()) if p not in given}
    of_all = ("taxonomy", "country")  # of providers and addresses wherever they stand
    wanted = {
        p for p in missing if not p.endswith(of_all) and not p.startswith(OUTSIDE) and ".address." not in p
    }
    assert wanted == set(NOWHERE)
