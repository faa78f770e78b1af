"""What was quarantined is taken again, by a person's decision: the file stands in the ledger by its hash.

For a file that failed by a fault of CleanClaim's or of a version that it knows by now, for a remittance
whose practice the partners' files name by now, for an encounter whose practice was corrected. What was
taken of it already is not taken twice. All of it is one transaction; a preview takes it back.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import PurePosixPath

from config.problem import Problem
from ledger.border import kept
from ledger.encounters import inbox
from ledger.payments import remittances
from ledger.runs import settling
from ledger.runs.settling import Subject
from ledger.sending import responses
from tasks.answers import received
from tasks.answers.acknowledgments import take_file
from tasks.answers.contents import REMITTANCE, look, what_becomes
from tasks.errors import StepError
from tasks.home.home import Home
from tasks.inbox.files import LINK, NAME, InboxFile
from tasks.inbox.read_file import read_file
from tasks.payments.posting import post_file
from tasks.payments.stored import facts_in

NEVER_READ = frozenset({LINK, NAME, "INB-ACCESS", "INB-SIZE"})

ALREADY, STILL, IN_PART, TAKEN = "already", "still", "in part", "taken"


@dataclass(frozen=True, slots=True)
class Retried:
    """What became of it: `already` taken, `still` as it was, taken `in part`, or `taken`. `left` is why
    not, `counts` what the steps did."""

    state: str
    left: Sequence[Problem]
    counts: dict[str, int]


def retry(home: Home, as_of: date, subject: Subject, who: str, why: str, *, really: bool) -> Retried:
    """Takes it again; without `really` it only reports what would become of it. Where nothing can be
    taken yet, nothing is written.

    Raises StepError QUA-03 for what CleanClaim has no bytes of, and LedgerError where the ledger does.
    """
    business_on = as_of.isoformat()
    with home.ledger.whole() as act:
        if subject.kind == "response":
            done = _response(home, as_of, subject.number, why)
        elif subject.kind == "remittance":
            done = _remittance(home, as_of, subject.number)
        elif subject.kind == "inbox_file":
            done = _inbox_file(home, as_of, subject.number)
        else:
            raise StepError(
                "QUA-03", "it was never read; the next run does so once the partner lets it be read"
            )
        if done.state in (TAKEN, IN_PART):  # what is left of it is in the list, also of one settled before
            settling.say(home.ledger, subject, business_on, who, why, settled=done.state == TAKEN)
        act.taken_back = not really or done.state in (ALREADY, STILL)
    return done


def _response(home: Home, as_of: date, number: int, why: str) -> Retried:
    row, data = received.get(home.ledger, number)
    if row.state != "quarantined":
        return Retried(ALREADY, (), {})
    contents = look(home.partners.clearinghouses.get(row.clearinghouse), data)
    state, troubles = what_becomes(contents, data)
    if state != "stored":
        return Retried(STILL, troubles, {})
    with home.ledger.write() as connection:
        before = responses.troubles_of(connection, number)
        responses.take_up(connection, row, " ".join(sorted(contents.kinds)), as_of.isoformat(), why)
    take_again = post_file if REMITTANCE in contents.kinds else take_file
    counts = take_again(home, as_of, number)
    with home.ledger.write() as connection:
        after = {n: t for n, t in responses.troubles_of(connection, number).items() if n not in before}
        if not after:
            responses.keep_number(connection, row, kept(contents.headers[0].control_number))
            return Retried(TAKEN, (), counts)
        responses.withdraw(connection, list(before))
    left = list(after.values())
    gone = Counter(before.values()) - Counter(left)
    return Retried(IN_PART if gone else STILL, left, counts)


def _remittance(home: Home, as_of: date, number: int) -> Retried:
    row = remittances.get(home.ledger, number)
    if row.state == "posted" or row.taken_up:
        return Retried(ALREADY, (), {})
    for facts in facts_in(home, row.response_id):
        if not row.says(facts):
            continue
        posted = remittances.post(home.ledger, as_of.isoformat(), facts)
        if posted.state == "posted":
            counts = {"posted": 1, "claims": posted.claims, "suspense": posted.suspense}
            return Retried(TAKEN, (), {**counts, "denials": posted.denials})
        state = "unbalanced" if facts.difference else "unknown_payee" if not facts.practice else row.state
        return Retried(STILL, (_waiting(state),), {})
    raise StepError(
        "QUA-03", "the file does not hold this remittance any more as it was read then; report it"
    )


def _waiting(state: str) -> Problem:
    message, remedy = {
        "unbalanced": ("it does not balance", "ask the payer for a corrected remittance"),
        "unknown_payee": (
            "no practice has its payee's NPI or tax id",
            "add the NPI to the practice's file, then retry",
        ),
        "conflict": (
            "the same payment is posted with other content",
            "ask the payer which is right; then cleanclaim remittances release or refuse",
        ),
    }[state]
    return Problem(place="", code=f"RMT-{state.replace('_', '-').upper()}", message=message, remedy=remedy)


def _inbox_file(home: Home, as_of: date, number: int) -> Retried:
    row, before, data = inbox.get(home.ledger, number)
    if not before:
        return Retried(ALREADY, (), {})
    if any(t.code in NEVER_READ for t in before):
        raise StepError("QUA-03", "the file was never read; the next run reads it once that is corrected")
    file = InboxFile(str(home.settings.inbox / PurePosixPath(row.name)), row.name, len(data))
    fresh = read_file(home, file, data, row.sha256)
    counts = inbox.take(home.ledger, as_of.isoformat(), [fresh], anew=True)
    _, left, _ = inbox.get(home.ledger, number)
    done = {"encounters": counts.encounters, "replaced": counts.replaced, "late": counts.late}
    if not left:
        return Retried(TAKEN, (), done)
    gone = Counter(before) - Counter(left)
    return Retried(IN_PART if gone or counts.encounters else STILL, left, done)
