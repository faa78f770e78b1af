"""A bounded run of `tests.referees.later_payers`; the module's command plays thousands."""

import re

import pytest

from tests.edi.referees import pyx12_accepts
from tests.edi.x12sdk_reading import differences
from tests.referees.later_payers.playing import play
from tests.referees.quarter.comparing import recomputed
from tests.seeds import chance


@pytest.fixture(scope="module")
def played(make_home):
    return play(make_home("later payers"), 130, chance("later payers"))


def counted(done):
    return recomputed(done.raw, "count_later_bills.py")


def sent(done):
    return sorted((done.raw / "sent").iterdir())


def test_later_payers_are_billed_once_and_balanced_and_none_is_forgotten(played):
    found = counted(played)
    assert (found["bad"], played.faults, played.held) == ({}, [], [])
    seen = found["seen"]
    assert seen["encounters"] == played.drawn.drawn.total() == 130
    assert seen["billed"] == seen["S due"] + seen["T due"] >= 100
    for name in ("S forwarded", "S correctable", "S nothing left", "T due"):
        assert seen[name] > 0, name
    assert min(seen["crossovers answered by the payer itself"], seen["cents paid by later payers"]) > 0
    assert min(len(of) for of in (played.drawn.rows, played.drawn.corrected, played.drawn.added)) > 0


def test_their_files_are_taken_by_pyx12_and_read_by_x12sdk_as_they_stand(played):
    files = [data for file in sent(played) if b"*005010X224" not in (data := file.read_bytes())]
    assert len(files) > 4
    assert [differences(data) for data in files] == [[]] * len(files)
    assert all(map(pyx12_accepts, files))


def without_claim(text):
    """The file without its first claim to a second payer, from its 2000B on."""
    return re.sub(r"HL\*\d+\*\d+\*22\*0~\s*SBR\*S\*18.*?(?=HL\*|SE\*)", "", text, count=1, flags=re.S)


CHANGES = {
    "forgotten": without_claim,
    "unbalanced": lambda text: re.sub(r"(SVD\*[A-Z0-9]+\*)", r"\g<1>1", text, count=1),
    "told otherwise": lambda text: text.replace("CAS*PR*2*", "CAS*PR*3*", 1),
}


@pytest.mark.parametrize("what", CHANGES)
def test_a_bill_that_lacks_or_says_something_else_is_seen(played, what):
    file = next(file for file in sent(played) if "SBR*S*18" in (text := file.read_text()) and "SVD*" in text)
    text = file.read_text()
    file.write_text(CHANGES[what](text))
    try:
        found = counted(played)
    finally:
        file.write_text(text)
    assert what in found["bad"]


def test_a_second_bill_and_one_beside_a_crossover_are_seen(played):
    file = next(
        file for file in sent(played) if "SBR*S*18" in file.read_text() and "SVD*" in file.read_text()
    )
    again = file.with_name("999999.edi")
    again.write_text(file.read_text())
    remittance = next(
        one
        for one in sorted((played.raw / "received").iterdir())
        if re.search(r"CLP\*[^*]+\*1\*[^~]*~\s*NM1\*QC[^~]*\*W110", one.read_text())
    )
    text = remittance.read_text()
    remittance.write_text(
        re.sub(r"(CLP\*[^*]+\*)1(\*[^~]*~\s*NM1\*QC[^~]*\*W110)", r"\g<1>19\2", text, count=1)
    )
    try:
        found = counted(played)
    finally:
        again.unlink()
        remittance.write_text(text)
    assert {"billed twice", "crossover billed"} <= set(found["bad"])
