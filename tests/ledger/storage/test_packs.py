"""A pack is a zip that is named by what is in it; nothing else is read as one."""

import hashlib
import stat
import zipfile
from io import BytesIO

import pyrage
import pytest

from ledger.errors import KeyMissing, PackMissing
from ledger.storage.archive import Archive, new_key, read_key
from ledger.storage.packs import Packs

NIGHT = "2026-01-05"
CONTENTS = {hashlib.sha256(data).hexdigest(): data for data in (b"one CANARY", b"two CANARY" * 1000, b"")}


@pytest.fixture
def packs(tmp_path):
    return Packs(tmp_path / "archive")


@pytest.fixture
def archive():
    name, secret = read_key(new_key()[1])
    return Archive(name, {name: secret})


def test_what_is_put_in_comes_out_all_or_some(packs):
    name = packs.write(NIGHT, CONTENTS, None)
    assert packs.read(name, None, "") == CONTENTS
    one = next(iter(CONTENTS))
    assert packs.read(name, None, "", {one, "another"}) == {one: CONTENTS[one]}
    assert list(packs.names()) == list(packs.names(NIGHT)) == [name]
    assert list(packs.names("2026-01-06")) == []


def test_the_same_documents_make_the_same_pack_and_it_is_its_owners_only(packs):
    name = packs.write(NIGHT, CONTENTS, None)
    assert packs.write(NIGHT, dict(reversed(CONTENTS.items())), None) == name
    assert name == f"{NIGHT}_{hashlib.sha256(packs.path(name).read_bytes()).hexdigest()[:32]}.zip"
    assert {stat.S_IMODE(p.stat().st_mode) for p in packs.folder.rglob("*.zip")} == {0o600}


def test_a_sealed_pack_is_one_age_file_and_opens_without_this_product(packs, archive):
    name = packs.write(NIGHT, CONTENTS, archive)
    data = packs.path(name).read_bytes()
    assert not zipfile.is_zipfile(BytesIO(data))
    assert not [one for one in CONTENTS if one.encode() in data], "not even the hashes"
    plain = pyrage.decrypt(data, [pyrage.x25519.Identity.from_str(archive.secrets[archive.current])])
    with zipfile.ZipFile(BytesIO(plain)) as file:
        assert {one: file.read(one) for one in file.namelist()} == CONTENTS
    assert packs.read(name, archive, archive.current) == packs.opened(name, archive) == CONTENTS
    with pytest.raises(KeyMissing, match=archive.current):
        packs.read(name, None, archive.current)


@pytest.mark.parametrize("hurt", ["gone", "cut", "another"])
def test_a_pack_that_is_gone_or_changed_is_named(packs, hurt):
    name = packs.write(NIGHT, CONTENTS, None)
    data = packs.path(name).read_bytes()
    if hurt == "gone":
        packs.remove(name)
        packs.remove(name)  # twice does no harm
    else:
        packs.path(name).write_bytes(data[:-5] if hurt == "cut" else data + b".")
    with pytest.raises(PackMissing, match=name) as raised:
        packs.read(name, None, "")
    assert "CANARY" not in str(raised.value)


@pytest.mark.parametrize("name", ["", "../../etc/passwd", f"{NIGHT}_{'0' * 31}/.zip", f"{NIGHT}_x.zip"])
def test_no_other_file_is_read_or_written_by_a_name(packs, name):
    for act in (lambda: packs.data(name), lambda: packs.put(name, b""), lambda: packs.remove(name)):
        with pytest.raises(PackMissing, match="as none is named"):
            act()
    assert not packs.folder.exists()


def test_what_is_not_what_its_name_says_is_not_put(packs):
    name = packs.write(NIGHT, CONTENTS, None)
    packs.remove(name)
    with pytest.raises(PackMissing, match=name):
        packs.put(name, b"other")
    assert list(packs.names()) == []


def test_what_a_kill_left_half_written_is_removed_and_no_pack(packs):
    name = packs.write(NIGHT, CONTENTS, None)
    half = packs.path(name).with_name(f".{name}.part")
    packs.path(name).rename(half)
    (half.parent / f"{NIGHT}_notes.zip").write_bytes(b"an operator's own")
    assert list(packs.names(NIGHT)) == []
    assert [p.name for p in half.parent.iterdir()] == [f"{NIGHT}_notes.zip"]
