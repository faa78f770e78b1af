"""Signing out at an identity provider: which browsers it reaches, and each token that does not hold."""

import pytest
from joserfc.jwk import generate_key

from tests.web.conftest import key_of
from tests.web.oidc.office import LATER, LOGOUT
from tests.web.test_second_factor import code_now, enrolled, send
from tests.web.test_security import trail


@pytest.mark.usefixtures("either_database")
def test_who_signs_out_there_is_signed_out_here_in_every_browser(desk):
    desk.open()
    first, second, other = (desk.sign_in(login)[0] for login in ("Maria", "Maria", "carl"))
    desk.office.wait(minutes=1)
    token = desk.provider.signed(desk.provider.logout_claims("Maria"))
    assert desk.logs_out(token).status_code == 200
    assert {one.get("/").headers["location"] for one in (first, second)} == {"/sign-in"}
    assert other.get("/").status_code == 200
    rows = [(row.subject, row.detail) for row in trail(desk.office, "signed out")]
    assert rows == [("user maria", "by the identity provider")] * 2
    desk.office.wait(minutes=2)
    again, _ = desk.sign_in("Maria")
    assert desk.logs_out(desk.provider.signed(desk.provider.logout_claims("stranger"))).status_code == 200
    assert desk.logs_out(token).status_code == 200, "its time is not over"
    assert again.get("/").status_code == 200, "a session that began later is another one"
    desk.office.wait(minutes=2)
    assert desk.logs_out(token).status_code == 400


def test_one_session_there_is_one_session_here(desk):
    desk.open()
    browsers = {}
    for session in ("office", "home", None):
        desk.provider.changes = {"sid": session}
        browsers[session], _ = desk.sign_in("Maria")
    claims = desk.provider.logout_claims("", sid="office")
    assert desk.logs_out(desk.provider.signed(claims)).status_code == 200
    assert browsers["office"].get("/").headers["location"] == "/sign-in"
    assert browsers["home"].get("/").status_code == browsers[None].get("/").status_code == 200
    both = desk.provider.logout_claims("Maria", sid="another")
    assert desk.logs_out(desk.provider.signed(both)).status_code == 200
    assert browsers["home"].get("/").status_code == 200
    assert browsers[None].get("/").headers["location"] == "/sign-in", "it may be that one"


def test_signing_out_there_reaches_who_gives_the_second_factor_and_who_gave_it(desk):
    desk.open()
    secret, _ = enrolled(desk.office, "maria")
    desk.office.wait(minutes=2)
    signed_in, waits = desk.sign_in()[0], desk.sign_in()[0]
    assert send(signed_in, code_now(desk.office, secret)).headers["location"] == "/"
    desk.office.wait(minutes=1)
    page = waits.get("/sign-in/code").text
    assert desk.logs_out(desk.provider.signed(desk.provider.logout_claims("Maria"))).status_code == 200
    assert signed_in.get("/").headers["location"] == "/sign-in"
    form = {"form_key": key_of(page), "code": code_now(desk.office, secret)}
    assert waits.post("/sign-in/code", data=form).status_code == 401
    assert waits.get("/").headers["location"] == "/sign-in"


BAD_LOGOUT = {
    "another issuer": {"iss": "http://127.0.0.1:1"},
    "another audience": {"aud": "another-client"},
    "no audience": {"aud": None},
    "no time": {"iat": None},
    "long ago": {"iat": 1_000_000_000},
    "of the future": LATER,
    "over": {"exp": 1_000_000_000},
    "no number of its own": {"jti": None},
    "no event": {"events": None},
    "another event": {"events": {"http://schemas.openid.net/event/another": {}}},
    "an event as no token has it": {"events": ["http://schemas.openid.net/event/backchannel-logout"]},
    "an ID token": {"nonce": "x"},
    "of nobody": {"sub": None},
    "of a number": {"sub": 5},
}


@pytest.mark.parametrize("changes", BAD_LOGOUT.values(), ids=BAD_LOGOUT)
def test_a_logout_token_that_does_not_hold_signs_nobody_out(desk, changes):
    desk.open()
    client, _ = desk.sign_in("Maria")
    claims = desk.provider.logout_claims("Maria")
    changed = {name: value for name, value in (claims | changes).items() if value is not None}
    answer = desk.logs_out(desk.provider.signed(changed))
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_request")
    assert "SGN-15" in answer.json()["error_description"]
    assert client.get("/").status_code == 200
    assert trail(desk.office, "signed out") == []
    assert desk.logs_out(desk.provider.signed(claims)).status_code == 200
    assert client.get("/").headers["location"] == "/sign-in", "it was the token alone"


def test_a_logout_token_that_the_provider_did_not_sign_signs_nobody_out(desk):
    desk.open()
    client, _ = desk.sign_in("Maria")
    claims = desk.provider.logout_claims("Maria")
    provider = desk.provider
    for token in (
        provider.signed(claims, generate_key("EC", "P-256")),
        provider.unsigned(claims),
        provider.signed_by_secret(claims),
        provider.signed(claims)[:-8] + "AAAAAAAA",
        "a.b.c",
    ):
        answer = desk.logs_out(token)
        assert (answer.status_code, "SGN-15" in answer.text) == (400, True)
    assert desk.office.browser().post(LOGOUT, data={"other": "x"}).status_code == 400
    assert client.get("/").status_code == 200
