"""The bench of `edi` measures every job, and says of each goal whether it is reached."""

import subprocess
import sys
from pathlib import Path

import oxedi
import pytest

import edi
from bench import edi_files, edi_jobs
from bench.oxedi_columns import columns


@pytest.mark.long
def test_every_job_has_its_figures_and_every_goal_its_verdict():
    done = subprocess.run(
        [sys.executable, "-m", "bench.edi", "--sizes", "10", "30", "--seconds", "0"],
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        check=True,
    )
    for words in ("835 into typed records", "837P checked", "837P written", "oxedi", "x12sdk", "pyx12"):
        assert words in done.stdout
    assert done.stdout.count("reached") + done.stdout.count("MISSED") in (
        14,
        16,
    )  # two of them where there are two cores


def test_the_generated_files_are_clean_whatever_their_size(tmp_path):
    edi_files.write(tmp_path, 120)
    assert [f.code for f in edi.check(tmp_path / "120.835")] == []
    assert {f.severity for f in edi.check(tmp_path / "120.837")} <= {"unchecked"}


def test_oxedi_is_asked_for_the_amounts_that_we_read(tmp_path):
    edi_files.write(tmp_path, 40)
    path = tmp_path / "40.835"
    ids, charges, paid = columns(
        oxedi.parse(path.read_bytes()).tables["claims"], "claim_id charge_amount payment_amount"
    )
    [ours] = [list(r.claims) for r in edi.read_remittances(path)]
    assert [(c.patient_control_number.encode(), c.charge, c.paid) for c in ours] == list(
        zip(ids, charges, paid, strict=True)
    )


@pytest.mark.parametrize("job", [edi_jobs.read_ours, edi_jobs.read_ours_whole, edi_jobs.read_oxedi])
def test_a_job_that_finds_fewer_claims_than_the_file_has_is_no_measurement(job, tmp_path):
    edi_files.write(tmp_path, 5)
    with pytest.raises(edi_jobs.Wrong):
        job(tmp_path / "5.835", 6)()
