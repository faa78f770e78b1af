"""What was quarantined is settled by a person who dealt with it in another way, or opened again."""

from dataclasses import dataclass
from datetime import date

from ledger.queries.money import remittances
from ledger.queries.night import problems
from ledger.runs import settling
from ledger.runs.settling import Subject
from tasks.errors import StepError
from tasks.home.home import Home


@dataclass(frozen=True, slots=True)
class Quarantined:
    """A file or remittance in quarantine, with its name for people."""

    subject: Subject
    name: str


def quarantined(home: Home, number: str) -> Quarantined:
    """What an id of the list means: `12` a file, `R3` a remittance.

    Raises StepError QUA-01 where nothing in quarantine has this id.
    """
    number = number.strip()
    if number[:1] in ("R", "r") and number[1:].isdecimal():
        of = next((r for r in remittances(home.ledger) if r.id == int(number[1:])), None)
        if of is not None and of.state != "posted":
            return Quarantined(Subject("remittance", of.id), f"remittance {of.trace}")
    elif number.isdecimal():
        problem = next((p for p in problems(home.ledger) if p.id == int(number)), None)
        if problem is not None:
            return Quarantined(problem.subject, problem.name)
    raise StepError("QUA-01", f"nothing in quarantine has the id {number}; see `cleanclaim quarantine`")


def settle(home: Home, as_of: date, one: Quarantined, who: str, why: str, *, settled: bool) -> bool:
    """Takes it out of the list, or puts it back (not `settled`). False: that is how it stands already.

    Raises StepError QUA-02 without a reason.
    """
    why = why.strip()
    if not why:
        raise StepError("QUA-02", "say in --why what was done: it stays in the history")
    return settling.say(home.ledger, one.subject, as_of.isoformat(), who, why, settled=settled)
