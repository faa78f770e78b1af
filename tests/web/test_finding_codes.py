"""The codes of a finding lead to the encoder, with the place in the encounter where a chosen one goes."""

import pytest
from starlette.datastructures import QueryParams

import coding.codes
from intake.encounter import Encounter
from ledger.queries.claim_story import Hold
from web.errors import Refused
from web.finding_codes import Coding, coding_of, next_diagnosis, next_procedure, parts_of

SEEN = Encounter.model_validate(
    {
        "source": "ehr", "id": "T-1", "version": 1, "practice": "lakeside",
        "patient": {"last": "Doe", "birth_date": "1980-01-01", "sex": "F"},
        "diagnoses": ["S62.10", "R50.9"],
        "lines": [{"procedure": "99213", "charge": "1.00"}, {"procedure": "", "charge": "1.00"}],
    }
)  # fmt: skip


def links(edit: str, line: int | None, place: str, detail: str) -> list[tuple[str, str]]:
    parts = parts_of(Hold(edit, line, place, detail), SEEN, coding.codes.load())
    assert "".join(p.text for p in parts).startswith(detail)
    return [(part.code, part.at) for part in parts if part.code]


def test_each_code_of_a_finding_has_the_place_where_it_stands_or_would_stand():
    said = "S62.10 is a heading, not a billable code, on 2026-11-10; choose S62.101A, S62.101B ..."
    first = "diagnoses[1]"
    assert links("DX-01", None, "HI 1", said) == [("S6210", first), ("S62101A", first), ("S62101B", first)]
    assert links("PX-01", 1, "SV101-2", "99213 ended on 2026-01-01") == [("99213", "lines[1].procedure")]
    assert links("DEM-01", None, "HI 2", "diagnosis 2 is a child's") == [("R509", "diagnoses[2]")]
    assert links("UNT-01", 1, "SV104", "0 units") == [("99213", "lines[1].procedure")]
    assert links("POS-01", None, "CLM05-1", "98 is no place of service") == []
    assert links("X", 7, "SV104", "A0 and B12345678 of 2026, lines[9]") == []


def test_a_second_code_goes_behind_those_that_are_there_and_were_chosen():
    nothing = Coding(12)
    assert (next_diagnosis(SEEN, nothing), next_procedure(SEEN, nothing)) == (
        "diagnoses[3]",
        "lines[2].procedure",
    )
    chosen = Coding(12, "diagnoses[3]", ("diagnoses[4]=Z79.4", "lines[2].procedure=99214"))
    assert (next_diagnosis(SEEN, chosen), next_procedure(SEEN, chosen)) == (
        "diagnoses[5]",
        "lines[3].procedure",
    )
    assert chosen.with_code("E1122").endswith("use=diagnoses%5B3%5D%3DE11.22")
    again = Coding(12, "diagnoses[4]", chosen.use)
    assert again.with_code("Z7984").count("diagnoses%5B4%5D") == 1, "chosen anew, not twice"


@pytest.mark.parametrize(
    "asked",
    ["work=x", "work=12&at=patient.last", "work=12&use=note=x", "work=12&use=diagnoses[1]=a b", "work=-1",
     "work=12&" + "&".join(["use=diagnoses[1]=J02.9"] * 41)],
)  # fmt: skip
def test_an_address_that_is_no_link_of_ours_is_refused(asked):
    with pytest.raises(Refused) as error:
        coding_of(QueryParams(asked))
    assert error.value.code == "WEB-08"


def test_an_address_keeps_what_it_says():
    coding = Coding(12, "diagnoses[1]", ("diagnoses[2]=J02.9",))
    assert coding_of(QueryParams(coding.asked(day="2026-11-02")[1:])) == coding
    assert coding_of(QueryParams("at=diagnoses[1]")) == Coding(), "without a work there is no place"
    assert coding.to_code("a/b?c").startswith("/codes/a%2Fb%3Fc?work=12")
