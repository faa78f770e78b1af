"""Nobody gets past signing in, roles, practices and form keys; nothing of a patient leaves by a side door."""

import hashlib
import json
import logging
import re
import tomllib
from datetime import UTC, datetime
from html import unescape

import pytest

from config.settings import load
from ledger.people import users as ledger_users
from ledger.queries import claim_story
from ledger.queries.work_queue import items
from ledger.trail import audit
from tasks.home.home import open_home
from tasks.operations import users
from tasks.operations.money_acts import By
from tasks.people import sign_in
from tests.conftest import CHECKOUT
from tests.web.conftest import PASSWORD, TUESDAY, Office, key_of
from tests.web.routes import routes_of
from web.app import make_app
from web.border import HEADERS, MOST_BYTES
from web.errors import Refused

MONEY = ("money/suspense", "money/deposits", "money/remittances")
OPEN_TO_ALL = {
    ("GET", "/sign-in"),
    ("POST", "/sign-in"),
    ("POST", "/sign-in/first"),
}  # the last with its code
GIVEN = {
    "{day}": "2026-11-16", "{stage}": "claims", "{number}": "1", "{key}": "note", "{act}": "rerun",
    "{name}": "northgate", "{month}": "2026-10", "{practice}": "lakeside", "{code}": "J02.9",
    "{statement}": "1",
}  # fmt: skip


def routes(app) -> list[tuple[str, str]]:
    found = []
    for route in routes_of(app):
        path = route.path
        for hole, value in GIVEN.items():
            path = path.replace(hole, value)
        found += [(method, path) for method in sorted(route.methods)]
    return found


def claims_by_practice(office) -> dict[str, int]:
    with open_home(load(office.home.path)) as opened:
        return {row.practice: row.claim for row in claim_story.page(opened.ledger, limit=100)}


def work_by_practice(office) -> dict[str, int]:
    with open_home(load(office.home.path)) as opened:
        return {item.practice: item.id for item in items(opened.ledger, TUESDAY, limit=100)}


def trail(office, act: str):
    with open_home(load(office.home.path)) as opened:
        return audit.rows(opened.ledger, act=act, most=500)


def test_every_route_wants_somebody_who_signed_in(office):
    stranger = office.browser()
    found = routes(office.app)
    assert len(found) > 15
    for method, path in found:
        if (method, path) in OPEN_TO_ALL:
            continue
        answer = stranger.request(method, path, data={"term": "x"} if method == "POST" else None)
        expected = (303, "/sign-in") if method == "GET" else (401, None)
        assert (answer.status_code, answer.headers.get("location")) == expected, path
        assert "C0000" not in answer.text


def test_a_form_without_its_key_or_from_elsewhere_does_nothing(office):
    client = office.as_("maria")
    right = key_of(client.get("/").text)
    before = len(trail(office, "noted"))
    for method, path in routes(office.app):
        if method != "POST" or path.startswith("/sign-in"):
            continue
        for fields in ({}, {"form_key": "0" * 64}, {"form_key": key_of(office.as_("carl").get("/").text)}):
            answer = client.post(path, data={"why": "because", "really": "1", "act": "note", **fields})
            assert (answer.status_code, "WEB-02" in answer.text) == (403, True), path
        for headers in ({"origin": "http://evil.example"}, {"sec-fetch-site": "cross-site"}):
            fields = {"form_key": right, "why": "because", "really": "1", "act": "note"}
            answer = client.post(path, data=fields, headers=headers)
            assert (answer.status_code, "WEB-02" in answer.text) == (403, True), path
    assert len(trail(office, "noted")) == before
    assert client.get("/").status_code == 200, "it is still signed in"


@pytest.mark.parametrize(
    ("who", "method", "path"),
    [
        *(("otto", "GET", path) for path in ("/work", "/work/1", "/claims/1", "/night/2026-11-16/held")),
        *(("carl", "GET", path) for path in ("/batches", "/batches/1", "/money", "/patients")),
        ("otto", "GET", "/patients/1"),
        *(("carl", "GET", path) for path in ("/measures", "/measures/first-pass", "/causes", "/twin")),
        ("lena", "GET", "/twin"),
        ("bea", "GET", "/money/months/2026-10"),
        *(("otto", "GET", path) for path in ("/codes", "/codes/J02.9", "/codes/guide/S62")),
        *(("otto", "POST", path) for path in ("/search", "/codes", "/audit/verify")),
        *(("bea", "GET", path) for path in ("/partners", "/alerts", "/alerts/1", "/settings")),
        *(("olga", "GET", path) for path in ("/partners", "/alerts", "/settings")),
        *(("ada", "POST", path) for path in ("/partners/northgate/test", "/alerts/1")),
        *(("carl", "POST", path) for path in ("/work/1/write-off", "/work/1/appeal", "/alerts/1")),
        *(("bea", "POST", path) for path in ("/batches/1/resend", "/partners/northgate/release")),
        *(("ada", "POST", path) for path in ("/work/1/note", "/work/1/draft", "/work/1/write-off")),
        *(("ada", "POST", f"/money/{path}") for path in ("suspense/1/match", "deposits/1/settle")),
        ("ada", "POST", "/patients/12/pay"),
    ],
)  # fmt: skip
def test_a_role_that_may_not_is_told_so_and_nothing_is_done(office, who, method, path):
    client = office.as_(who)
    if method == "GET":
        answer = client.get(path)
    else:
        answer = office.press(client, path, why="because", really="1", term="x")
    assert (answer.status_code, "WEB-03" in answer.text) == (403, True)


def test_another_practices_rows_are_as_if_they_were_not_there(office):
    lena, bea = office.as_("lena"), office.as_("bea")
    claims, work = claims_by_practice(office), work_by_practice(office)
    theirs = [f"/claims/{claims['summit']}", f"/work/{work['summit']}"]
    unknown = lena.get("/claims/99999999").text.replace("claim", "")
    for address in theirs:
        assert bea.get(address).status_code == 200
        answer = lena.get(address)
        assert answer.status_code == 404
        assert re.sub("claim|work", "", answer.text) == re.sub("claim|work", "", unknown)
    assert lena.get(f"/claims/{claims['lakeside']}").status_code == 200
    answer = office.press(lena, f"/work/{work['summit']}/note", why="because", really="1")
    assert answer.status_code == 404
    answer = office.press(lena, "/work", id=[work["lakeside"], work["summit"]], act="note", why="because")
    assert answer.status_code == 404
    assert lena.get("/claims?practice=summit").status_code == 422
    assert lena.get("/work?practice=summit").status_code == 422
    assert "were posted" in bea.get("/").text
    assert "were posted" not in lena.get("/").text, "it is the money of all practices"
    for page in ("/work", "/claims", "/", "/night/2026-11-16/picked_up"):
        assert "summit" not in lena.get(page).text, page
        assert "summit" in bea.get("/claims").text


def test_who_keeps_one_practice_sees_the_batches_that_carry_its_claims_and_decides_about_none(office):
    olga, otto = office.as_("olga"), office.as_("otto")
    every, hers = (re.findall(r'href="/batches/(\d+)"', one.get("/batches").text) for one in (otto, olga))
    assert 0 < len(hers) < len(every)
    assert [number for number in every if olga.get(f"/batches/{number}").status_code == 200] == hers
    refused = office.press(olga, f"/batches/{hers[0]}/rerun", why="look again", really="1")
    assert (refused.status_code, "WEB-03" in refused.text) == (403, True)


def test_a_search_leads_nowhere_into_another_practice(office):
    claims = claims_by_practice(office)
    with open_home(load(office.home.path)) as opened:
        number = claim_story.show(opened.ledger, claims["summit"]).patient_control_number
    found = office.press(office.as_("bea"), "/search", term=number)
    assert (found.status_code, found.headers["location"]) == (303, f"/claims/{claims['summit']}")
    hidden = office.press(office.as_("lena"), "/search", term=number)
    assert hidden.status_code == 200
    assert "Nothing has this number" in hidden.text
    assert number not in hidden.text


def test_every_answer_has_its_headers_and_no_page_has_a_script_or_a_style_in_it(office):
    client = office.as_("maria")
    work, claims = work_by_practice(office), claims_by_practice(office)
    pages = ["/", "/?night=2026-11-16", "/night/2026-11-16/paid",
             "/work", "/claims", f"/work/{work['summit']}",
             f"/claims/{claims['summit']}", "/batches", "/batches/1", "/money", "/money/aging",
             "/money/suspense", "/money/remittances/1", "/patients", "/nowhere", "/sign-in",
             "/codes", "/codes/E11.22", "/codes/99213", "/codes/T15.01A", "/codes/guide/S62",
             "/measures", "/measures/first-pass", "/causes", "/causes?by=payer", "/twin",
             "/partners", "/partners/northgate", "/alerts", "/audit", "/settings"]  # fmt: skip
    for page in pages:
        answer = client.get(page)
        assert answer.status_code == (404 if page == "/nowhere" else 200), page
        assert {name: answer.headers[name] for name in HEADERS} == HEADERS
        assert answer.headers["cache-control"] == "no-store"
        assert not re.findall(r"<style|\sstyle=|\son\w+=|javascript:", answer.text), page
        assert all(
            re.match(r'<script src="/static/', tag) for tag in re.findall(r"<script[^>]*>", answer.text)
        )
        assert len(re.findall(r"<(?:script|link rel=\"stylesheet)", answer.text)) <= 4, (
            "three others and ours"
        )
    policy = HEADERS["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert "default-src 'none'" in policy


def test_script_in_a_text_field_is_shown_as_text(office):
    client = office.as_("maria")
    number = work_by_practice(office)["bayview"]
    hostile = '"><script>alert(1)</script><img src=x onerror=alert(1)>{{ 7*7 }}'
    preview = office.press(client, f"/work/{number}/note", why=hostile)
    done = office.press(client, f"/work/{number}/note", why=hostile, really="1")
    assert (preview.status_code, done.status_code) == (200, 303)
    for page in (preview.text, client.get(f"/work/{number}").text):
        assert "<script>alert" not in page
        assert "<img" not in page
        assert hostile in unescape(page)
        assert "{{ 7*7 }}" in unescape(page)
    found = office.press(client, "/search", term=hostile)
    assert "alert(1)" not in found.text
    for address in (
        f"/work?kind={hostile}",
        f"/night/{hostile}/held",
        f"/claims?state={hostile}",
        f"/?night={hostile}",
        f"/codes?day={hostile}",
        f"/codes/guide/S62?answer={hostile}",
        f"/alerts?state={hostile}",
        f"/audit?from_day={hostile}",
        f"/measures?from={hostile}",
        f"/causes?by={hostile}",
    ):
        assert "alert(1)" not in client.get(address).text


def test_a_request_that_is_too_large_or_no_form_is_refused(office):
    client = office.as_("maria")
    key = key_of(client.get("/").text)
    large = client.post("/search", data={"form_key": key, "term": "x" * MOST_BYTES})
    assert (large.status_code, large.text[:6]) == (413, "WEB-05")

    def in_pieces():
        yield f"form_key={key}&term=".encode()
        for _ in range(MOST_BYTES // 1000 + 2):
            yield b"x" * 1000

    kind = {"content-type": "application/x-www-form-urlencoded"}
    chunked = client.post("/search", content=in_pieces(), headers=kind)
    assert (chunked.status_code, "WEB-05" in chunked.text) == (413, True)
    fields = "&".join(f"f{n}=1" for n in range(2000))
    many = client.post("/search", content=fields, headers=kind)
    assert many.status_code in (400, 413)
    for sent in ({"json": {"form_key": key}}, {"files": {"form_key": ("a", b"b")}}):
        answer = client.post("/search", **sent)
        assert (answer.status_code, "WEB-05" in answer.text) == (415, True)
    long_why = office.press(client, "/work/1/snooze", until="x" * 3000, why="because")
    assert (long_why.status_code, "WEB-05" in long_why.text) == (409, True)
    for number in ("0", "-1", "99999999999999999999999", "1e3"):
        for page in (
            "work",
            "claims",
            "batches",
            "money/suspense",
            "money/deposits",
            "money/remittances",
            "patients",
        ):
            assert client.get(f"/{page}/{number}").status_code == 404, (page, number)
        assert client.get(f"/work?after={number}").status_code == 200


def test_another_name_for_this_machine_is_refused(office):
    client = office.browser()
    for host in ("evil.example", "evil.example:4280", "127.0.0.1.evil.example", ""):
        answer = client.get("/sign-in", headers={"host": host})
        assert (answer.status_code, answer.text[:6]) == (421, "WEB-06"), host
    for host in ("localhost:4280", "127.0.0.1", "[::1]:4280"):
        assert client.get("/sign-in", headers={"host": host}).status_code == 200


def test_who_looked_at_a_patients_claim_is_on_the_audit_trail_under_the_persons_name(office):
    claims, work = claims_by_practice(office), work_by_practice(office)
    office.as_("ada").get(f"/claims/{claims['elmgrove']}")
    office.as_("carl").get(f"/work/{work['bayview']}")
    office.press(office.as_("bea"), "/search", term="Zephyrine, Quill")
    rows = trail(office, "looked at")
    seen = {(row.actor, row.subject) for row in rows}
    assert ("ada, console", f"claim {claims['elmgrove']}") in seen
    assert ("carl, console", f"work {work['bayview']}") in seen
    assert ("bea, console", "search") in seen
    assert "Zephyrine" not in json.dumps([row.detail for row in rows])


def test_nothing_of_a_patient_is_in_an_address_a_title_or_a_log(office, caplog):
    caplog.set_level(logging.DEBUG)
    client = office.as_("maria")
    with open_home(load(office.home.path)) as opened:
        claims = [row.claim for row in claim_story.page(opened.ledger, limit=100)]
        payloads = [json.loads(item) for item in _payloads(opened.ledger)]
    canaries = {p["patient"]["last"] for p in payloads if p.get("patient", {}).get("last")}
    canaries |= {c["member_id"] for p in payloads for c in p.get("coverages", ()) if c.get("member_id")}
    assert len(canaries) > 30
    pages = [client.get(f"/claims/{number}").text for number in claims[:6]]
    pages += [client.get(path).text for path in ("/", "/work", "/claims", "/night/2026-11-16/picked_up")]
    assert any(name in pages[0] for name in canaries), "a claim's page names its patient"
    found = office.press(client, "/search", term=sorted(canaries)[0])
    titles = re.findall(r"<title>([^<]*)</title>", "".join(pages))
    addresses = re.findall(r'(?:href|action)="([^"]*)"', "".join(pages))
    went_to = found.headers.get("location", "")
    said = " ".join([*titles, *addresses, went_to, *(record.getMessage() for record in caplog.records)])
    assert [name for name in canaries if re.search(rf"\b{re.escape(name)}\b", said)] == []


def _payloads(ledger) -> list[str]:
    from sqlalchemy import select

    from ledger.schema import encounter

    with ledger.read() as connection:
        return list(connection.execute(select(encounter.c.payload)).scalars())


def test_a_session_is_over_after_signing_out_wherever_its_cookie_was_kept(small_office):
    client = small_office.sign_in("maria")
    kept = dict(client.cookies)
    assert client.get("/").status_code == 200
    assert small_office.press(client, "/sign-out").headers["location"] == "/sign-in"
    thief = small_office.browser()
    thief.cookies.update(kept)
    assert thief.get("/").headers["location"] == "/sign-in"
    acts = [row.act for row in trail(small_office, "") if row.act != "looked at"]
    assert acts[:2] == ["signed out", "signed in"]


def test_a_session_ends_by_doing_nothing_and_in_the_end_in_any_case(small_office):
    file = small_office.home.path / "cleanclaim.toml"
    file.write_text(f"{file.read_text()}console_session_hours = 1\n")
    client = small_office.sign_in("maria")
    small_office.wait(minutes=14)
    assert client.get("/").status_code == 200
    small_office.wait(minutes=14)
    assert client.get("/").status_code == 200, "it was used meanwhile"
    small_office.wait(minutes=16)
    assert client.get("/").status_code == 303
    client = small_office.sign_in("maria")
    for _ in range(6):
        small_office.wait(minutes=12)
        with open_home(load(small_office.home.path)) as opened:
            counted = sign_in.open_sessions(opened, int(small_office.now.timestamp()))
        last = client.get("/").status_code
        assert counted == ({"maria": 1} if last == 200 else {}), "what is listed as open is open"
    assert last == 303


@pytest.mark.parametrize("what", ["password", "roles", "disabled"])
def test_what_a_person_may_do_is_changed_and_every_session_is_over(small_office, what):
    client = small_office.sign_in("maria")
    signed = By("root", "left the office")
    with open_home(load(small_office.home.path)) as opened:
        if what == "password":
            users.set_password(opened, TUESDAY, signed, "Maria", "another horse battery", dry_run=False)
        elif what == "roles":
            users.set_roles(opened, TUESDAY, signed, "maria", ["auditor"], None, dry_run=False)
        else:
            users.set_disabled(opened, TUESDAY, signed, "maria", True, dry_run=False)
    assert client.get("/").status_code == 303
    browser = small_office.browser()
    form = {"form_key": key_of(browser.get("/sign-in").text), "name": "maria", "password": PASSWORD}
    assert browser.post("/sign-in", data=form).status_code == (303 if what == "roles" else 403)


def test_guessing_is_bounded_and_says_the_same_of_a_name_that_nobody_has(small_office):
    browser = small_office.browser()

    def guess(name: str, password: str):
        form = {"form_key": key_of(browser.get("/sign-in").text), "name": name, "password": password}
        answer = browser.post("/sign-in", data=form)
        said = re.search(r'role="alert">([^<]*)', answer.text)
        return answer.status_code, said[1] if said else ""

    assert guess("maria", "wrong") == guess("nobody", "wrong")
    for _ in range(4):
        assert guess("maria", "wrong")[0] == 403
    assert guess("maria", PASSWORD)[0] == 429, "the right one too"
    small_office.wait(minutes=16)
    assert guess("MARIA", PASSWORD)[0] == 303
    refused = trail(small_office, "sign-in refused")
    assert {row.subject for row in refused} == {"user maria", "user unknown"}
    with open_home(load(small_office.home.path)) as opened:
        _, kept = ledger_users.find_with_password(opened.ledger, "maria")
    assert kept.startswith("$argon2id$")


def test_cookies_are_for_this_host_and_no_script(home):
    (home.path / "cleanclaim.toml").write_text(
        "demo = true\nsettle_seconds = 0\nconsole_behind_proxy = true\n"
    )
    office = Office(home)
    office.hire({"maria": (["manager"], ["*"])})
    browser = office.browser()
    browser.base_url = "https://127.0.0.1"
    page = browser.get("/sign-in")
    form = {"form_key": key_of(page.text), "name": "maria", "password": PASSWORD}
    answer = browser.post("/sign-in", data=form)
    cookie = next(c for c in answer.headers.get_list("set-cookie") if c.startswith("__Host-cleanclaim="))
    for part in ("HttpOnly", "Secure", "SameSite=lax", "Path=/"):
        assert part in cookie
    assert "Domain" not in cookie
    assert "max-age" in answer.headers["strict-transport-security"]


@pytest.mark.parametrize(
    ("settings", "refused"),
    [
        ('console_host = "0.0.0.0"', True),
        ('console_host = "192.0.2.7"', True),
        ('console_host = "no.such.host.invalid"', True),
        ('console_certificate = "cert.pem"', True),
        ('console_host = "0.0.0.0"\nconsole_behind_proxy = true', False),
        ('console_host = "::1"', False),
        ('console_host = "localhost"', False),
    ],
)
def test_it_listens_in_the_clear_on_this_machine_only(home, settings, refused):
    file = home.path / "cleanclaim.toml"
    file.write_text(f"{file.read_text()}{settings}\n")
    if refused:
        with pytest.raises(Refused) as error:
            make_app(load(home.path), lambda: datetime.now(UTC))
        assert error.value.code == "WEB-10"
    else:
        make_app(load(home.path), lambda: datetime.now(UTC))


def test_what_others_wrote_is_as_it_was_published(office):
    folder = CHECKOUT / "web" / "static" / "vendor"
    listed = tomllib.loads((folder / "vendor.toml").read_text("utf-8"))
    files = {one["file"] for one in listed.values()} | {one["licence_file"] for one in listed.values()}
    assert files | {"vendor.toml"} == {path.name for path in folder.iterdir()}
    for one in listed.values():
        data = (folder / one["file"]).read_bytes()
        assert hashlib.sha256(data).hexdigest() == one["sha256"], one["file"]
        assert one["version"]
        assert one["licence"] in ("MIT", "0BSD")
        assert office.browser().get(f"/static/vendor/{one['file']}").content == data


def test_only_files_that_are_meant_to_be_are_served(office):
    for path in (
        "/static/../app.py",
        "/static/%2e%2e/app.py",
        "/static//etc/passwd",
        "/openapi.json",
        "/docs",
    ):
        assert office.browser().get(path).status_code == 404, path


def test_something_unforeseen_is_named_by_its_place_alone(office, monkeypatch, caplog):
    from web import claim_pages

    def breaks(*_):
        raise ValueError("Zephyrine 1980-02-03")

    monkeypatch.setattr(claim_pages, "next_move", breaks)
    answer = office.as_("maria").get("/claims/1")
    assert (answer.status_code, "WEB-09" in answer.text) == (500, True)
    assert "Zephyrine" not in answer.text + caplog.text
