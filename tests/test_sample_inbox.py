"""The sample inbox is what its README says: every file, every encounter, every hold."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest

import intake
from config import partners
from config.identifiers import npi_is_valid

ROOT = Path(__file__).parents[1]
INBOX = ROOT / "sample_inbox"
FIRST, LAST = date(2026, 10, 26), date(2026, 11, 13)


@dataclass(frozen=True)
class Row:
    night: str
    file: str
    encounter: str
    version: str
    format: str
    payer: str
    member_id: str
    story: str
    happens: str
    held_by: str


def rows() -> list[Row]:
    lines = [line for line in (INBOX / "README.md").read_text("utf-8").splitlines() if line.startswith("| ")]
    cells = [[cell.strip().strip("`") for cell in line.strip("|").split("|")] for line in lines]
    return [Row(*row) for row in cells[1:]]


def files() -> list[Path]:
    return sorted(path for path in INBOX.glob("*day/*/*") if path.is_file())


def test_every_file_is_in_the_table_and_every_row_has_its_file():
    assert {row.file for row in rows()} == {path.relative_to(INBOX).as_posix() for path in files()}


@pytest.mark.parametrize("path", files(), ids=lambda p: p.relative_to(INBOX).as_posix())
def test_a_file_reads_to_what_its_rows_say(path):
    mine = [row for row in rows() if row.file == path.relative_to(INBOX).as_posix()]
    assert all(row.night.lower() == path.parts[-3] for row in mine)
    if mine[0].format == "manifest":
        manifest = intake.read_manifest(path.name, path.read_bytes())
        assert isinstance(manifest, intake.Manifest)
        assert manifest.practice == path.parent.name
        return
    read = intake.read(path.name, path.read_bytes())
    listed = {(row.encounter, row.version, row.payer, row.member_id) for row in mine if row.encounter != "-"}
    if mine[0].happens.startswith("duplicate"):
        twin = next(row.story for row in mine).split(" under")[0]
        assert "labs.json" in twin
        assert path.read_bytes() == (INBOX / "monday/bayview/labs.json").read_bytes()
        return
    if not listed:
        code = mine[0].happens.rsplit(" ", 1)[-1]
        assert not read.encounters
        assert code in [problem.code for problem in read.problems]
        return
    assert read.problems == []
    assert {
        (e.id, str(e.version), e.coverages[0].payer, e.coverages[0].member_id) for e in read.encounters
    } == listed
    assert read.format == {"NDJSON": "json"}.get(mine[0].format, mine[0].format.lower())


def encounters() -> list[tuple[str, intake.Encounter]]:
    return [
        (path.parent.name, encounter)
        for path in files()
        if not intake.is_manifest(path.name)
        for encounter in intake.read(path.name, path.read_bytes()).encounters
    ]


def first_day(encounter: intake.Encounter) -> date | None:
    stay = encounter.institutional
    return stay.statement_from if stay is not None else encounter.service_date


def test_services_lie_where_the_readme_says_but_for_the_two_that_are_held_for_it():
    outside = {
        encounter.id
        for _, encounter in encounters()
        for line in encounter.lines
        if not FIRST <= (line.service_from or first_day(encounter)) <= LAST
    }
    assert outside == {"S-2009", "L-1022"}


def test_every_npi_has_a_right_check_digit_but_the_one_that_is_the_story():
    wrong = {
        encounter.id
        for _, encounter in encounters()
        for provider in (encounter.rendering, encounter.referring, encounter.service_facility)
        if provider is not None and provider.npi and not npi_is_valid(provider.npi)
    }
    assert wrong == {"S-2007"}


def test_every_service_has_a_charge_written_or_in_the_fee_schedule_of_its_practice():
    known = partners.load(ROOT / "config" / "demo")
    for practice_key, encounter in encounters():
        practice = known.practices[practice_key]
        stay = encounter.institutional
        assert (encounter.rendering if stay is None else stay.attending) is not None
        for line in encounter.lines:
            assert (line.charge or practice.charge_for(line.procedure, line.modifiers) or 0) > 0, encounter.id


def test_every_payer_but_one_is_set_up_and_every_member_id_has_its_shape():
    known = partners.load(ROOT / "config" / "demo")
    strangers = set()
    for _, encounter in encounters():
        for coverage in encounter.coverages:
            payer = known.payer(coverage.payer)
            if payer is None:
                strangers.add(encounter.id)
            else:
                assert payer.member_id_fits(coverage.member_id)
    assert strangers == {"B-3006"}


def test_all_formats_are_there_and_about_forty_five_encounters():
    formats = {row.format for row in rows()}
    assert {"JSON", "NDJSON", "CSV", "C-CDA"} <= formats
    assert 40 <= len({row.encounter for row in rows()} - {"-"}) <= 60
