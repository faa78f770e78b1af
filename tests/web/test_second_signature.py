"""An act above a person's authority is signed by a second one beside it, who is known as at signing in."""

import re

import pytest
from starlette.testclient import TestClient

from config.settings import load
from ledger.queries import claim_story
from ledger.queries.suspense import suspense
from ledger.queries.work_queue import Asked, items
from ledger.trail import audit
from tasks.home.home import open_home
from tasks.operations import claim_money, users
from tasks.operations.money_acts import By
from tests.conftest import WorkingHome
from tests.tasks.answering import Adjustment, Partner, ServicePayment, date, paid, remitted
from tests.web.browsing import browsing, needs_browser, sign_in
from tests.web.conftest import MONDAY, PASSWORD, PEOPLE, TUESDAY, Office, key_of, listening
from tests.web.test_accessibility import wrong
from tests.web.test_money import desk as money_desk
from tests.web.test_second_factor import code_now, enrolled
from web.app import make_app

__all__ = ["money_desk"]

WHY = "too little to ask for"


@pytest.fixture
def desk(home: WorkingHome) -> Office:
    """A denial of $135.00, which nobody may write off alone."""
    file = home.path / "cleanclaim.toml"
    file.write_text(f"{file.read_text()}authority = {{ '*' = 10000 }}\n", encoding="utf-8")
    partner = Partner(home)
    home.drop("lakeside/1.json", home.encounter("T-1"))
    partner.collect(MONDAY)
    with home.opened() as found:
        [row] = claim_story.page(found.ledger)
    denied = ServicePayment(
        procedure="99213", charge=13500, paid=0, control_number="1", service_from=date(2026, 11, 2),
        adjustments=(Adjustment(group="CO", reason="197", amount=13500),),
    )  # fmt: skip
    partner.pay("r1.835", remitted(paid(row.patient_control_number, cents=0, status="4", lines=(denied,))))
    partner.collect(TUESDAY)
    office = Office(home)
    office.hire({name: PEOPLE[name] for name in ("maria", "carl", "bea", "lena", "ada")})
    return office


def denials(office: Office):
    with open_home(load(office.home.path)) as home:
        return items(home.ledger, TUESDAY, Asked(kinds=["denial"]))


def written_off(office: Office) -> list[str]:
    with open_home(load(office.home.path)) as home:
        return [row.detail for row in audit.rows(home.ledger, act="write off", most=50)]


def read(answer) -> dict[str, str]:
    """What the form sends back for the preview that stands above the second signature."""
    [found] = re.findall(r'name="second_read" value="(\w+)"', answer.text)
    return {"second_read": found}


def said(answer) -> tuple[int, str]:
    found = re.search(r'role="alert">(\w+-\d+)', answer.text)
    return answer.status_code, found[1] if found else ""


def test_another_person_signs_beside_the_first_and_both_are_kept(desk):
    client = desk.as_("maria")
    [denial] = denials(desk)
    address = f"/work/{denial.id}/write-off"

    def press(**fields: str):
        return desk.press(client, address, why=WHY, really="1", **fields)

    assert 'name="second"' not in desk.press(client, address, why=WHY).text, "it is not known before"
    asked = press()
    assert said(asked) == (409, "LED-15")
    assert "$135.00" in asked.text, "what it would come to stands above the signature"
    assert 'name="second_password"' in asked.text
    for second, password, code in (
        ("bea", "wrong", "SGN-01"),
        ("nobody", PASSWORD, "SGN-01"),
        ("carl", PASSWORD, "SGN-13"),
        ("ada", PASSWORD, "SGN-13"),
        ("lena", PASSWORD, "SGN-13"),
        ("maria", PASSWORD, "LED-15"),
        (" ", PASSWORD, "LED-15"),
    ):
        answer = press(second=second, second_password=password)
        assert said(answer) == (409, code), second
        assert PASSWORD not in answer.text
        assert 'name="second_password"' in answer.text, "it can be tried again"
    assert len(denials(desk)) == 1
    assert press(second="BEA", second_password=PASSWORD, **read(asked)).status_code == 303
    assert denials(desk) == []
    [detail] = written_off(desk)
    assert detail.startswith("maria and bea, 13500 cents")
    assert client.get("/").text.count(">maria</a>") == 1, "bea is signed in nowhere"


@pytest.mark.usefixtures("either_database")
def test_the_second_person_gives_a_code_where_there_is_a_second_factor_and_once(desk):
    secret, _ = enrolled(desk, "bea")
    client = desk.as_("maria")
    [denial] = denials(desk)
    code = code_now(desk, secret)

    def press(code: str, **more: str):
        fields = {"second": "bea", "second_password": PASSWORD, "second_code": code, **more}
        return desk.press(client, f"/work/{denial.id}/write-off", why=WHY, really="1", **fields)

    asked = press("")
    assert said(asked) == (409, "SGN-03")
    assert said(press("000000" if code != "000000" else "000001")) == (409, "SGN-03")
    assert press(code, **read(asked)).status_code == 303
    answer = press(code)
    assert said(answer) == (409, "SGN-03"), "the code was used"
    assert [one.startswith("maria and bea") for one in written_off(desk)] == [True]


def test_money_in_suspense_and_of_a_patient_is_signed_by_two_as_well(money_desk):
    file = money_desk.home.path / "cleanclaim.toml"
    file.write_text(f"{file.read_text()}authority = {{ '*' = 100 }}\n", encoding="utf-8")
    money_desk.app.state.homes.close()  # as after a minute
    client = money_desk.as_("maria")
    with open_home(load(money_desk.home.path)) as home:
        [lost] = suspense(home.ledger, TUESDAY)
    account = re.search(r'href="/patients/(\d+)"', client.get("/patients").text)
    assert account is not None
    for address, fields in (
        (f"/money/suspense/{lost.id}/match", {"claim": lost.candidates[0].patient_control_number}),
        (f"/patients/{account[1]}/pay", {"amount": "20.00", "method": "check", "reference": "7"}),
    ):
        asked = money_desk.press(client, address, why=WHY, really="1", **fields)
        assert said(asked) == (409, "LED-15"), address
        assert asked.text.count("It would come to") == 1
        assert asked.text.count('name="second_password"') == 1
        both = {"second": "bea", "second_password": PASSWORD, **read(asked)}
        assert money_desk.press(client, address, why=WHY, really="1", **fields, **both).status_code == 303


def test_where_a_proxy_says_who_asks_the_second_person_signs_by_the_command(desk):
    file = desk.home.path / "cleanclaim.toml"
    by_proxy = 'console_behind_proxy = true\nconsole_user_header = "X-Remote-User"\n'
    file.write_text(file.read_text() + by_proxy, encoding="utf-8")
    app = make_app(load(desk.home.path), lambda: desk.now)
    client = TestClient(app, base_url="https://127.0.0.1:4280", client=("127.0.0.1", 4000))
    client.headers.update({"X-Remote-User": "maria", "accept": "text/html"})
    key = key_of(client.get("/").text)
    [denial] = denials(desk)
    form = {"form_key": key, "why": WHY, "really": "1"}
    for more, code in (({}, "LED-15"), ({"second": "bea", "second_password": PASSWORD}, "SGN-13")):
        answer = client.post(f"/work/{denial.id}/write-off", data=form | more)
        assert said(answer) == (409, code)
        assert "signs by the command" in answer.text
        assert 'name="second_password"' not in answer.text
    assert len(denials(desk)) == 1


@pytest.mark.usefixtures("either_database")
def test_what_became_of_another_amount_since_the_second_person_read_it_is_read_again(desk):
    client = desk.as_("maria")
    [denial] = denials(desk)
    address = f"/work/{denial.id}/write-off"
    second = {"second": "bea", "second_password": PASSWORD}
    asked = desk.press(client, address, why=WHY, really="1")
    unread = desk.press(client, address, why=WHY, really="1", **second)
    assert said(unread) == (409, "SGN-14"), "nothing says what was read"
    reworded = desk.press(client, address, why="another reason", really="1", **second, **read(asked))
    assert said(reworded) == (409, "SGN-14"), "the reason is signed too"
    with open_home(load(desk.home.path)) as opened:
        by = By("carl", "a part of it was agreed")
        claim_money.write_off(
            opened, TUESDAY, by, denial.patient_control_number, denial.payer, 2500, dry_run=False
        )
    late = desk.press(client, address, why=WHY, really="1", **second, **read(asked))
    assert said(late) == (409, "SGN-14")
    assert "$110.00" in late.text
    assert [one.startswith("maria and bea") for one in written_off(desk)] == [False]
    assert desk.press(client, address, why=WHY, really="1", **second, **read(late)).status_code == 303
    assert written_off(desk)[0].startswith("maria and bea, 11000 cents")


def test_an_amount_that_is_typed_anew_under_the_preview_is_not_signed_unread(money_desk):
    file = money_desk.home.path / "cleanclaim.toml"
    file.write_text(f"{file.read_text()}authority = {{ '*' = 100 }}\n", encoding="utf-8")
    money_desk.app.state.homes.close()  # as after a minute
    client = money_desk.as_("maria")
    account = re.search(r'href="/patients/(\d+)"', client.get("/patients").text)
    assert account is not None
    address = f"/patients/{account[1]}/pay"
    fields = {"method": "check", "reference": "7", "why": WHY, "really": "1"}
    asked = money_desk.press(client, address, amount="20.00", **fields)
    second = {"second": "bea", "second_password": PASSWORD}
    answer = money_desk.press(client, address, amount="19.00", **fields, **second, **read(asked))
    assert said(answer) == (409, "SGN-14")
    assert "$19.00" in answer.text
    again = money_desk.press(client, address, amount="19.00", **fields, **second, **read(answer))
    assert again.status_code == 303


def test_who_must_have_a_second_factor_and_has_none_signs_nothing(desk):
    file = desk.home.path / "cleanclaim.toml"
    file.write_text(f'{file.read_text()}console_second_factor = ["biller"]\n', encoding="utf-8")
    client = desk.as_("maria")
    [denial] = denials(desk)
    fields = {"second": "bea", "second_password": PASSWORD}
    answer = desk.press(client, f"/work/{denial.id}/write-off", why=WHY, really="1", **fields)
    assert said(answer) == (409, "SGN-13")
    assert len(denials(desk)) == 1


def test_several_pieces_of_work_are_signed_by_two_as_well(desk):
    client = desk.as_("maria")
    [denial] = denials(desk)
    fields = {"id": denial.id, "act": "write-off", "why": WHY, "really": "1"}
    asked = desk.press(client, "/work", **fields)
    assert said(asked) == (409, "LED-15")
    assert "$135.00" in asked.text
    wrong = desk.press(client, "/work", **fields, second="bea", second_password="wrong")
    assert said(wrong) == (409, "SGN-01")
    done = desk.press(client, "/work", **fields, second="bea", second_password=PASSWORD, **read(wrong))
    assert done.status_code == 303
    assert [one.startswith("maria and bea") for one in written_off(desk)] == [True]


def test_wrong_passwords_beside_an_act_are_bounded_as_at_signing_in(desk):
    client = desk.as_("maria")
    [denial] = denials(desk)
    fields = {"second": "bea", "second_password": "wrong"}
    address = f"/work/{denial.id}/write-off"
    codes = [said(desk.press(client, address, why=WHY, really="1", **fields))[1] for _ in range(6)]
    assert codes == ["SGN-01"] * 5 + ["SGN-02"]


def test_a_person_who_is_disabled_signs_nothing(desk):
    with open_home(load(desk.home.path)) as opened:
        users.set_disabled(opened, TUESDAY, By("root", "left us"), "bea", True, dry_run=False)
    [denial] = denials(desk)
    fields = {"second": "bea", "second_password": PASSWORD}
    address = f"/work/{denial.id}/write-off"
    assert said(desk.press(desk.as_("maria"), address, why=WHY, really="1", **fields)) == (409, "SGN-01")


@pytest.mark.slow
@needs_browser
def test_two_persons_sign_in_one_browser(desk):
    from axe_playwright_python.sync_playwright import Axe

    [denial] = denials(desk)
    with listening(desk) as base, browsing(refused=True) as page:
        page.goto(f"{base}/work")
        sign_in(page, "maria")
        page.goto(f"{base}/work/{denial.id}")
        page.click("summary:has-text('Write')")
        page.fill("details[open] input[name=why]", WHY)
        page.click("details[open] button:has-text('Preview')")
        page.click("button:has-text('Do it')")
        assert page.inner_text("p[role=alert]").startswith("LED-15")
        assert wrong(page, Axe()) == []
        page.fill("input[name=second]", "bea")
        page.fill("input[name=second_password]", PASSWORD)
        with page.expect_navigation():
            page.click("button:has-text('Do it')")
        assert denials(desk) == []
        assert page.inner_text("form.who a") == "maria"
