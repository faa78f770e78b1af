"""What may be pressed on a piece of work or a claim: which right it needs, its fields, and the operation.

The operations are the command's own. `acts_of` offers what `cleanclaim work show` offers for a piece of work;
what has no form here yet is shown as the command to type.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from config.dollars import cents_of, dollars
from ledger.books.acts import Done
from ledger.books.work_items import OPEN, SETTLED
from ledger.queries.work_queue import NOBODY, Item
from tasks.errors import StepError
from tasks.home.home import Home
from tasks.operations import (
    appeal_work,
    ask_status,
    bill_conditionally,
    bill_next_payer,
    correct_claim,
    draft_encounter,
    override_edit,
    resend_claim,
    resubmit_rejected,
    work_acts,
)
from tasks.operations.money_acts import By
from tasks.operations.work_acts import Change, Changed
from tasks.people.rights import Right
from tasks.work.commands import commands_of
from web.desk import Form

LONGEST = 2000
"""Letters of one field."""

CameTo = Changed | Done | str | list[str]
"""What an act came to; in a dry run, what it would come to."""


@dataclass(frozen=True, slots=True)
class Field:
    """A field of an act's form. `kind`: text, dollars, day, lines, choice, or ticks (any of the choices).
    `labels` are the choices in words, where they are not words; `value` is what it says at first, of ticks
    those that are ticked, with blanks between."""

    name: str
    label: str
    kind: str = "text"
    choices: tuple[str, ...] = ()
    hint: str = ""
    required: bool = True
    labels: tuple[str, ...] = ()
    value: str = ""


@dataclass(frozen=True, slots=True)
class Asked:
    """What is pressed, on which work, by whom. A dry run writes nothing."""

    home: Home
    day: date
    by: By
    items: Sequence[Item]
    form: Form
    dry_run: bool

    @property
    def item(self) -> Item:
        """The piece of work, where the act is on one alone."""
        (one,) = self.items
        return one

    def field(self, name: str) -> str:
        value = self.form.get(name, "").strip()
        if len(value) > LONGEST:
            raise StepError("WEB-05", f"{name} has {LONGEST} letters at most")
        return value

    def lines(self, name: str) -> list[str]:
        return [line.strip() for line in self.field(name).splitlines() if line.strip()]

    def ticked(self, name: str) -> list[str]:
        """Those of the choices that were ticked."""
        return [one[:LONGEST] for one in self.form.getlist(name)]

    def cents(self, name: str) -> int:
        """An amount in dollars, 0 where none is given. Raises StepError WEB-08."""
        text = self.field(name)
        if not text:
            return 0
        cents = cents_of(text)
        if cents is None:
            raise StepError("WEB-08", f"{name} is an amount in dollars, like 1,250.00")
        return cents

    def on(self, name: str) -> date:
        try:
            return date.fromisoformat(self.field(name))
        except ValueError:
            raise StepError("WEB-08", f"{name} is a day, like 2026-12-20") from None


@dataclass(frozen=True, slots=True)
class Act:
    """An act: its button, the right that it needs, what its form asks for besides the reason, and what it
    does. `said_of` has what it came to in lines."""

    key: str
    label: str
    right: Right
    do: Callable[[Asked], CameTo]
    fields: tuple[Field, ...] = ()


def _work(act: Callable[..., Changed], *names: str) -> Callable[[Asked], Changed]:
    """An act of `work_acts` on pieces of work; `names` are the fields that it takes."""

    def do(asked: Asked) -> Changed:
        given = [asked.on(name) if name == "until" else asked.field(name) for name in names]
        ids = [item.id for item in asked.items]
        return act(asked.home, asked.day, asked.by, ids, *given, dry_run=asked.dry_run)

    return do


def _assign(home: Home, day: date, by: By, ids: Sequence[int], to: str, *, dry_run: bool) -> Changed:
    return work_acts.assign(home, day, by, ids, "" if to == NOBODY else to, dry_run=dry_run)


def _claim(act: Callable[..., Done]) -> Callable[[Asked], Done]:
    """An act on the claim of a piece of work."""

    def do(asked: Asked) -> Done:
        number = asked.item.patient_control_number or asked.item.reference
        return act(asked.home, asked.day, asked.by, number, dry_run=asked.dry_run)

    return do


def _draft(asked: Asked) -> list[str]:
    done = draft_encounter.draft(
        asked.home, asked.day, asked.by, asked.item.id,
        changes=asked.lines("changes"), out=None, dry_run=asked.dry_run,
    )  # fmt: skip
    if not done.changes:
        raise StepError("WRK-06", "nothing is changed: write PLACE=VALUE, one a line")
    said = [f"{c.place}: {c.before or '-'} to {c.after or '-'}" for c in done.changes]
    return [*said, f"encounter {done.encounter} version {done.version}: the next run takes it"]


def _override(asked: Asked) -> list[str]:
    edit, until = asked.item.procedure, asked.on("until")
    if not asked.dry_run:
        override_edit.override(
            asked.home, asked.item.reference, edit,
            who=asked.by.who, why=asked.by.why, until=until, as_of=asked.day,
        )  # fmt: skip
    return [f"{edit} does not hold encounter {asked.item.reference} any more until {until}"]


def _again(asked: Asked) -> list[str]:
    going = resubmit_rejected.resubmit(
        asked.home, asked.day, [asked.item.reference], None, asked.by, really=not asked.dry_run
    )
    return [
        f"claim {one.patient_control_number} goes again, {dollars(one.charge_cents)}" for one in going
    ] or ["nothing to do: it went again meanwhile"]


def _appeal(asked: Asked) -> list[str]:
    done = appealed(asked)
    due = f"; its answer is due {done.due_on}" if done.due_on else ""
    return [f"work {done.work}: {done.name}{due}", f"the letter: {done.file.name}"]


def appealed(asked: Asked) -> appeal_work.Appealed:
    """The appeal of a piece of work, with its letter."""
    return appeal_work.appeal(
        asked.home, asked.day, asked.by, asked.item.id,
        channel=asked.field("channel") or "mail", argument=asked.field("argument"),
        enclosures=asked.lines("enclose"), dry_run=asked.dry_run,
    )  # fmt: skip


def said_of(done: CameTo) -> list[str]:
    """What an act came to, in lines."""
    if isinstance(done, Changed):
        lines = [_line(c) for c in done.changes]
        return lines or ["nothing to change: that is how it stands"]
    if isinstance(done, Done):
        return [
            done.what,
            *(f"{p.account} {p.payer or 'patient'}: {dollars(p.cents)}" for p in done.postings),
        ]
    return [done] if isinstance(done, str) else done


def _line(change: Change) -> str:
    """What becomes of a piece of work, with its amount once."""
    amount = dollars(change.cents) if change.cents else ""
    return f"work {change.id}: {change.what}" + (f", {amount}" if amount not in change.what else "")


_TO = Field("to", "To whom", hint="a user's name; - is nobody")
_UNTIL = Field("until", "Until", "day")

ACTS: Final = {
    act.key: act
    for act in (
        Act("draft", "Correct the encounter", "code", _draft, (
            Field("changes", "Changes", "lines", hint="PLACE=VALUE, one a line: lines[2].modifiers[1]=59"),
        )),
        Act("override", "Let it go although the edit holds it", "code", _override, (_UNTIL,)),
        Act("again", "Send it again as it is now", "bill", _again),
        Act("correct", "Send the correction", "bill", _claim(correct_claim.correct)),
        Act("refuse-correction", "Leave the claim as it is", "bill", _claim(correct_claim.refuse)),
        Act("bill-next", "Bill the next payer", "bill", _claim(bill_next_payer.bill)),
        Act("bill-conditional", "Ask Medicare to pay conditionally", "bill",
            _claim(bill_conditionally.bill)),
        Act("ask-status", "Ask the payer for its status", "bill", _claim(ask_status.ask)),
        Act("resend", "Send it again: the payer does not have it", "bill", _claim(resend_claim.resend)),
        Act("void", "Take the claim back", "bill", _claim(correct_claim.void)),
        Act("appeal", "Appeal", "bill", _appeal, (
            Field("channel", "How it goes", "choice", appeal_work.CHANNELS),
            Field("enclose", "What goes with it", "lines", hint="one a line: Records of the visit",
                  required=False),
            Field("argument", "A paragraph of your own", "lines", hint="it stands in the letter alone",
                  required=False),
        )),
        Act("appeal-lost", "The payer said no by letter", "bill",
            lambda a: appeal_work.lose(a.home, a.day, a.by, a.item.id, dry_run=a.dry_run)),
        Act("appeal-withdraw", "Take the appeal back", "bill",
            lambda a: appeal_work.withdraw(a.home, a.day, a.by, a.item.id, dry_run=a.dry_run)),
        Act("accept", "Take what the payer allowed as its price", "bill", _work(work_acts.accept)),
        Act("write-off", "Write it off", "bill", _work(work_acts.write_off)),
        Act("resolve", "It was dealt with", "work", _work(work_acts.resolve, "outcome"), (
            Field("outcome", "Outcome", "choice", work_acts.OUTCOMES),
        )),
        Act("reopen", "Open it again", "work", _work(work_acts.reopen)),
        Act("assign", "Assign", "work", _work(_assign, "to"), (_TO,)),
        Act("snooze", "Snooze", "work", _work(work_acts.snooze, "until"), (_UNTIL,)),
        Act("wake", "Wake", "work", _work(work_acts.wake)),
        Act("note", "Keep a note", "work", _work(work_acts.note)),
    )
}  # fmt: skip
"""By key, in the order in which they are offered after those of the work's own kind."""

_OF_COMMAND: Final = {
    "work draft": "draft", "work appeal": "appeal", "work appeal-lost": "appeal-lost",
    "work appeal-withdraw": "appeal-withdraw", "work write-off": "write-off", "work accept": "accept",
    "work resolve": "resolve", "work note": "note", "claims correct": "correct",
    "claims refuse-correction": "refuse-correction", "claims bill-next": "bill-next",
    "claims bill-conditional": "bill-conditional", "claims ask-status": "ask-status",
    "claims resend": "resend", "claims void": "void",
    "rejections again": "again", "holds override": "override",
}  # fmt: skip
_LOOKS: Final = ("claims show", "holds", "batches show")
"""Commands that only look: the page shows what they do."""


@dataclass(frozen=True, slots=True)
class Offered:
    """An act that may be pressed now, in the words of its kind of work."""

    act: Act
    words: str


def acts_of(
    item: Item, may: Callable[[Right], bool]
) -> tuple[list[Offered], list[Offered], list[tuple[str, str]]]:
    """The next acts of a piece of work, the likeliest first; what may be done with any; and those that have
    no form here, as words and the command."""
    found: dict[str, Offered] = {}
    typed: list[tuple[str, str]] = []
    for command in commands_of(item):
        words = command.typed.split()[1:3]
        key = _OF_COMMAND.get(" ".join(words))
        if key is None:
            if " ".join(words) not in _LOOKS:
                typed.append((command.words, command.typed))
        elif may(ACTS[key].right) and "--dry-run" not in command.typed:  # each form has a preview of its own
            found.setdefault(key, Offered(ACTS[key], command.words))
    of_state = {OPEN: ["assign", "note", "snooze"], SETTLED: ["note", "reopen"]}
    always = of_state.get(item.state, ["note"])
    if item.snoozed_until_on and item.state == OPEN:
        always.append("wake")
    others = [
        Offered(ACTS[key], ACTS[key].label) for key in always if key not in found and may(ACTS[key].right)
    ]
    return list(found.values()), others, typed


def tomorrow(day: date) -> str:
    """The first day that a snooze may end on."""
    return (day + timedelta(days=1)).isoformat()
