"""Lists as a person reads them: whole at any width, and only what was asked for."""

import json
import re
from datetime import date

import pytest
import typer
from typer.testing import CliRunner

from console.answer import ALL_DONE, DONE_WITH_HOLDS, WIDE
from console.command import app
from ledger.queries.suspense import suspense

OF_NO_HOME = ("edits list",)


def lists():
    """Every list of the program as one types it, with the options that it takes."""
    found = {}

    def look(command, path):
        group = hasattr(command, "list_commands")
        for name in command.list_commands(None) if group else ():
            look(command.get_command(None, name), [*path, name])
        takes = {option for parameter in command.params for option in parameter.opts}
        if path[-1:] == ["list"] or (path and group and "--limit" in takes):
            found[" ".join(path)] = takes

    look(typer.main.get_command(app), [])
    return found


LISTS = lists()
OPTIONS = {"--owner", "--payer", "--practice"}
NOT_ASKED = {
    "authorizations list": ({"--owner", "--practice"}, "it is a member's, whoever treats; no desk works it"),
    "batches list": ({"--owner"}, "its claims are of several desks"),
    "causes list": ({"--owner"}, "shares of all that was denied, whoever works it"),
    "claims list": ({"--owner"}, "a claim goes from desk to desk: `work list` says where it lies"),
    "coding": ({"--payer"}, "a visit that is not coded has no claim yet, and its payer in its document only"),
    "coding-audits list": ({"--owner", "--payer"}, "an audit is of a practice's visits; auditors work it"),
    "contracts list": ({"--owner"}, "kept, not worked"),
    "credits list": ({"--owner"}, "no desk is named for credits"),
    "day list": (OPTIONS, "days of the whole home"),
    "deposits list": ({"--owner"}, "all of it is the bank's side of the books, open or not"),
    "edits list": (OPTIONS, "the program's own edits"),
    "enrolments list": ({"--owner"}, "kept, not worked"),
    "estimates list": (
        {"--owner", "--payer"},
        "for patients who are not insured, or who pay by themselves (45 CFR 149.610)",
    ),
    "measures list": ({"--owner"}, "figures of a practice or payer, whoever works them"),
    "month list": (OPTIONS, "months of the whole home"),
    "patients list": ({"--owner", "--payer"}, "an account is a person's, with claims to several payers"),
    "risk-adjustment list": ({"--owner"}, "figures of a practice or payer, whoever works them"),
    "statements list": ({"--owner", "--payer"}, "to a person, of claims to several payers"),
    "users list": (OPTIONS, "people who sign in"),
    "visits list": ({"--owner", "--payer"}, "an appointment names no payer, and no desk is named for it"),
}
"""Which of the options a list does not take, and why: its rows do not have the fact."""


def ask(home, words, columns=None):
    environment = {"COLUMNS": str(columns) if columns else None}
    of = [] if words.startswith(OF_NO_HOME) else ["--home", str(home.path)]
    return CliRunner().invoke(app, [*words.split(), *of], env=environment)


def listed(home, words, key):
    return json.loads(ask(home, f"{words} --json").stdout)[key]


@pytest.mark.parametrize("columns", [60, 80, None])
@pytest.mark.parametrize("words", [*LISTS, "status"])
def test_a_list_is_no_wider_than_it_may_be_and_cuts_nothing(two_nights, words, columns):
    asked = ask(two_nights, words, columns)
    assert asked.exit_code in (ALL_DONE, DONE_WITH_HOLDS), asked.output
    shown = asked.stdout
    assert max(map(len, shown.splitlines())) <= (columns or WIDE)
    assert "…" not in shown
    assert "\x1b" not in shown, "no colour where nobody sees it"


def test_every_list_takes_the_three_options_or_says_why_it_does_not():
    assert len(LISTS) > 25
    missing = {words: OPTIONS - takes for words, takes in LISTS.items() if not takes >= OPTIONS}
    assert missing == {words: options for words, (options, _) in NOT_ASKED.items()}, (
        "a list without one of them is in NOT_ASKED, with the reason"
    )


def squeezed(text):
    return re.sub(r"\s+", "", text)


@pytest.mark.parametrize("columns", [60, 80, 200])
@pytest.mark.parametrize(
    ("words", "key", "told"),
    [
        ("work list", "work", "action"),
        ("denials list", "denials", "action"),
        ("rejections", "rejections", "remedy"),
        ("alerts list", "alerts", "remedy"),
        ("holds", "held", "fix"),
        ("quarantine", "files", "remedy"),
    ],
)
def test_advice_is_shown_to_its_last_word_with_its_words_whole(two_nights, words, key, told, columns):
    shown = ask(two_nights, words, columns).stdout
    for row in listed(two_nights, words, key):
        assert set(row[told].split()) <= set(shown.split())
        if columns < 100:  # rows are blocks there: the sentence stands by itself
            assert squeezed(row[told]) in squeezed(shown)


@pytest.mark.parametrize(
    ("words", "key", "option", "of"),
    [
        ("denials list", "denials", "owner", "owner"),
        ("denials list", "denials", "payer", "payer"),
        ("denials list", "denials", "practice", "practice"),
        ("rejections", "rejections", "owner", "owner"),
        ("rejections", "rejections", "payer", "payer"),
        ("holds", "held", "practice", "practice"),
        ("holds", "unanswered", "payer", "payer"),
        ("alerts list", "alerts", "owner", "owner"),
        ("quarantine", "files", "owner", "owner"),
        ("quarantine", "files", "practice", "practice"),
        ("rejections", "rejections", "practice", "practice"),
        ("work list", "work", "owner", "owner"),
        ("work list", "work", "payer", "payer"),
        ("work list", "work", "practice", "practice"),
        ("claims list", "claims", "payer", "payer"),
        ("claims list", "claims", "practice", "practice"),
        ("remittances list", "remittances", "payer", "payer"),
        ("remittances list", "remittances", "practice", "practice"),
        ("coding", "needs_coding", "practice", "practice"),
        ("patients list", "accounts", "practice", "practice"),
        ("suspense", "suspense", "payer", "payer"),
        ("suspense", "suspense", "practice", "practice"),
    ],
)
def test_an_option_keeps_exactly_the_rows_that_have_it(two_nights, words, key, option, of):
    words += " --limit 1000"
    rows = listed(two_nights, words, key)
    assert rows
    for value in {row[of] for row in rows if row[of]}:
        kept = listed(two_nights, f"{words} --{option} {value.upper()}", key)
        assert kept == [row for row in rows if row[of] == value]


@pytest.mark.parametrize(
    ("words", "key", "desk"),
    [
        ("coding", "needs_coding", "CODING"),
        ("suspense", "suspense", "POSTING"),
        ("remittances list", "remittances", "POSTING"),
    ],
)
def test_a_list_that_one_desk_works_is_its_whole_and_empty_for_another(two_nights, words, key, desk):
    rows = listed(two_nights, words, key)
    assert rows
    assert listed(two_nights, f"{words} --owner {desk}", key) == rows
    assert listed(two_nights, f"{words} --owner APPEALS", key) == []
    assert ask(two_nights, f"{words} --owner me").exception.code == "LST-01"


def test_pages_of_denials_are_together_the_whole_list_in_its_order(two_nights):
    whole = json.loads(ask(two_nights, "denials list --json").stdout)
    assert whole["next_after"] is None
    assert whole["count"] == len(whole["denials"]) > 4
    seen, after, pages = [], 0, 0
    while after is not None:
        page = json.loads(ask(two_nights, f"denials list --limit 2 --after {after} --json").stdout)
        assert (page["count"], page["cents"]) == (whole["count"], whole["cents"])
        seen, after, pages = seen + page["denials"], page["next_after"], pages + 1
    assert seen == whole["denials"]
    assert pages > 2
    assert "More: --after" in ask(two_nights, "denials list --limit 2").stdout
    assert ask(two_nights, "denials list --limit 2 --after 999999").exit_code == 0


@pytest.mark.parametrize(
    ("words", "key"),
    [
        ("rejections", "rejections"),
        ("alerts list", "alerts"),
        ("batches list", "batches"),
        ("remittances list", "remittances"),
        ("suspense", "suspense"),
        ("claims list", "claims"),
        ("coding", "needs_coding"),
        ("holds --only held", "held"),
        ("holds --only held --payer harbor", "held"),
        ("holds --only rejected", "rejected"),
        ("holds --only unanswered", "unanswered"),
        ("quarantine --only files", "files"),
    ],
)
def test_pages_of_a_list_are_together_the_whole_list(two_nights, words, key):
    whole = listed(two_nights, f"{words} --limit 1000", key)
    seen, after = [], 0
    while after is not None:
        page = json.loads(ask(two_nights, f"{words} --limit 3 --after {after} --json").stdout)
        assert len(page[key]) <= 3
        more = page["next_after"]
        seen, after = seen + page[key], more[key] if isinstance(more, dict) else more
    assert seen == whole


def test_a_cursor_of_several_lists_names_its_list(two_nights):
    for words in ("holds --after 3", "holds --only denials", "quarantine --after 1"):
        assert ask(two_nights, words).exception.code == "LST-02"
    found = json.loads(ask(two_nights, "holds --only held --limit 1 --json").stdout)
    assert [len(found[key]) for key in ("held", "rejected", "unanswered", "late")] == [1, 0, 0, 0]
    assert f"More: --only held --after {found['next_after']['held']}" in " ".join(
        ask(two_nights, "holds --limit 1", 200).stdout.split()
    )


def test_batches_and_holds_are_found_by_whose_claims_they_are(two_nights):
    every = listed(two_nights, "batches list", "batches")
    of_evergreen = listed(two_nights, "batches list --payer evergreen", "batches")
    assert 0 < len(of_evergreen) < len(every)
    held = {h["edit_id"] for h in listed(two_nights, "holds --owner credentialing", "held")}
    assert held == {"NPI-01"}
    assert listed(two_nights, "holds --payer harbor", "held")


def test_a_name_that_nobody_has_is_refused_with_those_that_there_are(two_nights):
    for words in ("denials list --payer harbr", "holds --practice nowhere", "alerts list --owner me"):
        refused = ask(two_nights, words)
        assert refused.exception.code == "LST-01"
        assert "there are: " in str(refused.exception)
    assert ask(two_nights, "suspense --payer senior").exit_code == 0, "a payer of ours"


def test_money_in_suspense_is_rows_with_what_the_payer_names_and_its_age(two_nights):
    [row] = listed(two_nights, "suspense", "suspense")
    assert (row["payer"], row["patient_control_number"], row["cents"]) == ("harbor", "UNKNOWN77", 9600)
    assert row["trace"]
    assert row["payer_claim_control_number"]
    with two_nights.opened() as opened:
        [aged] = suspense(opened.ledger, date(2026, 11, 27))
    assert aged.days == (date(2026, 11, 27) - date.fromisoformat(row["paid_on"])).days
    shown = ask(two_nights, "suspense", 80).stdout
    assert "UNKNOWN77" in shown
    assert "$96.00" in shown
