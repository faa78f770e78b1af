"""Every route of the router is in the list of who may ask for it; nobody else gets anything by it."""

import pytest

from tasks.people.rights import RIGHTS
from tests.web.routes import routes_of
from tests.web.test_money import desk as desk  # a fixture

KEEPER = "keeper"
"""Who operates or looks over the home."""
SIGNED_IN, NOBODY_YET = "signed in", "before signing in"
WHO = {
    **dict.fromkeys(
        (
            "GET /sign-in", "POST /sign-in", "GET /sign-in/first", "POST /sign-in/first", "GET /sign-in/code",
            "POST /sign-in/code", "GET /sign-in/set-up", "POST /sign-in/set-up",
        ),
        NOBODY_YET,
    ),
    **dict.fromkeys(
        (
            "POST /sign-out", "GET /second-factor", "POST /second-factor", "GET /", "GET /progress",
            "GET /shown/{token}",
        ),
        SIGNED_IN,
    ),
    **dict.fromkeys(
        (
            "GET /night/{day}/{stage}", "GET /work", "POST /work", "POST /work/views", "GET /work/{number}",
            "GET /claims", "GET /claims/{number}", "POST /search", "GET /codes", "POST /codes",
            "GET /codes/{code}", "GET /codes/guide/{code}",
        ),
        "see",
    ),
    "POST /work/{number}/{key}": "work",
    **dict.fromkeys(
        (
            "GET /money", "GET /money/aging", "GET /money/aging/claims", "GET /money/remittances",
            "GET /money/remittances/{number}", "GET /money/suspense", "GET /money/suspense/{number}",
            "GET /money/deposits", "GET /money/deposits/{number}", "GET /money/undeposited",
            "GET /money/days/{practice}", "GET /patients", "GET /patients/{number}", "POST /patients/search",
            "GET /patients/{number}/statements/{statement}", "GET /measures", "GET /measures/{name}",
            "GET /twin", "GET /causes", "GET /causes/{name}",
        ),
        "money",
    ),
    **dict.fromkeys(
        (
            "POST /work/{number}/letter", "POST /money/remittances/{number}/{key}",
            "POST /money/suspense/{number}/{key}", "POST /money/deposits/{number}/{key}",
            "POST /money/days/{practice}/{key}", "POST /patients/{number}/{key}",
        ),
        "bill",
    ),
    **dict.fromkeys(("GET /money/months/{month}", "POST /money/months/{month}/{key}"), "close"),
    "POST /causes/{name}/{key}": "rule",
    **dict.fromkeys(
        (
            "GET /batches", "GET /batches/{number}", "POST /batches/{number}/{act}",
            "POST /partners/{name}/release", "POST /partners/{name}/test", "POST /alerts/{number}",
        ),
        "operate",
    ),
    **dict.fromkeys(
        ("GET /partners", "GET /partners/{name}", "GET /alerts", "GET /alerts/{number}", "GET /settings"),
        KEEPER,
    ),
    **dict.fromkeys(("GET /audit", "POST /audit/verify"), "audit"),
}  # fmt: skip
GIVEN = {
    "{day}": "2026-11-16", "{stage}": "claims", "{number}": "1", "{token}": "nothing", "{act}": "rerun",
    "{month}": "2026-10", "{practice}": "lakeside", "{code}": "J02.9", "{statement}": "1",
}  # fmt: skip
KEYS = {"/work/": "note", "/patients/": "pay"}
"""An act of each place, where the role decides about it alone."""
OF_ONE = ("{number}", "{practice}", "{statement}")


def asked(office) -> list[tuple[str, str]]:
    return sorted((method, one.path) for one in routes_of(office.app) for method in one.methods)


def address_of(path: str) -> str:
    address = path
    for hole, value in GIVEN.items():
        address = address.replace(hole, value)
    key = next((key for start, key in KEYS.items() if address.startswith(start)), "close")
    name = "first-pass" if address.startswith("/measures") else "northgate"
    return address.replace("{key}", key).replace("{name}", name)


def allows(role: str, who: str) -> bool:
    if who == KEEPER:
        return bool({"operate", "audit"} & RIGHTS[role])
    return who in (SIGNED_IN, NOBODY_YET) or who in RIGHTS[role]


def test_each_route_says_who_may_ask_for_it(office):
    assert {f"{method} {path}" for method, path in asked(office)} == {*WHO}


@pytest.mark.parametrize(
    ("name", "role"),
    [("carl", "coder"), ("bea", "biller"), ("otto", "operator"), ("maria", "manager"), ("ada", "auditor")],
)
def test_a_role_gets_what_it_may_ask_for_and_nothing_else(office, name, role):
    client = office.as_(name)
    for method, path in asked(office):
        who = WHO[f"{method} {path}"]
        if who == NOBODY_YET or path in ("/sign-out", "/partners/{name}/test"):
            continue
        address = address_of(path)
        answer = client.get(address) if method == "GET" else office.press(client, address)
        refused = answer.status_code == 403 and "WEB-03" in answer.text
        assert refused != allows(role, who), (method, path, answer.status_code)
        assert answer.status_code < 500, (method, path)


def test_nothing_of_another_practice_is_reached_by_any_route(desk):
    maria, lea = desk.as_("maria"), desk.as_("lea")
    found = [(method, path) for method, path in asked(desk) if any(hole in path for hole in OF_ONE)]
    assert len(found) > 15
    for method, path in found:
        address = address_of(path)
        answer = lea.get(address) if method == "GET" else desk.press(lea, address, why="because", really="1")
        assert answer.status_code in (403, 404), (method, path)
        assert "ZEPHYRINE" not in answer.text.upper()
        if method == "GET" and path not in ("/alerts/{number}", "/patients/{number}/statements/{statement}"):
            assert maria.get(address).status_code == 200, (path, "it is there")
