"""The one seam: plain without a key, sealed with one, and proved by its hash on every reading."""

import hashlib

import pyrage
import pytest
from sqlalchemy import select, text

from ledger.errors import DocumentDamaged, KeyMissing
from ledger.schema import document
from ledger.storage import documents
from ledger.storage.archive import Archive, new_key, read_key
from ledger.storage.documents import Document
from tests.ledger.conftest import NIGHT

DATA = b"ISA*00*NM1*IL*1*CANARY~"
SHA = hashlib.sha256(DATA).hexdigest()


def keys(*texts: str) -> Archive:
    found = dict(read_key(text) for text in texts)
    return Archive(list(found)[-1], found)


def keep(ledger, *data: bytes) -> None:
    with ledger.write() as connection:
        documents.store(connection, NIGHT, [Document("response", d) for d in data])


def stored(ledger):
    with ledger.read() as connection:
        return connection.execute(select(document.c.bytes, document.c.key_id)).one()


def test_without_a_key_bytes_lie_plain(ledger):
    keep(ledger, DATA)
    assert (bytes(stored(ledger).bytes), stored(ledger).key_id) == (DATA, "")
    assert documents.read(ledger, SHA) == DATA


def test_with_a_key_nothing_of_them_is_in_the_database(ledger):
    name, key = new_key()
    ledger.archive = keys(key)
    keep(ledger, DATA)
    row = stored(ledger)
    assert row.key_id == name
    assert bytes(row.bytes).startswith(b"age-encryption.org/v1")
    assert b"CANARY" not in bytes(row.bytes)
    assert documents.read(ledger, SHA) == DATA


def test_a_key_file_is_one_of_ages_own():
    name, key = new_key()
    secret = next(line for line in key.splitlines() if line.startswith("AGE-SECRET-KEY-1"))
    sealed = keys(key).seal(b"x")
    assert pyrage.decrypt(sealed, [pyrage.x25519.Identity.from_str(secret)]) == b"x"
    assert read_key(key) == (name, secret)


def test_plain_and_earlier_documents_are_sealed_again_piece_by_piece(ledger, monkeypatch):
    monkeypatch.setattr(documents, "TOGETHER", 2)
    keep(ledger, b"1", b"2", b"3")
    _, one = new_key()
    ledger.archive = keys(one)
    assert [documents.seal_again(ledger, NIGHT) for _ in range(3)] == [2, 1, 0]
    name, two = new_key()
    ledger.archive = keys(one, two)
    while documents.seal_again(ledger, NIGHT):
        pass
    assert documents.by_key(ledger) == {name: 3}
    ledger.archive = keys(two)
    assert documents.read(ledger, hashlib.sha256(b"2").hexdigest()) == b"2", "the first key is not needed"


def test_a_missing_key_is_named_and_nothing_is_guessed(ledger):
    name, key = new_key()
    ledger.archive = keys(key)
    keep(ledger, DATA)
    ledger.archive = None
    with pytest.raises(KeyMissing, match=name):
        documents.read(ledger, SHA)
    ledger.archive = keys(new_key()[1])
    with pytest.raises(KeyMissing, match=name):
        documents.read(ledger, SHA)


def test_bytes_changed_in_the_database_are_not_taken_for_the_document(ledger):
    keep(ledger, DATA)
    with ledger.write() as connection:
        connection.execute(text("UPDATE document SET bytes = :b"), {"b": b"ISA*other~"})
    with pytest.raises(DocumentDamaged) as raised:
        documents.read(ledger, SHA)
    assert "CANARY" not in str(raised.value)
