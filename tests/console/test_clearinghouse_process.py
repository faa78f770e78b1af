"""The mock clearinghouse of a demo home: one for each run by hand, and one as long as the home is served."""

import socket

import pytest

from config.partners import load as load_partners
from config.settings import load
from console.answer import CommandError
from console.clearinghouse_process import clearinghouse, clearinghouse_served, has_mock
from ledger.queries.batches import all_batches
from tasks import nightly_run
from tests.conftest import MONDAY


def port_of(home) -> int:
    """The port that the partner's file names."""
    return load_partners(home.path / "partners").clearinghouses["northgate"].port


def answers(port: int) -> bool:
    with socket.socket() as asked:
        return asked.connect_ex(("127.0.0.1", port)) == 0


def test_a_run_by_hand_has_a_mock_of_its_own_and_a_second_one_leaves(home):
    with clearinghouse(home.path, MONDAY):
        port = port_of(home)
        assert answers(port)
        with pytest.raises(CommandError, match="another run works"), clearinghouse(home.path, MONDAY):
            pass
    assert not answers(port)


def test_while_a_home_is_served_its_mock_runs_and_a_run_by_hand_uses_it(home):
    with clearinghouse_served(load(home.path)):
        port = port_of(home)
        with clearinghouse(home.path, MONDAY):
            assert port_of(home) == port
        assert answers(port)
    assert not answers(port)


def test_a_home_whose_clearinghouse_is_a_folder_has_no_mock_and_neither_has_a_real_one(home):
    assert has_mock(load(home.path))
    settings = home.path / "cleanclaim.toml"
    settings.write_text(settings.read_text("utf-8").replace("demo = true", "demo = false"), "utf-8")
    assert not has_mock(load(home.path))
    settings.write_text(settings.read_text("utf-8").replace("demo = false", "demo = true"), "utf-8")
    home.use_folder()
    assert not has_mock(load(home.path))


def test_each_clearinghouse_has_a_mock_of_its_own_with_its_user_and_folders(home):
    partners = home.path / "partners"
    northgate = (partners / "clearinghouses" / "northgate.toml").read_text("utf-8")
    with clearinghouse(home.path, MONDAY):
        pass
    for old, new in (
        ('"NORTHGATE"', '"ANCHOR"'),
        ('user = "cleanclaim"', 'user = "lakeside"'),
        ('"inbound"', '"to_anchor/claims"'),
        ('"outbound"', '"/from_anchor"'),
    ):
        assert old in northgate
        northgate = northgate.replace(old, new)
    (partners / "clearinghouses" / "anchor.toml").write_text(northgate, "utf-8")
    payer = partners / "payers" / "harbor.toml"
    payer.write_text(payer.read_text("utf-8").replace('"northgate"', '"anchor"'), "utf-8")
    other = home.encounter("T-2", coverages=[{"payer": "meridian", "member_id": "W55501111"}])
    home.drop("lakeside/one.json", home.encounter())
    home.drop("lakeside/other.json", other)
    with clearinghouse(home.path, MONDAY), home.opened() as opened:
        nightly_run.walk(opened, MONDAY)
        assert {b.clearinghouse: b.state for b in all_batches(opened.ledger)} == {
            "anchor": "accepted",
            "northgate": "accepted",
        }
    assert list((home.path / "clearinghouse-anchor" / "sftp" / "to_anchor" / "claims").iterdir())
    assert list((home.path / "clearinghouse" / "sftp" / "inbound").iterdir())


def test_a_mock_that_cannot_start_ends_serve_at_once(home):
    (home.path / "clearinghouse" / "program.log").mkdir(parents=True)
    with pytest.raises(IsADirectoryError), clearinghouse_served(load(home.path)):
        pass
