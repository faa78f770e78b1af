"""A twin's file: it says nobody, is read back as it was, and refuses what is no such file."""

import tomllib
from datetime import date, timedelta

import pytest

from mock_clearinghouse.scenario import parse
from tasks.errors import StepError
from tasks.twin.answered import PAID, Claim, Line, Service
from tasks.twin.foretold import day_noise, foretell
from tasks.twin.held_back import calibrated
from tasks.twin.payer_model import learn
from tasks.twin.scenario_file import LEAST_CELL, read, written

START, TODAY = date(2026, 1, 5), date(2026, 7, 1)


def one(n, procedure, outcome=PAID, modifiers="", diagnosis="M54"):
    paid, patients = (cents * (outcome == PAID) for cents in (6_000, 1_500))
    line = Line(Service(procedure, modifiers, "11", diagnosis), 10_000, outcome, paid, patients)
    return Claim(sent_on=START + timedelta(days=n), lines=(line,), days=9, number=f"NUMBER{n}")


def answers():
    found = [one(n % 120, "99213") for n in range(240)]
    found += [one(n % 120, "20610", "CO-50" if n % 2 else PAID) for n in range(120)]
    found += [one(n, "11111", "CO-29", '"\\ odd', "Z99") for n in range(4)]  # few enough to be somebody
    return found


@pytest.fixture(scope="module")
def file():
    claims = answers()
    model = learn(claims, TODAY)
    noise = day_noise(model, claims)
    held = calibrated(claims, model.last_on)
    return model, noise, held, written(model, noise, "harbor", ["HRB01", "HRB02"], held)


def test_small_groups_and_rare_reasons_are_not_named(file):
    model, _, _, data = file
    assert any("11111" in path for path in model.denials.counts)
    for words in (b"11111", b"Z99", b"CO-29", b"odd", b"NUMBER"):
        assert words not in data
    [table] = tomllib.loads(data.decode())["learned"]
    counts = [group["count"] for kind in ("claims", "lines", "shares") for group in table[kind]]
    assert all(count % 10 == 0 and count >= LEAST_CELL - 1 for count in counts)
    assert table["lines"][0]["rates"]["other"] == pytest.approx(4 / 364, abs=0.005)


def test_what_is_read_back_foretells_the_same(file):
    model, noise, held, data = file
    kept = read(data)
    assert (kept.payer, kept.held_back.from_on, kept.model.claims) == (
        "harbor",
        held.from_on,
        model.claims // 10 * 10,
    )
    assert kept.held_back.score == pytest.approx(held.score, abs=1e-5)
    tonight = [one(200, "20610"), one(200, "99213"), one(200, "99999")]
    before, after = foretell(model, noise, tonight), foretell(kept.model, kept.noise, tonight)
    assert after.paid_cents.mean == pytest.approx(before.paid_cents.mean, rel=0.01)
    assert after.paid_cents.high == pytest.approx(before.paid_cents.high, rel=0.1)
    assert before.patient_cents == pytest.approx(before.paid_cents.mean / 4, abs=2)
    assert after.patient_cents == pytest.approx(before.patient_cents, rel=0.01)
    assert parse(data.decode()).learned[0].payer_id == ("HRB01", "HRB02")
    assert data == written(model, noise, "harbor", ["HRB01", "HRB02"], held)


@pytest.mark.parametrize(
    "wrong",
    [
        *(lambda data, cut=cut: data[:cut] for cut in (0, 40, 300, 900)),
        lambda data: b"\xff" + data,
        lambda data: data.replace(b"[[learned.lines]]", b"[[learned.line]]"),
    ],
)
def test_what_is_no_such_file_is_refused(file, wrong):
    with pytest.raises(StepError, match="TWN-02"):
        read(wrong(file[3]))
