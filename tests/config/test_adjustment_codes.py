"""The table of CARC and RARC is whole, and derived from the research table without a change."""

import re
from datetime import date
from pathlib import Path

import pytest

from config import adjustment_codes
from config.derive_adjustment_codes import derive

SHARED = Path(__file__).parents[2].parent / "shared" / "data" / "adjustment_codes.tsv"


def test_every_code_has_a_category_an_owner_and_an_action():
    table = adjustment_codes.load()
    assert sum(type == "CARC" for type, _ in table) == 108
    assert sum(type == "RARC" for type, _ in table) == 78
    for code in table.values():
        assert code.meaning
        assert code.category
        assert code.owner_queue
        assert code.recommended_action


def test_co_45_is_written_off_and_co_197_is_work():
    assert adjustment_codes.find("CARC", "45").outcome_class == "CONTRACTUAL"
    assert adjustment_codes.find("CARC", "197").outcome_class == "DENIAL"


def test_an_unlisted_carc_is_looked_at_and_an_unlisted_rarc_is_nothing():
    assert adjustment_codes.find("CARC", "999").fix_path == "RESEARCH"
    assert adjustment_codes.find("RARC", "N999") is None


@pytest.mark.skipif(not SHARED.exists(), reason="the research table is not beside this checkout")
def test_the_committed_table_is_what_the_research_table_gives():
    committed = adjustment_codes.FILE.read_text("utf-8")
    day = date.fromisoformat(re.search(r"taken over on (\S+)\.", committed)[1])
    assert derive(SHARED.read_text("utf-8"), day) == committed


def test_a_damaged_source_is_refused_with_its_line():
    header = "\t".join(adjustment_codes.COLUMNS)
    row = "\t".join(["CARC", "1", *["x"] * 11])
    with pytest.raises(ValueError, match="line 1"):
        derive("", date(2026, 1, 1))
    with pytest.raises(ValueError, match="line 2: 2 columns"):
        derive(f"{header}\na\tb", date(2026, 1, 1))
    with pytest.raises(ValueError, match="line 3: CARC 1 is there twice"):
        derive(f"{header}\n{row}\n{row}", date(2026, 1, 1))
