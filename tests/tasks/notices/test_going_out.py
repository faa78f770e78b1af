"""Alerts go out once to each who is notified, whatever a server does, and nothing private with them."""

import hashlib
import hmac
import json
import threading
from datetime import UTC, datetime

import pytest

from config.errors import ConfigurationError
from config.settings import load
from ledger.queries import notices as notice_queries
from ledger.queries import work
from ledger.runs import alerts
from ledger.runs import notices as ledger_notices
from tasks.notices import going_out
from tasks.notices.trying import reachable, send_test
from tests.tasks.notices.servers import certificate, mail_server, web_server
from tests.tasks.operations.killing import killed
from tests.waiting import until

NOW = datetime(2026, 11, 17, 12, tzinfo=UTC)
NIGHT = "2026-11-16"
CANARIES = ("Zephyrine", "Quill", "W17770001", "J02.9")
ANN, BEN = "ann@office.example", "ben@office.example"


def tells(home, *, mail=None, web=None, people=(ANN, BEN), digests="", extra=""):
    """Settings of a home that tells people."""
    lines = ["demo = true", "settle_seconds = 0", f'digest_cron = "{digests}"']
    if mail is not None:
        lines += [f"notify_emails = {json.dumps(list(people))}", 'notify_from = "claims@office.example"']
        lines += ['smtp_host = "127.0.0.1"', f"smtp_port = {mail.port}"]
        lines += [] if mail.tls else ['smtp_security = "none"']
    if web is not None:
        lines += [f'webhook_url = "http://127.0.0.1:{web.port}/hook"']
    (home.path / "cleanclaim.toml").write_text("\n".join([*lines, extra]), "utf-8")


def raised(
    opened, key="stopped:northgate:1", code="ACK-STOP", message="northgate refused interchange 000000001"
):
    assert alerts.report(opened.ledger, key, NIGHT, code, message, "correct the partner's file")


def open_codes(opened):
    return [a.code for a in work.alerts(opened.ledger)]


@pytest.mark.usefixtures("either_database")
def test_an_alert_goes_out_once_to_each_person_and_again_when_its_cause_comes_again(home):
    with mail_server() as mail, web_server() as web:
        tells(home, mail=mail, web=web, extra='runbook_url = "https://wiki.example/alerts"')
        with home.opened() as opened:
            raised(opened)
            raised(opened, "left", "RSP-LEFT", "a note, which goes to nobody")
            for _ in range(3):
                going_out.go_out(opened, NOW)
            [first] = mail.to(ANN)
            assert [len(mail.to(BEN)), len(web.taken)] == [1, 1]
            text = first.get_content()
            assert first["Subject"] == (
                "[CleanClaim] urgent: A partner refused a file for an error in the setup, and sending to it "
                "stopped (ACK-STOP)"
            )
            for words in (
                "northgate refused",
                "It means: No claim goes",
                "Press: correct the partner's file",
            ):
                assert words in text
            assert "https://wiki.example/alerts#ack-stop" in text
            assert "RSP-LEFT" not in text
            alerts.settle_causes(opened.ledger, "stopped")
            raised(opened)
            assert going_out.go_out(opened, NOW).sent == 3
            assert len({mail["Message-ID"] for _, mail in mail.taken}) == 4
            assert [n.outcome for n in notice_queries.notices(opened.ledger)] == ["sent"] * 6


def test_what_one_recipient_refuses_reaches_the_others_and_goes_again_later(home):
    with mail_server(refuses={ANN}) as mail, web_server() as web:
        web.answers = 500
        tells(home, mail=mail, web=web)
        with home.opened() as opened:
            raised(opened)
            done = going_out.go_out(opened, NOW)
            assert done.sent == len(mail.to(BEN)) == 1
            assert done.failed == {
                f"mail:{ANN}": "the mail server refused the recipient (550)",
                "webhook": "its server answered 500",
            }
            assert sorted(open_codes(opened)) == ["ACK-STOP", "NTC-01", "NTC-01"]
            assert notice_queries.waiting(opened.ledger) == 2
            mail.refuses.clear()
            web.answers = 204
            assert going_out.go_out(opened, NOW).sent == 2
            assert [len(mail.to(one)) for one in (ANN, BEN)] == [1, 1]
            assert open_codes(opened) == ["ACK-STOP"], (
                "what it failed to send is over, and was sent to nobody"
            )
            first, again = (json.loads(body)["id"] for _, _, _, body in web.taken)
            assert first == again, "the same notice"


def test_one_who_does_not_answer_delays_nobody_and_is_given_up(home):
    with mail_server(hangs={ANN}) as mail, web_server() as web:
        tells(home, mail=mail, web=web)

        def answer_at_last():
            until(lambda: mail.to(BEN) and web.taken)
            mail.over.set()

        helping = threading.Thread(target=answer_at_last)
        with home.opened() as opened:
            raised(opened)
            helping.start()
            assert going_out.go_out(opened, NOW).sent >= 2, "its server may have given it up by then"
        helping.join()
    never = threading.Event()
    lanes = [[(1, never.wait), (2, never.set)]]
    assert sorted(going_out.by_deadline(0.05, lanes)) == [
        (1, "no end after 0 seconds"),
        (2, "no end after 0 seconds"),
    ]
    never.set()


@pytest.mark.usefixtures("either_database")
def test_one_that_is_killed_between_claim_sending_and_note_is_sent_at_least_once_under_one_id(home):
    with mail_server() as mail:
        tells(home, mail=mail, people=(ANN,))
        with home.opened() as opened:
            raised(opened)
        point = 1
        while killed(home, lambda opened: going_out.go_out(opened, NOW), point):
            point += 1
            with home.opened() as opened:
                going_out.go_out(opened, NOW)
                alerts.settle_causes(opened.ledger, "stopped")
                assert notice_queries.waiting(opened.ledger) == 0
                raised(opened)
        assert point > 2, "it was killed after a claim, and after sending"
        ids = [one["Message-ID"] for one in mail.to(ANN)]
        assert len(set(ids)) == point, "each time that it was raised was notified"
        assert len(ids) > len(set(ids)), "one that was sent and not noted came twice, and says so by its id"


@pytest.mark.usefixtures("either_database")
def test_two_processes_at_once_send_one_notice(home):
    with mail_server() as mail:
        tells(home, mail=mail, people=(ANN,))
        with home.opened() as opened, home.opened() as other:
            raised(opened)
            with going_out.alone(opened):
                assert going_out.go_out(other, NOW) == going_out.Sent(0, {})
            assert ledger_notices.claim_alerts(opened.ledger, f"mail:{ANN}", NIGHT, (), 50)
            assert not ledger_notices.claim_alerts(other.ledger, f"mail:{ANN}", NIGHT, (), 50)
            assert going_out.go_out(other, NOW).sent == 1
            assert going_out.go_out(opened, NOW).sent == 0


def test_what_is_over_before_it_went_out_is_told_to_nobody(home):
    with mail_server(refuses={ANN}) as mail:
        tells(home, mail=mail, people=(ANN,))
        with home.opened() as opened:
            raised(opened)
            assert going_out.go_out(opened, NOW).failed
            alerts.settle_causes(opened.ledger, "stopped")
            mail.refuses.clear()
            assert going_out.go_out(opened, NOW) == going_out.Sent(0, {})
            assert [n.outcome for n in notice_queries.notices(opened.ledger)] == ["over"]
            assert open_codes(opened) == []


def test_nothing_private_goes_out_whatever_an_alert_or_a_server_says(home, caplog):
    canary = " ".join(CANARIES)
    with mail_server(refuses={BEN}) as mail, web_server() as web:
        tells(home, mail=mail, web=web)
        with home.opened() as opened:
            for number, code in enumerate(("INB-SHORT", "PAY-NEXT", "AUD-02", "LED-13", "NEW-01")):
                raised(opened, str(number), code, f"{canary} counts 3 files")
            done = going_out.go_out(opened, NOW)
            said = [mail.bytes, *(body.decode() for *_, body in web.taken), str(done.failed), caplog.text]
            assert len(mail.to(ANN)) == len(web.taken) == 1
            assert [c for c in CANARIES if any(c in one for one in said)] == []
            assert "cleanclaim alerts list" in said[0]
            assert not any("Zephyrine" in a.message for a in work.alerts(opened.ledger) if a.code == "NTC-01")


def test_mail_is_encrypted_and_signed_in_and_a_server_that_is_not_verified_gets_nothing(
    home, tmp_path, monkeypatch
):
    pem = certificate(tmp_path)
    monkeypatch.setenv("CLEANCLAIM_SMTP_PASSWORD", "right")
    with mail_server(tls=pem, user=("claims", "right")) as mail:
        tells(home, mail=mail, people=(ANN,), extra='smtp_user = "claims"')
        with home.opened() as opened:
            assert send_test(opened.settings, NOW) == {
                f"mail:{ANN}": "the mail server could not be used (SSLCertVerificationError)"
            }
        tells(home, mail=mail, people=(ANN,), extra=f'smtp_user = "claims"\nnotify_authorities = "{pem}"')
        with home.opened() as opened:
            assert dict(reachable(opened.settings)) == {"e-mail": ""}
            assert mail.taken == [], "looked at, and nothing sent"
            assert send_test(opened.settings, NOW) == {f"mail:{ANN}": None}
            assert mail.to(ANN)[0]["Subject"] == "[CleanClaim] test"
        monkeypatch.setenv("CLEANCLAIM_SMTP_PASSWORD", "wrong")
        with home.opened() as opened:
            why = "the mail server refused (SMTPAuthenticationError, 535)"
            assert dict(reachable(opened.settings)) == {"e-mail": why}


def test_a_post_is_signed_verified_and_never_redirected(home, tmp_path, monkeypatch):
    pem = certificate(tmp_path)
    monkeypatch.setenv("CLEANCLAIM_WEBHOOK_SECRET", "key")
    with web_server(tls=pem) as web:
        monkeypatch.setenv("CLEANCLAIM_WEBHOOK_URL", f"https://127.0.0.1:{web.port}/hook/Token1")
        with home.opened() as opened:
            assert send_test(opened.settings, NOW) == {
                "webhook": "its server could not be used (ConnectError)"
            }
        monkeypatch.setenv("CLEANCLAIM_NOTIFY_AUTHORITIES", str(pem))
        with home.opened() as opened:
            assert send_test(opened.settings, NOW) == {"webhook": None}
            assert "Token1" not in repr(opened.settings)
            web.answers = 302
            assert send_test(opened.settings, NOW) == {"webhook": "its server answered 302"}
    _, _, headers, body = web.taken[0]
    at = int(NOW.timestamp())
    digest = hmac.new(b"key", f"{at}.".encode() + body, hashlib.sha256).hexdigest()
    assert headers["X-CleanClaim-Signature"] == f"v1={digest}"
    assert headers["X-CleanClaim-Timestamp"] == str(at)
    assert headers["Idempotency-Key"] == json.loads(body)["id"]
    assert web.paths == ["/hook/Token1"] * 2, "nothing was asked elsewhere"


def test_settings_that_can_not_work_are_said_and_fail_no_run(home):
    for extra, why in (
        ('webhook_url = "https://192.0.2.1/hook"', "a home made for the demo reaches this machine only"),
        ('webhook_url = "ftp://127.0.0.1/hook"', "webhook_url is no address like https://host/path"),
        ('webhook_url = "https://me:word@127.0.0.1/"', "webhook_url is no address like https://host/path"),
        ('webhook_url_file = "no/such"', "webhook_url_file can't be read"),
        ('notify_emails = ["ann@office.example"]', "notify_emails needs smtp_host and notify_from"),
    ):
        tells(home, extra=extra)
        with home.opened() as opened:
            alerts.report(opened.ledger, extra, NIGHT, "ACK-STOP", "northgate refused")
            [(_, fault)] = reachable(opened.settings)
            assert why in fault
            [said] = going_out.go_out(opened, NOW).failed.values()
            assert said == fault


def test_in_the_clear_only_this_machine_is_reached(home):
    (home.path / "cleanclaim.toml").write_text('webhook_url = "http://192.0.2.1/hook"', "utf-8")
    [(_, fault)] = reachable(load(home.path))
    assert fault == "the host of webhook_url is another machine, and it is not encrypted"


def test_a_password_in_the_settings_file_is_refused_with_the_remedy(home):
    for key in ("smtp_password", "webhook_secret"):
        tells(home, extra=f'{key} = "word"')
        with pytest.raises(ConfigurationError, match=f"CFG-07.*CLEANCLAIM_{key.upper()}.*{key}_file"):
            load(home.path)
