"""Claims with a second coverage and the remittances of their first payers, for tests of what comes after."""

import json
from datetime import timedelta

import pytest

import edi
from ledger.queries.work_queue import Asked, items
from tasks import nightly_run
from tasks.operations.money_acts import By
from tests.conftest import CLEAN
from tests.tasks.payment_scenarios import FIRST, play

ANN = By("ann", "asked the payer")
CLAIM = {
    **CLEAN,
    "coverages": [*CLEAN["coverages"], {"order": "S", "payer": "beacon", "member_id": "W27770002"}],
    "lines": [
        {"procedure": "99213", "charge": "100.00", "pointers": [1]},
        {"procedure": "87880", "charge": "35.00", "pointers": [1], "modifiers": ["QW"]},
    ],
}
PAYERS = {
    "harbor": ("HARBOR HEALTH PLAN", "HRB01"),
    "beacon": ("BEACON SUPPLEMENTAL", "BCN05"),
    "senior": ("SENIOR ADVANTAGE TRUST", "SNR04"),
}
PAID = """CLP*{T-1}*1*135*90*20*12*I1*11*1~
NM1*QC*1*ZEPHYRINE*QUILL****MI*W17770001~
DTM*232*20261102~
SVC*HC:99213*100*70**1~
DTM*472*20261102~
CAS*CO*45*10~
CAS*PR*2*20~
REF*6R*1~
SVC*HC:87880:QW*35*20**1~
DTM*472*20261102~
CAS*CO*45*13.5**253*1.5~
REF*6R*2~
"""


def remittance(number, claim, paid, payer="harbor", day=17, provider_level=0):
    name, key = PAYERS[payer]
    body = f"""ST*835*0001~
BPR*I*{paid}*C*{"CHK" if paid else "NON"}************202611{day}~
TRN*1*T{number}*1999999999~
DTM*405*202611{day}~
N1*PR*{name}*XV*{key}~
N3*PO BOX 1~
N4*HARTFORD*CT*061030001~
PER*BL*PROVIDER LINE*TE*2175550199~
N1*PE*LAKESIDE FAMILY MEDICINE*XX*1999000015~
LX*1~
{claim}"""
    if provider_level:
        body += f"PLB*1999000015*20261231*FB:T{number}*{provider_level}~\n"
    count = body.count("~") + 1
    return (
        f"ISA*00*          *00*          *ZZ*NORTHGATE      *ZZ*CLEANCLAIM     *261117*0400*^*00501*"
        f"{number:09d}*0*T*:~\nGS*HP*NORTHGATE*CLEANCLAIM*20261117*0400*{number}*X*005010X221A1~\n"
        f"{body}SE*{count}*0001~\nGE*1*{number}~\nIEA*1*{number:09d}~\n"
    )


@pytest.fixture
def scenario(home, tmp_path):
    """Plays nights of remittances and then walks as many business dates as are asked for."""

    def played(*nights, then=1, encounter=CLAIM, before=None):
        folder = tmp_path / "scenario"
        folder.mkdir()
        (folder / "lakeside_e0.json").write_text(json.dumps(encounter), encoding="utf-8")
        for night, data in enumerate(nights, 2):
            if data:
                (folder / f"night{night}.835").write_text(data, encoding="utf-8")
        found = play(home, folder, before)
        last = len(nights) + 1
        with found.opened() as opened:
            for night in range(last, last + then):
                nightly_run.walk(opened, FIRST + timedelta(days=night))
        return found

    return played


def sent(home):
    """The claims that went out, oldest file first."""
    files = sorted((home.path / "site" / "inbound").iterdir(), key=lambda path: path.name)
    return [claim for path in files for claim in edi.read_claims(path.read_bytes())]


def to_beacon(home):
    return [claim for claim in sent(home) if claim.payer.id == "BCN05"]


def balanced(claim):
    """Whether each payer's part explains the charge, of the claim and of each line it decided."""
    for other in claim.other_payers:
        if other.paid is None:
            continue
        of_lines = [
            (line, one)
            for line in claim.lines
            for one in line.adjudications
            if one.payer_id == other.payer.id
        ]
        own = sum(a.amount for a in other.adjustments)
        cut = sum(a.amount for _, one in of_lines for a in one.adjustments)
        assert claim.charge == other.paid + own + cut
        if of_lines:
            assert other.paid == sum(one.paid for _, one in of_lines) - own
        for line, one in of_lines:
            assert line.charge == one.paid + sum(a.amount for a in one.adjustments)
    return True


FORWARDED = PAID.replace("*1*135", "*19*135")
SECOND = """CLP*{T-1}*2*135*12*8*12*B1*11*1~
NM1*QC*1*ZEPHYRINE*QUILL****MI*W27770002~
SVC*HC:99213*100*12**1~
DTM*472*20261102~
CAS*OA*23*80~
CAS*PR*2*8~
REF*6R*1~
SVC*HC:87880:QW*35*0**1~
DTM*472*20261102~
CAS*OA*23*35~
REF*6R*2~
"""


def denial_of(played):
    with played.opened() as opened:
        [work] = items(opened.ledger, FIRST, Asked(kinds=["denial"], state=None, snoozed=True))
    return work.state, work.outcome, work.recovered_cents
