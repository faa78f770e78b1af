"""A manifest counts what a practice meant to send."""

from datetime import date

import pytest

from config.problem import Problem
from intake import Manifest, is_manifest, read_manifest


@pytest.mark.parametrize(
    "name", ["manifest.json", "Manifest.csv", "2026-11-16_manifest.json", "manifest-2.csv"]
)
def test_names_of_manifests(name):
    assert is_manifest(name)


@pytest.mark.parametrize("name", ["visits.json", "manifest.xml", "manifesto.json", "mymanifest.json"])
def test_other_names_are_none(name):
    assert not is_manifest(name)


def test_json_and_csv_read_alike():
    expected = Manifest(practice="summit", date=date(2026, 11, 16), files=2, encounters=11)
    json = b'{"practice": "summit", "date": "2026-11-16", "files": 2, "encounters": 11}'
    csv = b"practice,date,files,encounters\r\nsummit,2026-11-16,2,11\r\n"
    assert read_manifest("manifest.json", json) == read_manifest("manifest.csv", csv) == expected


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("manifest.json", b""),
        ("manifest.json", b"{"),
        ("manifest.json", b"[]"),
        ("manifest.json", b'{"date": "2026-11-16"}'),
        ("manifest.json", b'{"date": "2026-11-16", "files": -1}'),
        ("manifest.json", b'{"date": "soon", "files": 1}'),
        ("manifest.json", b'{"date": "2026-11-16", "files": 1, "x": 1}'),
        ("manifest.json", b" " * 200_000),
        ("manifest.csv", b"files\r\n"),
        ("manifest.csv", b'files,"date\r\n1,2'),
    ],
)
def test_a_wrong_manifest_is_a_problem(name, data):
    found = read_manifest(name, data)
    assert isinstance(found, Problem)
    assert found.remedy
