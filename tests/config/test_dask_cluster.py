"""A Dask scheduler by its address: what is refused, and what it needs."""

from pathlib import Path

import pytest

from config import dask_cluster
from config.errors import ConfigurationError
from config.settings import Settings, load


@pytest.fixture(autouse=True)
def alone(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in Settings.model_fields:
        monkeypatch.delenv(f"CLEANCLAIM_{name.upper()}", raising=False)


def lacking(home: Path, **settings: str) -> str:
    return dask_cluster.lacking(load(home, **settings))


CERTIFICATES = {
    "dask_authorities": "ca.pem",
    "dask_certificate": "ours.pem",
    "dask_certificate_key": "ours.key",
}


@pytest.mark.parametrize(
    "address",
    ["tls://dask.example:8786", "tcp://127.0.0.1:8786", "tcp://[::1]:8786", "tcp://localhost:8786", ""],
)
def test_an_address_over_tls_or_of_this_machine_is_taken(tmp_path, address):
    assert load(tmp_path, dask_scheduler=address).dask_scheduler == address


@pytest.mark.parametrize(
    "address",
    [
        "tcp://dask.example:8786", "tcp://10.0.0.7:8786", "tcp://127.0.0.1.example:8786", "dask.example:8786",
        "tls://dask.example", "tls://dask.example:port", "tls://:8786", "ucx://dask.example:8786",
        "inproc://127.0.0.1/1", "tls://ann:secret@dask.example:8786", "tls://dask.example:8786/more",
    ],
)  # fmt: skip
def test_any_other_is_a_settings_error(tmp_path, address):
    with pytest.raises(ConfigurationError, match="dask_scheduler"):
        load(tmp_path, dask_scheduler=address)


def test_tls_wants_certificates_that_are_there(tmp_path):
    address = "tls://127.0.0.1:8786"
    assert "dask_authorities, dask_certificate, dask_certificate_key" in lacking(
        tmp_path, dask_scheduler=address
    )
    assert lacking(tmp_path, dask_scheduler=address, **CERTIFICATES).startswith(
        "dask_authorities names a file"
    )
    for name in CERTIFICATES.values():
        (tmp_path / name).write_text("")
    assert lacking(tmp_path, dask_scheduler=address, **CERTIFICATES) == ""


def test_other_machines_want_a_ledger_and_a_prefect_server_that_they_reach(tmp_path):
    for name in CERTIFICATES.values():
        (tmp_path / name).write_text("")
    given = {"dask_scheduler": "tls://dask.example:8786", **CERTIFICATES}
    assert "PostgreSQL" in lacking(tmp_path, **given)
    given["database_url"] = "postgresql://claims@db.example/claims"
    assert "prefect_api_url" in lacking(tmp_path, **given)
    assert lacking(tmp_path, **given, prefect_api_url="https://prefect.example/api") == ""


def test_without_an_address_nothing_is_wanted(tmp_path):
    assert lacking(tmp_path, runner="dask") == ""
