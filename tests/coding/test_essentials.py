"""What is absent from an encounter is named exactly, by the edit it belongs to."""

from dataclasses import replace

import pytest

import coding
from coding.context import PracticeFacts, ProviderFacts
from coding.example import BILLING, CLEAN, RENDERING, SUBSCRIBER, Example, Line
from edi.records import Party

CODES = coding.codes.load()


@pytest.mark.parametrize(
    ("example", "edit_id", "says"),
    [
        (CLEAN.but(diagnoses=()), "DX-01", "the claim has no diagnosis"),
        (
            CLEAN.but(context={"payer": None}),
            "ELIG-02",
            "the payer is not one of the configured payers",
        ),
        (CLEAN.but(payer=Party(), context={"payer": None}), "ELIG-02", "the payer is missing"),
        (CLEAN.but(lines=(Line(charge=0),)), "BAL-01", "the line has no charge"),
        (CLEAN.but(lines=()), "REQ-01", "the claim has no service line"),
        (CLEAN.but(lines=(Line(procedure=""),)), "REQ-01", "the line has no procedure code"),
        (CLEAN.but(lines=(Line(service_from=None),)), "DT-01", "the line has no date of service"),
        (CLEAN.but(lines=(Line(pointers=()),)), "PTR-01", "the line points at no diagnosis"),
        (CLEAN.but(place_of_service=""), "POS-01", "no place of service is given"),
        (CLEAN.but(billing=replace(BILLING, npi="")), "NPI-01", "the billing provider has no NPI"),
        (CLEAN.but(rendering=replace(RENDERING, npi="")), "NPI-01", "the rendering provider has no NPI"),
        (CLEAN.but(subscriber=replace(SUBSCRIBER, member_id="")), "ELIG-02", "the member id is missing"),
        (CLEAN.but(subscriber=replace(SUBSCRIBER, last="")), "ELIG-02", "the subscriber has no name"),
        (
            CLEAN.but(subscriber=replace(SUBSCRIBER, birth_date=None)),
            "REQ-01",
            "the patient has no birth date",
        ),
        (CLEAN.but(billing=replace(BILLING, tax_id="")), "REQ-01", "the billing provider has no tax id"),
        (
            CLEAN.but(subscriber=replace(SUBSCRIBER, address=replace(SUBSCRIBER.address, zip="4102"))),
            "REQ-01",
            "the patient's zip is not five or nine digits; is a leading zero lost?",
        ),
    ],
)
def test_what_is_missing_is_said_once(example: Example, edit_id: str, says: str) -> None:
    held = [f for f in coding.run(example.claim, example.context(CODES)) if f.holds]
    assert [(f.edit_id, f.detail) for f in held] == [(edit_id, says)]


def test_a_name_from_e_mail_in_place_of_an_npi_is_refused() -> None:
    example = CLEAN.but(rendering=replace(RENDERING, npi="ann@example.org"))
    held = [f for f in coding.run(example.claim, example.context(CODES)) if f.holds]
    assert [f.edit_id for f in held] == ["NPI-01"]
    assert "example.org" not in held[0].detail


@pytest.mark.parametrize(
    ("roster", "procedure", "missing"),
    [
        (("1679576722",), "99213", True),
        (("1679576722",), "80053", False),  # a laboratory test is done by nobody in particular
        ((BILLING.npi,), "99213", False),  # the practice is its only provider
        ((), "99213", False),
    ],
)
def test_nobody_rendered_is_said_where_a_practice_of_several_bills(roster, procedure, missing) -> None:
    providers = tuple(ProviderFacts(npi=npi) for npi in roster)
    context = {"practice": PracticeFacts(key="p", npi=BILLING.npi, providers=providers)}
    example = CLEAN.but(rendering=None, lines=(Line(procedure=procedure),), context=context)
    details = [f.detail for f in coding.run(example.claim, example.context(CODES)) if f.edit_id == "NPI-01"]
    assert details == (
        ["the rendering provider is missing; the practice's file names several"] if missing else []
    )
