"""Partners fit together or say which file, key and remedy; they are found by any id they go by."""

import shutil
from datetime import date
from pathlib import Path

import pytest

from config import partners
from config.connection import write_connection
from config.errors import ConfigurationError

DEMO = Path(__file__).parents[2] / "config" / "demo"
HOST_KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQ"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(DEMO, tmp_path / "home" / "partners"))


def change(file: Path, old: str, new: str) -> None:
    text = file.read_text("utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), "utf-8")


def test_the_demo_has_three_practices_five_payers_and_a_clearinghouse():
    found = partners.load(DEMO)
    assert set(found.practices) == {"lakeside", "summit", "bayview", "ridgeline", "elmgrove"}
    assert set(found.payers) == {"harbor", "meridian", "evergreen", "senior", "beacon"}
    assert found.clearinghouse_of(found.payers["harbor"]).usage == "T"


def test_a_home_without_partners_is_empty_and_no_error(tmp_path):
    assert not partners.load(tmp_path / "partners")


def test_a_practice_is_found_by_key_npi_tax_id_folder_and_payee():
    found = partners.load(DEMO)
    lakeside = found.practices["lakeside"]
    assert found.practice("Lakeside") is lakeside
    assert found.practice("1999000015") is lakeside
    assert found.practice("00-1230101") is lakeside
    assert found.practice_by_folder("lakeside") is lakeside
    assert found.practice_of_payee("", "001230101") is lakeside
    assert found.practice_of_payee("1234567893", "001230101") is lakeside
    assert found.practice("") is None
    assert found.practice_of_payee("1234567893", "999999999") is None


def test_a_tax_id_shared_by_two_practices_finds_neither(folder):
    change(folder / "practices/summit.toml", "001230202", "001230101")
    found = partners.load(folder)
    assert found.practice("001230101") is None
    assert found.practice_of_payee("1999000122", "001230101") is found.practices["summit"]


def test_a_payer_is_found_by_key_id_and_name_in_any_case():
    found = partners.load(DEMO)
    for name in ("harbor", "HARBOR", "hrb01", "Harbor Health Plan", " HRB01 "):
        assert found.payer(name) is found.payers["harbor"]
    assert found.payer("") is None
    assert found.payer("oakridge") is None


def test_a_clearinghouse_is_found_by_the_sender_of_its_files():
    found = partners.load(DEMO)
    assert found.clearinghouse_by_sender("NORTHGATE      ").key == "northgate"
    assert found.clearinghouse_by_sender("NORTHGATE", "P") is None
    assert found.clearinghouse_by_sender("SOMEBODY") is None


def test_a_fee_is_in_cents_and_a_modifier_may_have_its_own():
    bayview = partners.load(DEMO).practices["bayview"]
    assert bayview.charge_for("93306") == 78_000
    assert bayview.charge_for("93306", ("26",)) == 26_000
    assert bayview.charge_for("99999") is None


def test_an_edit_is_off_until_its_day_and_on_afterwards():
    beacon = partners.load(DEMO).payers["beacon"]
    assert beacon.edits_off_on(date(2027, 6, 30)) == {"TF-01"}
    assert beacon.edits_off_on(date(2027, 7, 1)) == frozenset()


@pytest.mark.parametrize(
    ("template", "payer"),
    [
        ("{usage}{isa13}_{date}.837", ""),
        ("{isa13}.{payer}.{isa13}", "harbor"),
        ("{sender}-{receiver}_{isa13}", ""),
    ],
)
def test_a_name_that_we_gave_says_its_number_and_another_says_none(template, payer):
    northgate = partners.load(DEMO).clearinghouses["northgate"].model_copy(update={"name_template": template})
    name = northgate.file_name(isa13=4711, day=date(2026, 11, 30), payer=payer)
    assert northgate.number_in(name) == 4711
    assert northgate.number_in(name + ".part") is None
    assert northgate.number_in(name.replace("000004711", "4711")) is None
    assert northgate.number_in("x" + name) is None
    inquiries = northgate.inquiry_file_name(isa13=12, day=date(2026, 11, 30), kind="276")
    assert northgate.number_in(inquiries) == 12


def test_file_names_come_from_the_template():
    northgate = partners.load(DEMO).clearinghouses["northgate"]
    name = northgate.file_name(isa13=42, day=date(2026, 11, 16), payer="harbor")
    assert name == "T000000042_20261116_harbor.837"


def test_relative_paths_count_from_the_home(folder):
    northgate = partners.load(folder).clearinghouses["northgate"]
    assert northgate.key_file == folder.parent / "clearinghouse/client_key"


@pytest.mark.parametrize(
    ("file", "old", "new", "code", "key"),
    [
        ("practices/lakeside.toml", 'npi = "1999000015"', 'npi = "1999000016"', "CFG-04", "npi"),
        ("practices/lakeside.toml", 'npi = "1999000015"', "", "CFG-03", "npi"),
        ("practices/lakeside.toml", "627040410", "62704", "CFG-04", "address"),
        ("practices/lakeside.toml", "410 Lakeshore Drive", "P.O. Box 12", "CFG-04", "address"),
        ("practices/lakeside.toml", 'state = "IL"', 'state = "XX"', "CFG-04", "address.state"),
        ("practices/lakeside.toml", 'npi = "1999001013"', 'npi = "1"', "CFG-04", "providers.1.npi"),
        ("practices/lakeside.toml", '99213 = "135.00"', '99213 = "1.005"', "CFG-04", "fee_schedule.99213"),
        ("practices/lakeside.toml", "99213 =", '"9921" =', "CFG-04", "fee_schedule"),
        ("practices/summit.toml", "1999000122", "1999000015", "CFG-05", "npi"),
        ("practices/summit.toml", "specialty", 'inbox = "lakeside"\nspecialty', "CFG-05", "inbox"),
        ("practices/summit.toml", "specialty", 'inbox = "../x"\nspecialty', "CFG-04", "inbox"),
        (
            "payers/harbor.toml",
            "filing_limit_days = 180",
            "filing_limit_days = 0",
            "CFG-04",
            "filing_limit_days",
        ),
        ("payers/harbor.toml", '"northgate"', '"southgate"', "CFG-06", "clearinghouse"),
        ("payers/harbor.toml", r"'W\d{8}'", "'W('", "CFG-04", "member_id_pattern"),
        ("payers/harbor.toml", r"'W\d{8}'", "'(a+)+'", "CFG-04", "member_id_pattern"),
        ("payers/harbor.toml", '"HRB01"', '"MRD02"', "CFG-05", "payer_id"),
        ("payers/harbor.toml", 'filing_code = "CI"', 'filing_code = "XX"', "CFG-04", "filing_code"),
        ("payers/beacon.toml", "until = 2027-06-30", "", "CFG-03", "edits_off.1.until"),
        ("payers/beacon.toml", "2027-06-30", '"never"', "CFG-04", "edits_off.1.until"),
        (
            "payers/beacon.toml",
            'reason = "Beacon counts',
            'because = "Beacon counts',
            "CFG-03",
            "edits_off.1.reason",
        ),
        (
            "payers/beacon.toml",
            'reason = "Beacon takes',
            'because = "Beacon takes',
            "CFG-03",
            "corrections.1.reason",
        ),
        ("clearinghouses/northgate.toml", 'usage = "T"', 'usage = "X"', "CFG-04", "usage"),
        ("clearinghouses/northgate.toml", "{isa13}", "", "CFG-04", "name_template"),
        ("clearinghouses/northgate.toml", "{date}", "{patient}", "CFG-04", "name_template"),
        ("clearinghouses/northgate.toml", "{date}", "../{date}", "CFG-04", "name_template"),
        ("clearinghouses/northgate.toml", "{date}", "{date!r}", "CFG-04", "name_template"),
        ("clearinghouses/northgate.toml", "{date}", "{date", "CFG-04", "name_template"),
        ("clearinghouses/northgate.toml", '"inbound"', '"../inbound"', "CFG-04", "send_folder"),
        ("clearinghouses/northgate.toml", "ssh-ed25519", "ssh-dss", "CFG-04", "host_key"),
        ("clearinghouses/northgate.toml", 'user = "cleanclaim"', "", "CFG-04", ""),
        ("clearinghouses/northgate.toml", "user =", 'password = "x"\nuser =', "CFG-07", "password"),
        ("clearinghouses/northgate.toml", "277CA = 24", "278 = 24", "CFG-04", "expects"),
        ("clearinghouses/northgate.toml", "port = 2222", "port = 2222\nrename_allowed = false", "CFG-04", ""),
    ],
)
def test_a_wrong_file_says_which_file_key_and_remedy(folder, file, old, new, code, key):
    change(folder / file, old, new)
    with pytest.raises(ConfigurationError) as caught:
        partners.load(folder)
    error = caught.value
    assert error.code == code
    assert Path(error.file).parent.parent == folder
    assert error.key.startswith(key)
    assert error.remedy


def test_a_key_that_is_not_the_files_name_is_refused(folder):
    change(folder / "payers/harbor.toml", "payer_id", 'key = "port"\npayer_id')
    with pytest.raises(ConfigurationError, match="the file's name says"):
        partners.load(folder)


def test_the_demos_connection_is_written_in_place_and_the_rest_stays(folder):
    file = folder / "clearinghouses/northgate.toml"
    before = file.read_text("utf-8")
    key_file = folder.parent / "client_key"
    written = write_connection(file, host="127.0.0.1", port=40123, host_key=HOST_KEY, key_file=key_file)
    assert (written.port, written.host_key, written.key_file) == (40123, HOST_KEY, key_file)
    assert partners.load(folder).clearinghouses["northgate"].port == 40123
    changed = [
        a for a, b in zip(before.splitlines(), file.read_text("utf-8").splitlines(), strict=True) if a != b
    ]
    assert len(changed) == 3


def test_a_connection_that_cannot_be_used_leaves_the_file_as_it_was(folder):
    file = folder / "clearinghouses/northgate.toml"
    before = file.read_text("utf-8")
    with pytest.raises(ConfigurationError):
        write_connection(file, host="127.0.0.1", port=0, host_key=HOST_KEY, key_file=folder / "k")
    assert file.read_text("utf-8") == before
    assert not list(file.parent.glob(".*"))
