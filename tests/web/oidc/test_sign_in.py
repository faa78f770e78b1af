"""Signing in at an identity provider over HTTP: who is let in, and each token that does not hold."""

import json
import socket
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from joserfc.jwk import generate_key

from config.settings import load
from tasks.home.home import open_home
from tasks.operations import users
from tasks.operations.money_acts import By
from tests.conftest import WorkingHome
from tests.web.browsing import browsing, needs_browser
from tests.web.conftest import PASSWORD, TUESDAY, key_of, listening
from tests.web.oidc.office import ANSWER, CONSOLE, DOMAIN, LATER, Desk
from tests.web.openid_provider import CLIENT, KEYS, providing
from tests.web.test_accessibility import wrong
from tests.web.test_second_factor import code_now, enrolled, said, send
from tests.web.test_security import routes, trail
from web.app import make_app
from web.errors import Refused


@pytest.mark.parametrize("algorithm", KEYS)
def test_who_signs_in_there_has_the_roles_that_are_kept_here(desk, algorithm):
    desk.provider.algorithm = algorithm
    desk.provider.rotate()
    desk.open()
    page = desk.office.browser().get("/sign-in")
    assert f'href="{CONSOLE}/sign-in/oidc"' in page.text
    assert "password" not in page.text
    client, answer = desk.sign_in("Maria")
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    assert client.get("/money").status_code == 200
    carl, _ = desk.sign_in("carl")
    assert carl.get("/").status_code == 200
    assert carl.get("/money").status_code == 403, "the token says manager, the ledger says coder"
    assert {row.detail for row in trail(desk.office, "signed in")} == {"named by the identity provider"}
    assert desk.provider.asked.count("/.well-known/openid-configuration") == 1
    assert desk.provider.asked.count("/keys") == 1
    out = client.post("/sign-out", data={"form_key": key_of(client.get("/").text)})
    assert (out.status_code, "identity provider may still know you" in out.text) == (200, True)
    assert client.get("/").headers["location"] == "/sign-in", "the session here is over"
    desk.office.wait(minutes=16)
    assert carl.get("/").headers["location"] == "/sign-in"


def test_nobody_signs_in_by_a_password_then(desk):
    desk.open()
    browser = desk.office.browser()
    form = {"form_key": "0" * 64, "name": "maria", "password": PASSWORD}
    answer = browser.post("/sign-in", data=form)
    assert (answer.status_code, "WEB-14" in answer.text) == (403, True)
    client, _ = desk.sign_in()
    assert "Your password" not in client.get("/second-factor").text
    own = desk.office.press(client, "/second-factor", password=PASSWORD)
    assert (own.status_code, "WEB-14" in own.text) == (403, True)
    for method, path in routes(desk.office.app):
        if not path.startswith("/sign-in"):
            answer = browser.request(method, path, data={"x": "y"} if method == "POST" else None)
            assert answer.status_code in (303, 401), path


BAD = {
    "wrong nonce": {"nonce": "another"},
    "no nonce": {"nonce": None},
    "wrong audience": {"aud": "another-client"},
    "for us, and for the audience of another": {"aud": "another-client", "azp": CLIENT},
    "several audiences": {"aud": [CLIENT, "another-client"]},
    "several audiences, for another": {"aud": [CLIENT, "another"], "azp": "another"},
    "no audience": {"aud": None},
    "for another": {"azp": "another-client"},
    "wrong issuer": {"iss": "http://127.0.0.1:1"},
    "no issuer": {"iss": None},
    "expired": {"exp": 1_000_000_000},
    "never over": {"exp": None},
    "over as no number is": {"exp": float("nan")},
    "of the future": LATER,
    "not yet good": {"nbf": 10_000_000_000},
    "of nobody": {"sub": ""},
    "of an access token that is another": {"at_hash": "AAAA"},
}


@pytest.mark.parametrize("changes", BAD.values(), ids=BAD)
def test_a_token_that_does_not_hold_signs_nobody_in(desk, changes):
    desk.open()
    desk.provider.changes = changes
    desk.refused("SGN-11")
    [row] = trail(desk.office, "sign-in refused")
    assert (row.subject, row.detail) == ("user unknown", "identity provider, SGN-11")
    desk.provider.changes = {}
    assert desk.sign_in()[1].status_code == 303, "it was the token alone"


def test_a_signature_that_is_not_the_providers_signs_nobody_in(desk):
    desk.open()
    provider = desk.provider
    for sign in (
        lambda claims: provider.signed(claims, generate_key("EC", "P-256")),
        lambda claims: provider.signed(claims, kid="unknown"),
        provider.unsigned,
        provider.signed_by_secret,
        lambda claims: provider.signed(claims)[:-8] + "AAAAAAAA",
        lambda _: "",
        lambda _: "a.b.c",
        json.dumps,
    ):
        provider.sign = sign
        desk.refused("SGN-11")
    provider.sign = None
    assert desk.sign_in()[1].status_code == 303


def test_times_may_differ_by_a_minute(desk):
    desk.open()
    now = int(desk.office.now.timestamp())
    desk.provider.changes = {"exp": now - 50, "iat": now + 50}
    assert desk.sign_in()[1].status_code == 303


@pytest.mark.parametrize(
    ("settings", "changes", "login", "code"),
    [
        (DOMAIN, {}, "stranger", "SGN-07"),
        (DOMAIN, {"email": "maria@elsewhere.example"}, "Maria", "SGN-12"),
        (DOMAIN, {"email": "maria@office.example@elsewhere.example"}, "Maria", "SGN-12"),
        (DOMAIN, {"email": "maria"}, "Maria", "SGN-12"),
        (DOMAIN, {"email": "@office.example"}, "Maria", "SGN-12"),
        (DOMAIN, {"email_verified": False}, "Maria", "SGN-12"),
        (DOMAIN, {"email_verified": "true"}, "Maria", "SGN-12"),
        (DOMAIN, {"email": None}, "Maria", "SGN-12"),
        (DOMAIN, {"email": ["maria@office.example"]}, "Maria", "SGN-12"),
        ("", {}, "Maria", "SGN-07"),
        ('oidc_claim = "sub"\noidc_people = { "id-Maria" = "maria" }\n', {}, "carl", "SGN-12"),
        ('oidc_claim = "sub"\noidc_people = { "id-Maria" = "maria" }\n', {"sub": "maria"}, "Maria", "SGN-12"),
        ('oidc_claim = "sub"\noidc_people = { "id-Maria" = "nobody" }\n', {}, "Maria", "SGN-07"),
    ],
)
def test_whom_the_settings_do_not_know_is_refused(desk, settings, changes, login, code):
    desk.open(settings)
    desk.provider.changes = changes
    desk.refused(code, login)


@pytest.mark.parametrize(
    ("settings", "changes"),
    [
        ('oidc_domain = "Office.Example"\n', {}),
        ('oidc_claim = "sub"\noidc_people = { "id-Maria" = "maria" }\n', {}),
        ('oidc_claim = "preferred_username"\n', {"preferred_username": "MARIA"}),
        ('oidc_people = { "m@home.example" = "maria" }\n' + DOMAIN, {"email": "m@home.example"}),
        ('oidc_people = { "m@home.example" = "maria" }\n' + DOMAIN, {}),
    ],
)
def test_a_person_is_named_by_a_claim_a_domain_or_a_list(desk, settings, changes):
    desk.open(settings)
    desk.provider.changes = changes
    client, _ = desk.sign_in()
    assert ">maria</a>" in client.get("/").text


def test_a_person_who_is_disabled_is_refused_and_out_at_once(desk):
    desk.open()
    client, _ = desk.sign_in()
    with open_home(load(desk.home.path)) as opened:
        users.set_disabled(opened, TUESDAY, By("root", "left us"), "maria", True, dry_run=False)
    assert client.get("/").headers["location"] == "/sign-in"
    desk.refused("SGN-07")
    [row] = trail(desk.office, "sign-in refused")
    assert row.subject == "user maria"


@pytest.mark.usefixtures("either_database")
def test_an_answer_is_good_once_in_the_browser_that_asked_and_for_ten_minutes(desk):
    desk.open()
    client = desk.office.browser()
    back = desk.at_provider(client)
    begun = dict(client.cookies)
    assert said(desk.office.browser().get(back)) == (403, "SGN-10"), "another browser"
    other = desk.office.browser()
    desk.at_provider(other)
    assert said(other.get(back)) == (403, "SGN-10"), "one that began a sign-in of its own"
    assert client.get(back).status_code == 303
    assert said(client.get(back)) == (403, "SGN-10"), "its cookie is gone"
    thief = desk.office.browser()
    thief.cookies.update(begun)
    asked = desk.provider.asked.count("/token")
    assert said(thief.get(back)) == (403, "SGN-10"), "and with the cookie it was used"
    assert desk.provider.asked.count("/token") == asked
    assert [row.detail for row in trail(desk.office, "sign-in refused")] == ["identity provider, SGN-10"]
    late = desk.office.browser()
    back = desk.at_provider(late)
    begun = dict(late.cookies)
    desk.office.wait(minutes=10)
    thief.cookies.update(begun)
    assert said(thief.get(back)) == (403, "SGN-10"), "too late"
    for state in ("", "0" * 64, "é", "x" * 5000):
        fresh = desk.office.browser()
        desk.at_provider(fresh)
        assert said(fresh.get(f"{ANSWER}?{urlencode({'state': state, 'code': 'x'})}")) == (403, "SGN-10")


def test_a_code_of_another_sign_in_is_refused_by_its_verifier(desk):
    desk.open()
    stolen = parse_qs(urlsplit(desk.at_provider(desk.office.browser(), "carl")).query)["code"][0]
    client = desk.office.browser()
    state = parse_qs(urlsplit(desk.at_provider(client)).query)["state"][0]
    answer = client.get(f"{ANSWER}?{urlencode({'state': state, 'code': stolen})}")
    assert (said(answer), "invalid_grant" in answer.text) == ((403, "SGN-09"), True)
    assert "alert(1)" not in answer.text
    assert client.get("/").headers["location"] == "/sign-in"


def test_a_provider_that_refuses_is_named_by_its_code_alone(desk):
    desk.open()
    desk.provider.answers = {"error": "access_denied", "error_description": "stranger is wrong alert(1)"}
    assert "access_denied" in desk.refused("SGN-09")
    desk.provider.answers = {"error": "<script>alert(1)</script>"}
    assert "no known reason" in desk.refused("SGN-09")
    desk.provider.answers = {"code": ""}
    desk.refused("SGN-09")
    desk.provider.answers = {}
    desk.provider.secret = "changed-there"
    assert "invalid_client" in desk.refused("SGN-09")


def test_an_answer_of_another_provider_is_refused(desk):
    desk.open()
    desk.provider.answers = {"iss": "https://elsewhere.example"}
    desk.refused("SGN-11")
    assert "/token" not in desk.provider.asked, "no code goes to the wrong one"
    desk.provider.answers = {"iss": desk.provider.issuer}
    assert desk.sign_in()[1].status_code == 303


def test_a_provider_that_names_itself_always_does(desk):
    desk.provider.discovery = {"authorization_response_iss_parameter_supported": True}
    desk.open()
    desk.refused("SGN-11")


def test_a_new_key_of_the_provider_is_fetched_and_an_old_one_is_over(desk):
    desk.open()
    desk.sign_in()
    old = desk.provider.key
    desk.office.wait(minutes=1)
    desk.provider.rotate()
    for _ in range(3):
        assert desk.sign_in()[1].status_code == 303
    assert desk.provider.asked.count("/keys") == 2, "once for the new one"
    desk.provider.sign = lambda claims: desk.provider.signed(claims, old, old.kid)
    desk.refused("SGN-11")
    desk.refused("SGN-11")
    assert desk.provider.asked.count("/keys") == 2, "a key that is not there is not asked for again and again"


def test_a_provider_that_is_down_is_said_and_signs_in_when_it_is_back(desk):
    desk.open()
    desk.provider.stop()
    browser = desk.office.browser()
    assert said(browser.get("/sign-in/oidc")) == (503, "SGN-08")
    desk.provider.start()
    assert said(browser.get("/sign-in/oidc")) == (503, "SGN-08"), "it is not asked at once again"
    assert desk.provider.asked == []
    desk.office.wait(seconds=6)
    client, answer = desk.sign_in()
    assert answer.status_code == 303
    desk.provider.stop()
    assert client.get("/").status_code == 200, "who is signed in stays so"
    sent = browser.get("/sign-in/oidc")
    assert sent.status_code == 303, "its document is kept"
    state = parse_qs(urlsplit(sent.headers["location"]).query)["state"][0]
    assert said(browser.get(f"{ANSWER}?{urlencode({'state': state, 'code': 'x'})}")) == (503, "SGN-08")
    desk.provider.start()


@pytest.mark.parametrize(
    ("discovery", "document"),
    [
        ({"issuer": "https://elsewhere.example"}, None),
        ({"token_endpoint": "http://elsewhere.example/token"}, None),
        ({"jwks_uri": None}, None),
        ({"authorization_endpoint": "javascript:alert(1)"}, None),
        ({"response_types_supported": ["id_token"]}, None),
        ({"code_challenge_methods_supported": ["plain"]}, None),
        ({"id_token_signing_alg_values_supported": ["HS256", "none"]}, None),
        ({}, (200, b"<html>alert(1)")),
        ({}, (200, b"[]")),
        ({}, (200, b"[" * 100_000)),
        ({}, (500, b"{}")),
        ({}, (302, b"{}")),
        ({}, (200, b'{"a": "' + b"x" * 600_000 + b'"}')),
    ],
)
def test_a_discovery_document_that_will_not_do_sends_nobody_anywhere(desk, discovery, document):
    desk.provider.discovery = discovery
    if document is not None:
        desk.provider.documents["/.well-known/openid-configuration"] = document
    desk.open()
    answer = desk.office.browser().get("/sign-in/oidc")
    assert said(answer) == (503, "SGN-08")
    assert "alert(1)" not in answer.text


@pytest.mark.parametrize(
    "keys", [b"{}", b'{"keys": []}', b'{"keys": 7}', b'{"keys": [{"kty": "EC"}]}', b'{"keys": [7]}']
)
def test_keys_that_can_not_be_read_are_said(desk, keys):
    desk.provider.documents["/keys"] = (200, keys)
    desk.open()
    desk.refused("SGN-08", status=503)


@pytest.mark.parametrize(
    "answer", [(500, b"{}"), (200, b"x"), (400, b"x"), (200, b"{}"), (302, b'{"error": "x"}')]
)
def test_a_token_endpoint_that_answers_otherwise_signs_nobody_in(desk, answer):
    desk.provider.documents["/token"] = answer
    desk.open()
    desk.refused(
        "SGN-11" if answer == (200, b"{}") else "SGN-08", status=403 if answer == (200, b"{}") else 503
    )


def test_the_secret_goes_as_the_provider_wants_it_or_there_is_none(desk):
    desk.provider.discovery = {"token_endpoint_auth_methods_supported": ["client_secret_post"]}
    desk.open()
    assert desk.sign_in()[1].status_code == 303


def test_a_public_client_has_its_verifier_alone(desk):
    desk.provider.secret = ""
    desk.open(secret="")
    assert desk.sign_in()[1].status_code == 303


def test_a_secret_file_that_can_not_be_used_is_said(desk):
    desk.open(secret="two words")
    desk.refused("SGN-08", status=503)


def test_who_must_have_a_second_factor_is_asked_for_it_here(desk):
    desk.open('console_second_factor = ["manager"]\n' + DOMAIN)
    desk.provider.changes = {"amr": ["pwd", "mfa"], "acr": "mfa"}
    client, answer = desk.sign_in()
    assert answer.headers["location"] == "/sign-in/set-up", "no word of the settings says that it counts"
    assert client.get("/").headers["location"] == "/sign-in"
    assert client.get("/sign-in/set-up").status_code == 200
    secret, _ = enrolled(desk.office, "maria")
    desk.office.wait(minutes=2)
    client, answer = desk.sign_in()
    assert answer.headers["location"] == "/sign-in/code"
    assert client.get("/").headers["location"] == "/sign-in"
    assert said(send(client, "000000"))[1] == "SGN-03"
    assert send(client, code_now(desk.office, secret)).headers["location"] == "/"
    assert client.get("/").status_code == 200


@pytest.mark.parametrize(
    ("changes", "to"),
    [
        ({"amr": ["pwd", "otp"]}, "/"),
        ({"acr": "urn:example:two"}, "/"),
        ({"amr": ["pwd"], "acr": "1"}, "/sign-in/code"),
        ({"acr": ["otp"]}, "/sign-in/code"),
        ({"amr": []}, "/sign-in/code"),
        ({}, "/sign-in/code"),
    ],
)
def test_the_providers_second_factor_counts_where_the_settings_say_by_which_word(desk, changes, to):
    desk.open('oidc_second_factor = ["otp", "urn:example:two"]\n' + DOMAIN)
    enrolled(desk.office, "maria")
    desk.provider.changes = changes
    answer = desk.sign_in()[1]
    assert answer.headers["location"] == to
    if to == "/":
        assert [row.detail for row in trail(desk.office, "signed in")] == [
            "named by the identity provider, with its second factor"
        ]


def test_who_signed_in_there_too_long_ago_is_to_sign_in_there_anew(desk):
    desk.open("oidc_max_age_minutes = 10\n" + DOMAIN)
    sent = desk.office.browser().get("/sign-in/oidc").headers["location"]
    assert parse_qs(urlsplit(sent).query)["max_age"] == ["600"]
    now = int(desk.office.now.timestamp())
    assert desk.sign_in()[1].status_code == 303
    for auth_time in (now - 700, None, "now"):
        desk.provider.changes = {"auth_time": auth_time}
        desk.refused("SGN-11")


def test_answers_from_one_address_are_bounded_and_counted_no_more_by_who_signs_in(desk):
    desk.open()
    desk.provider.changes = {"nonce": "another"}
    for _ in range(29):
        desk.refused("SGN-11")
    desk.provider.changes = {}
    assert desk.sign_in()[1].status_code == 303
    desk.provider.changes = {"nonce": "another"}
    for _ in range(30):
        desk.refused("SGN-11")
    asked = desk.provider.asked.count("/token")
    desk.refused("SGN-02", status=429)
    assert desk.provider.asked.count("/token") == asked
    desk.office.wait(minutes=16)
    desk.provider.changes = {}
    assert desk.sign_in()[1].status_code == 303


@pytest.mark.parametrize(
    "settings",
    [
        'oidc_issuer = "https://login.example"\n',
        'oidc_issuer = "https://login.example"\noidc_client_id = "x"\n',
        'oidc_issuer = "http://login.example"\noidc_client_id = "x"\nconsole_url = "http://127.0.0.1:4280"\n',
        'oidc_issuer = "http://127.0.0.1:1"\noidc_client_id = "x"\nconsole_url = "http://console.example"\n',
        'oidc_issuer = "http://127.0.0.1:1"\noidc_client_id = "x"\nconsole_url = "http://127.0.0.1:4280/here"\n',
        'oidc_issuer = "http://127.0.0.1:1"\noidc_client_id = "x"\nconsole_url = "http://127.0.0.1:4280"\n'
        'console_behind_proxy = true\nconsole_user_header = "X-Remote-User"\n',
    ],
)
def test_settings_that_are_not_whole_are_refused_when_the_console_starts(home, settings):
    file = home.path / "cleanclaim.toml"
    file.write_text(file.read_text() + settings)
    with pytest.raises(Refused) as refused:
        make_app(load(home.path), lambda: pytest.fail("no time is asked for"))
    assert refused.value.code == "WEB-13"


@pytest.mark.slow
@needs_browser
def test_a_person_walks_to_the_provider_and_back_in_a_browser(home: WorkingHome) -> None:
    from axe_playwright_python.sync_playwright import Axe

    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    desk = Desk(home, f"http://127.0.0.1:{port}")
    with providing(desk.provider):
        desk.open()
        with listening(desk.office, port) as base, browsing() as page:
            page.goto(f"http://localhost:{port}/work")
            assert wrong(page, Axe()) == []
            page.click("main a[role=button]")
            page.fill("input[name=login]", "Maria")
            with page.expect_navigation(url=f"{base}/"):
                page.click("button")
            assert page.inner_text("form.who a") == "maria"
            page.click("form.who button")
            assert page.inner_text("h1") == "Signed out"
            page.click("main a[role=button]")
            assert page.inner_text("main a[role=button]") == "Sign in at 127.0.0.1"
