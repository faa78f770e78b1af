"""Old documents leave the database for packs, are read as before, and are nowhere twice for long."""

import hashlib

import pytest
from sqlalchemy import select, update

from ledger.errors import DocumentDamaged, DocumentPurged, KeyMissing, PackMissing, StateConflict
from ledger.maintenance import packing
from ledger.schema import document
from ledger.storage import documents
from ledger.storage.archive import PURGED, Archive, new_key, read_key
from ledger.storage.documents import Document
from ledger.storage.packs import Packs
from ledger.trail import audit
from tests.ledger.trail.test_audit import KEY

OLD, LATER, TODAY = "2026-01-05", "2026-01-06", "2026-03-05"


@pytest.fixture
def ledger(ledger, tmp_path):
    ledger.packs = Packs(tmp_path / "archive")
    return ledger


def sha(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def keep(ledger, night: str, *data: bytes, kind: str = "response") -> None:
    with ledger.write() as connection:
        documents.store(connection, night, [Document(kind, d) for d in data])


def rows(ledger) -> dict[str, tuple[int, str, str]]:
    """By hash: bytes in the database, key and pack."""
    with ledger.read() as connection:
        return {
            row.sha256: (len(row.bytes), row.key_id, row.pack) for row in connection.execute(select(document))
        }


def pack_all(ledger, night: str = OLD) -> list[int]:
    found = []
    while some := packing.pack(ledger, TODAY, night):
        found.append(some)
    return found


def purge(ledger, *data: bytes) -> None:
    with ledger.write() as connection:
        of = document.c.sha256.in_([sha(d) for d in data])
        connection.execute(update(document).where(of).values(bytes=b"", key_id=PURGED))


def new_archive(*earlier: str) -> tuple[Archive, str]:
    _, text = new_key()
    found = dict(read_key(one) for one in (*earlier, text))
    return Archive(list(found)[-1], found), text


def lying(ledger) -> list[str]:
    return list(ledger.packs.names())


def test_the_documents_of_an_old_night_leave_the_database_and_are_read_as_before(ledger):
    keep(ledger, OLD, b"1", b"2")
    keep(ledger, LATER, b"3")
    keep(ledger, OLD, b"a month's package", kind="month_package")
    assert packing.nights(ledger, OLD) == []
    assert packing.nights(ledger, LATER) == [OLD]
    assert packing.nights(ledger, TODAY) == [OLD, LATER]
    assert pack_all(ledger) == [2]
    [name] = lying(ledger)
    found = rows(ledger)
    assert found[sha(b"1")] == found[sha(b"2")] == (0, "", name)
    assert found[sha(b"3")] == (1, "", ""), "a younger one stays"
    assert found[sha(b"a month's package")][2] == "", "one of another kind stays"
    assert packing.nights(ledger, TODAY) == [LATER]
    assert documents.read(ledger, sha(b"1")) == b"1"
    with ledger.read() as connection:
        every = documents.load_kept(connection, [sha(d) for d in (b"1", b"2", b"3")])
    assert every == {sha(d): d for d in (b"1", b"2", b"3")}
    assert packing.missing(ledger) == []


def test_a_night_has_as_many_packs_as_it_needs_and_a_large_document_its_own(ledger, monkeypatch):
    monkeypatch.setattr(packing, "TOGETHER", 3)
    monkeypatch.setattr(packing, "TOGETHER_BYTES", 10)
    small = [b"%d" % n for n in range(5)]
    keep(ledger, OLD, *small, b"x" * 50)
    sizes = pack_all(ledger)
    assert sum(sizes) == 6
    assert len(lying(ledger)) == len(sizes) > 2
    assert [documents.read(ledger, sha(d)) for d in (*small, b"x" * 50)] == [*small, b"x" * 50]


def test_the_trail_names_each_pack_and_with_it_its_hash(ledger):
    keep(ledger, OLD, b"1", b"2")
    audit.keep(ledger, audit.Trail(KEY, "ann", lambda: ""))
    pack_all(ledger)
    [row] = audit.rows(ledger, act="documents archived")
    assert (row.subject, row.detail) == (*lying(ledger), f"2 documents of {OLD}")


def test_a_document_that_comes_again_is_known_and_not_stored_twice(ledger):
    keep(ledger, OLD, b"1")
    pack_all(ledger)
    keep(ledger, TODAY, b"1")
    assert rows(ledger)[sha(b"1")][0] == 0
    assert documents.read(ledger, sha(b"1")) == b"1"


def test_what_is_purged_is_in_no_pack_any_more(ledger):
    keep(ledger, OLD, b"1", b"2 CANARY", b"3")
    pack_all(ledger)
    [before] = lying(ledger)
    purge(ledger, b"2 CANARY")
    assert packing.forget_purged(ledger, TODAY) == 1
    [after] = lying(ledger)
    assert after != before
    assert ledger.packs.read(after, None, "") == {sha(b"1"): b"1", sha(b"3"): b"3"}
    assert documents.read(ledger, sha(b"3")) == b"3"
    with pytest.raises(DocumentPurged):
        documents.read(ledger, sha(b"2 CANARY"))
    assert packing.forget_purged(ledger, TODAY) == 0
    purge(ledger, b"1", b"3")
    packing.forget_purged(ledger, TODAY)
    assert lying(ledger) == [], "a pack without a document is none"
    assert packing.nights(ledger, TODAY) == [], "what was purged is not moved"


def test_a_new_key_seals_packs_too_and_the_earlier_key_is_not_needed(ledger):
    keep(ledger, OLD, b"1 CANARY", b"2")
    pack_all(ledger)
    keep(ledger, LATER, b"3")
    ledger.archive, first = new_archive()
    assert packing.seal_again(ledger, TODAY) == 2
    assert [name.endswith(".zip.age") for name in lying(ledger)] == [True]
    ledger.archive, second = new_archive(first)
    assert packing.seal_again(ledger, TODAY) == 2
    assert packing.seal_again(ledger, TODAY) == 0
    ledger.archive = Archive(ledger.archive.current, dict([read_key(second)]))
    assert documents.read(ledger, sha(b"1 CANARY")) == b"1 CANARY"
    assert rows(ledger)[sha(b"3")] == (1, "", ""), "what the database has itself is sealed by itself"
    ledger.archive = None
    with pytest.raises(KeyMissing):
        documents.read(ledger, sha(b"2"))


def test_a_pack_without_a_row_goes_only_when_all_of_it_is_elsewhere(ledger):
    keep(ledger, OLD, b"1", b"2", b"3")
    left = ledger.packs.write(OLD, {sha(b"1"): b"1"}, None)  # a run was killed before its transaction
    unknown = ledger.packs.write(OLD, {sha(b"1"): b"1", sha(b"4"): b"4"}, None)
    other_night = ledger.packs.write(LATER, {sha(b"1"): b"1"}, None)
    pack_all(ledger)
    assert packing.sweep(ledger, OLD) == 1
    assert left not in lying(ledger)
    assert {unknown, other_night} < set(lying(ledger)), "the only place of 4, and another night's"
    with ledger.read() as connection:
        [name] = packing.named(connection)
    ledger.packs.remove(name)
    assert packing.sweep(ledger) == 0, "the only place where 1 lies now"
    assert packing.missing(ledger) == [name]


def test_a_pack_that_is_not_there_is_an_error_with_its_name(ledger):
    keep(ledger, OLD, b"1")
    pack_all(ledger)
    [name] = lying(ledger)
    ledger.packs.remove(name)
    with pytest.raises(PackMissing, match=name):
        documents.read(ledger, sha(b"1"))
    ledger.packs = None
    with pytest.raises(PackMissing, match="opened without"):
        documents.read(ledger, sha(b"1"))


def test_a_pack_that_is_written_anew_while_it_is_read_is_found(ledger):
    keep(ledger, OLD, b"1", b"2")
    pack_all(ledger)
    purge(ledger, b"2")

    class Meanwhile(Packs):
        """Packs of which the first reading comes after a purge removed what it looks for."""

        def read(self, name, archive, key, hashes=None):
            ledger.packs = Packs(self.folder)
            packing.forget_purged(ledger, TODAY)
            return ledger.packs.read(name, archive, key, hashes)

    ledger.packs = Meanwhile(ledger.packs.folder)
    assert documents.read(ledger, sha(b"1")) == b"1"


def test_a_document_that_its_pack_lacks_is_named(ledger):
    keep(ledger, OLD, b"1", b"2")
    name = ledger.packs.write(OLD, {sha(b"1"): b"1"}, None)
    with ledger.write() as connection:
        connection.execute(update(document).values(bytes=b"", pack=name))
    with pytest.raises(DocumentDamaged, match=name):
        documents.read(ledger, sha(b"2"))


def test_a_document_that_changed_meanwhile_is_not_emptied(ledger, monkeypatch):
    keep(ledger, OLD, b"1", b"2")
    write = Packs.write

    def while_purged(packs, night, contents, archive):
        purge(ledger, b"2")
        return write(packs, night, contents, archive)

    monkeypatch.setattr(Packs, "write", while_purged)
    with pytest.raises(StateConflict):
        packing.pack(ledger, TODAY, OLD)
    assert rows(ledger)[sha(b"1")] == (1, "", "")
