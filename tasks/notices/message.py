"""A notice as a message: what happened, what it means, what to press, where the runbook says more."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from config.counted import counted
from config.settings import Settings
from ledger.runs.notices import Notified
from tasks.notices.words import SEVERITIES, WORDS, words_of

PAGE = "docs/reference/alerts.md"
LONGEST = 400  # characters of what an alert says
SUBJECT = "[CleanClaim]"


@dataclass(frozen=True, slots=True)
class Message:
    """`text` is the e-mail; `data` what a webhook gets beside it."""

    subject: str
    text: str
    data: dict[str, Any] = field(default_factory=dict)


def of_alerts(settings: Settings, notified: Sequence[Notified]) -> Message:
    """The message of these alerts, the most severe first."""
    shown = sorted(notified, key=lambda one: (SEVERITIES.index(words_of(one.code).severity), one.id))
    rows = [_said(settings, one) for one in shown]
    return Message(
        _subject(shown),
        "\n\n".join([*(_paragraph(row) for row in rows), footer(settings, "cleanclaim alerts list")]),
        {"alerts": rows},
    )


def of_test(settings: Settings) -> Message:
    """What `cleanclaim alerts test` sends."""
    text = "This is a test: alerts and the morning's digest reach you. Nothing has to be done."
    return Message(
        f"{SUBJECT} test", f"{text}\n\n{footer(settings, 'cleanclaim alerts list')}", {"alerts": []}
    )


def footer(settings: Settings, command: str) -> str:
    """Where a person looks, and that nothing private is in it."""
    look = f"{settings.console_url} or `{command}`" if settings.console_url else f"`{command}`"
    return f"Look: {look}\nNothing of a patient or of a claim's content is in this message."


def _subject(shown: Sequence[Notified]) -> str:
    first = words_of(shown[0].code)
    if len(shown) == 1:
        return f"{SUBJECT} {first.severity}: {first.what} ({shown[0].code})"
    return f"{SUBJECT} {first.severity}: {counted(len(shown), 'alert')}, first {first.what} ({shown[0].code})"


def _said(settings: Settings, one: Notified) -> dict[str, Any]:
    words = words_of(one.code)
    return {
        "number": one.id,
        "code": one.code,
        "severity": words.severity,
        "business_on": one.business_on,
        "over": one.state != "open",
        "what": _plain(one.message if words.quoted else words.what),
        "means": words.means,
        "press": _plain(one.remedy) if words.quoted and one.remedy else words.press,
        "runbook": _runbook(settings, one.code),
        "settle": f"cleanclaim alerts settle {one.id} --why ...",
    }


def _paragraph(row: dict[str, Any]) -> str:
    over = "; over by now" if row["over"] else ""
    return "\n".join(
        (
            f"Alert {row['number']}, {row['code']} ({row['severity']}{over}), of {row['business_on']}",
            f"  What happened: {row['what']}",
            f"  It means: {row['means']}",
            f"  Press: {row['press']}",
            f"  Runbook: {row['runbook']}",
        )
    )


def _runbook(settings: Settings, code: str) -> str:
    place = settings.runbook_url or PAGE
    return f"{place}#{code.lower()}" if code in WORDS else place


def _plain(text: str) -> str:
    return "".join(c if c.isprintable() else " " for c in text)[:LONGEST]
