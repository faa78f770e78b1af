"""From a clearinghouse's settings to a site."""

from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest

import transport
from config.clearinghouse import Clearinghouse, Receiver, Submitter
from transport import FolderSite, SftpSite, site_of
from transport.errors import SiteUnusable

HOST_KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"


def settings(**changes: Any) -> Clearinghouse:
    """A clearinghouse as it is configured."""
    given: dict[str, Any] = {
        "key": "northgate",
        "name": "Northgate Clearing",
        "usage": "T",
        "sender_id": "CLEANCLAIM",
        "receiver_id": "NORTHGATE",
        "submitter": Submitter(name="Demo", id="CC01", contact_name="Desk", contact_phone="2175550100"),
        "receiver": Receiver(name="Northgate", id="NORTHGATE"),
        "transport": "sftp",
        "host": "127.0.0.1",
        "port": 2222,
        "user": "cleanclaim",
        "key_file": Path("/keys/client"),
        "host_key": HOST_KEY,
    }
    return Clearinghouse(**(given | changes))


def test_every_setting_of_the_connection_reaches_the_site():
    site = site_of(
        settings(
            connect_timeout=3,
            timeout=4,
            file_deadline=50,
            passphrase_env="SECRET",
            send_folder="to",
            receive_folder="from",
            temporary_suffix=".tmp",
            allow_algorithms=("ssh-rsa",),
        )
    )
    assert isinstance(site, SftpSite)
    assert (site.connect_timeout, site.reply_timeout, site.file_timeout) == (3, 4, 50)
    assert (site.send_folder, site.receive_folder, site.temporary_suffix) == ("to", "from", ".tmp")
    assert (site.host, site.port, site.user, site.passphrase_env) == (
        "127.0.0.1",
        2222,
        "cleanclaim",
        "SECRET",
    )
    assert site.allow_algorithms == ("ssh-rsa",)
    assert site.two_step


def test_settings_and_site_agree_on_what_they_share():
    shared = {field.name for field in fields(SftpSite)} & set(Clearinghouse.model_fields)
    site, given = site_of(settings()), settings()
    for name in shared:
        assert getattr(site, name) == getattr(given, name)


@pytest.mark.parametrize(
    "changes", [{"temporary_suffix": ""}, {"temporary_suffix": "", "rename_allowed": False}]
)
def test_a_partner_that_forbids_temporary_names_or_renames_has_one_step(changes):
    assert not site_of(settings(**changes)).two_step


def test_a_folder_needs_no_network(tmp_path):
    for name in ("inbound", "outbound"):
        (tmp_path / name).mkdir()
    given = settings(transport="folder", folder=tmp_path)
    assert isinstance(site_of(given), FolderSite)
    with transport.open(given, loopback_only=True) as partner:
        partner.put_temporary("a.837", b"claims")
        partner.commit("a.837")
    assert (tmp_path / "inbound/a.837").read_bytes() == b"claims"


def test_a_missing_folder_is_reported(tmp_path):
    with pytest.raises(SiteUnusable):
        transport.open(settings(transport="folder", folder=tmp_path), loopback_only=True)


def test_a_folder_that_is_missing_is_named_with_its_path(tmp_path):
    site = FolderSite(key="southgate", folder=tmp_path)
    with pytest.raises(SiteUnusable) as refused, transport.open(site, loopback_only=True):
        pass
    assert f"the folder {tmp_path / 'inbound'} does not exist" in str(refused.value)
