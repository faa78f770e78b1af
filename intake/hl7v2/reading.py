"""Charge messages to encounters: one for each visit and day of a file.

Messages of one visit and day are combined, since many systems send one message per charge. The
encounter's id is its visit number and its first transaction, taken back or not, so that a charge posted
later becomes a separate encounter. Its version is the minute of its last message, so that a message sent
again later replaces an encounter that was not sent yet.
"""

import hashlib
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from config.problem import Problem
from intake.encounter import Encounter
from intake.hl7v2 import institutional
from intake.hl7v2.charges import Charge, Charges, charges_of, is_bill
from intake.hl7v2.credits import Settled, each_once, is_named, perhaps_resent, settled
from intake.hl7v2.framing import cut_off, ends_open
from intake.hl7v2.messages import Message, messages
from intake.hl7v2.parties import coverages_of, day, guarantor_of, patient_of, provider_of
from intake.outcome import Read
from intake.parties import Provider
from intake.validation import to_encounter

FORMAT = "hl7v2"
MAX_MESSAGES = 200_000
MAX_SEGMENTS = 2_000  # of one message
_EPOCH = datetime(2000, 1, 1)
_NOT_PRODUCTION = ("D", "T")  # MSH-11: debugging, training
_EVALUATION = re.compile(r"99[2-4]\d\d")  # of a kind, one a visit


@dataclass(slots=True)
class _Visit:
    """The messages of one visit and day."""

    messages: list[Message] = field(default_factory=list)
    charges: list[Charges] = field(default_factory=list)
    left: list[Charge] = field(default_factory=list)  # the charges to bill, once everything is read
    doubts: list[str] = field(default_factory=list)


def recognises(name: str, text: str) -> bool:
    start = text.lstrip("\ufeff \t\r\n\x0b")
    # Some logs and transports put extra lines before the first message.
    return start[:3] in ("MSH", "FHS", "BHS") or bool(
        start[:1] not in "<{[" and re.search(r"[\r\n\x0b]MSH[^\w\s]{3,6}", start[:5_000])
    )


def read(name: str, text: str) -> Read:
    """All encounters of the file's DFT messages; raises nothing."""
    result = Read(FORMAT)
    if cut := cut_off(text):
        result.problems.append(cut)
        return result
    visits, others, count = _visits_of(text, result.problems)
    _settle(visits, result.problems)
    _report_repeats_without_visit(visits, result.problems)
    for visit in visits.values():
        _add_encounter(visit, result)
    if others:
        kinds = ", ".join(f"{number} {kind}" for kind, number in sorted(others.items()))
        result.problems.append(
            Problem(
                "INT-13" if result.encounters else "INT-11",
                "",
                f"messages without charges: {kinds}",
                "send DFT messages",
            )
        )
    if not count:
        result.problems.append(
            Problem("INT-05", "", "no message header that can be read", "export the messages again, complete")
        )
    return result


def _visits_of(text: str, problems: list[Problem]) -> tuple[dict[tuple[str, ...], _Visit], Counter[str], int]:
    """The visits by key, the other kinds of messages, and the number of messages read."""
    visits: dict[tuple[str, ...], _Visit] = {}
    others: Counter[str] = Counter()
    count = broken = 0
    last: tuple[str, ...] = ()
    last_segment = ""
    for message in messages(text):
        count = message.number
        if count > MAX_MESSAGES:
            problems.append(
                Problem("INT-02", f"message {count}", f"more than {MAX_MESSAGES} messages", "split the file")
            )
            break
        last_segment = message.segments[-1].name if message.segments else ""
        kind = message.value("MSH", 9)[:3].upper()  # DFT^P03, DFT_P03
        if kind != "DFT":
            others[kind if kind.isalpha() else "?"] += 1
            continue
        if message.first("PID") is None or not (message.first("FT1") or message.first("PR1")):
            broken = count
        if refused := _refused(message):
            problems.append(refused)
            continue
        charges = _charges_of(message, problems)
        last = _key(message, charges)
        visit = visits.setdefault(last, _Visit())
        visit.messages.append(message)
        visit.charges.append(charges)
    if broken == count or ends_open(text, last_segment):
        for key, visit in visits.items():
            if key[:3] == last[:3]:
                visit.doubts.append(
                    "the file's last message may be cut off, and with it charges of this visit"
                )
    return visits, others, count


def _refused(message: Message) -> Problem | None:
    """Why a DFT message is not read, or None."""
    place = f"message {message.number}"
    if message.first("PID") is None or not (message.first("FT1") or message.first("PR1")):
        return Problem(
            "INT-05",
            place,
            "lacks PID, or FT1 and PR1",
            "it may be cut off; send it again, complete",
        )
    if several := _several(message):
        return Problem("INT-05", place, several, "send a message for each of them")
    if len(message.segments) > MAX_SEGMENTS:
        return Problem("INT-02", place, f"more than {MAX_SEGMENTS} segments", "split the message")
    return None


def _charges_of(message: Message, problems: list[Problem]) -> Charges:
    """The charges of a message; what is wrong with it is added to `problems`."""
    place = f"message {message.number}"
    charges = charges_of(message)
    problems += [
        Problem("INT-13", place, note, "correct it at the source, or bill by hand") for note in charges.notes
    ]
    if _has_email(message):
        problems.append(
            Problem(
                "INT-13",
                place,
                "PV1 has an e-mail address where an NPI belongs",
                "put the provider's NPI there",
            )
        )
    return charges


def _add_encounter(visit: _Visit, result: Read) -> None:
    """Add the encounter of a visit to the result, or the reason why there is none."""
    left = visit.left
    place = f"message {visit.messages[0].number}"
    if not left and not any(c.role == "procedure" for found in visit.charges for c in found.concepts):
        if not any(found.notes or found.charges for found in visit.charges):
            result.problems.append(
                Problem("INT-11", place, "names no service in FT1 or PR1", "send its charges")
            )
        return  # payments and credits alone are reported one by one
    outcome = to_encounter(_encounter(visit, left), place)
    if isinstance(outcome, Encounter):
        result.encounters.append(outcome)
    else:
        result.problems.extend(outcome)


def _several(message: Message) -> str:
    """What a message mixes, if it does: nothing says which charges belong to which patient or visit."""
    if len(message.all("PID")) > 1:
        return "holds several patients (PID)"
    visits = {number for visit in message.all("PV1") if (number := visit.value(19))}
    return "holds several visits (PV1-19)" if len(visits) > 1 else ""


def _key(message: Message, charges: Charges) -> tuple[str, ...]:
    """Messages with the same key are one encounter; one without a visit number is a separate encounter."""
    visit = _visit_number(message)
    if not visit:
        return ("message", str(message.number))
    first = _first_day(charges.charges)
    return (_source(message), visit, message.value("PID", 3), first.isoformat() if first else "")


def _visit_number(message: Message) -> str:
    return message.value("PV1", 19) or message.value("PV1", 50) or message.value("PID", 18)


def _source(message: Message) -> str:
    names = [message.value("MSH", n) or message.value("MSH", n, 2) for n in (3, 4)]
    return " ".join(["hl7", *(name for name in names if name)])[:80]


def _first_day(charges: list[Charge]) -> date | None:
    return min((c.first for c in charges if c.first), default=None)


def _settle(visits: dict[tuple[str, ...], _Visit], problems: list[Problem]) -> None:
    """Assign to each day of a visit its charges, each once and without those taken back.

    A credit can come in a message of another day of the visit than its charge.
    """
    stays: dict[tuple[str, ...], list[_Visit]] = {}
    for key, visit in visits.items():
        stays.setdefault(key[:3], []).append(visit)  # without the day
    for days in stays.values():
        charges = [charge for visit in days for found in visit.charges for charge in found.charges]
        charges.sort(key=lambda charge: charge.message)
        once = each_once(charges)
        result = settled(once.charges)
        by_message = {message.number: visit for visit in days for message in visit.messages}
        for charge in result.left:
            by_message[charge.message].left.append(charge)
        doubts = [
            *_changed(once.changed),
            *_redated(once.redated),
            *_unsure(result),
            *_same_control(days),
            *_other_level(once.charges),
        ]
        problems += [
            Problem("INT-13", place, said, "correct it at the source, or bill by hand")
            for place, said in doubts
        ]
        for visit in days:
            visit.doubts += [said for _, said in doubts]
        if unnamed := perhaps_resent(once.charges):
            problems.append(
                Problem(
                    "INT-13",
                    f"message {unnamed[-1].message}",
                    f"{len(unnamed)} charges of its visit stand where another message has others, and no "
                    "transaction (FT1-2) distinguishes them: all are taken",
                    "nothing, if each message adds a charge; otherwise give each charge an id of its own",
                )
            )
        if again := once.again:
            problems.append(
                Problem(
                    "INT-13",
                    f"message {charges[-1].message}",
                    f"{again} charges of its visit came before, with their transaction (FT1-2) or without: "
                    "taken once",
                    "nothing, if messages were sent twice; otherwise give each charge an id of its own",
                )
            )
        problems += [
            Problem(
                "INT-13",
                f"message {charge.message}",
                f"FT1 {charge.segment} takes back a charge that its visit does not have in this file",
                "correct it at the source, or bill by hand",
            )
            for charge in result.unmatched
        ]
        for visit in days if result.unmatched else ():
            visit.doubts.append("a credit takes back a charge that its visit does not have in this file")
        problems += [
            Problem(
                "INT-11",
                f"message {visit.messages[0].number}",
                "every charge of the visit was taken back",
                "nothing, if that is right",
            )
            for visit in days
            if not visit.left and any(not c.credit for found in visit.charges for c in found.charges)
        ]


def _report_repeats_without_visit(visits: dict[tuple[str, ...], _Visit], problems: list[Problem]) -> None:
    """Each message without a visit number is a separate encounter. If two of one patient charge the same
    transaction, with other content or in a message with another id, that is a doubt."""
    seen: dict[tuple[str, str, str], str] = {}
    for visit in visits.values():
        [message, *more] = visit.messages
        if more or _visit_number(message):
            continue
        said = "\r".join("|".join(s.fields) for s in message.segments[1:]) + message.value("MSH", 10)
        for charge in visit.left:
            of = (_source(message), message.value("PID", 3), charge.transaction)
            if is_named(charge) and seen.setdefault(of, said) != said:
                repeated = (
                    f"FT1 {charge.segment} repeats a transaction (FT1-2) of another message, without a visit "
                    "number: both are taken"
                )
                visit.doubts.append(repeated)
                problems.append(
                    Problem(
                        "INT-13",
                        f"message {message.number}",
                        repeated,
                        "correct it at the source, or bill by hand",
                    )
                )


def _changed(charges: list[Charge]) -> Iterator[tuple[str, str]]:
    for charge in charges:
        yield (
            f"message {charge.message}",
            f"FT1 {charge.segment} repeats a transaction (FT1-2) with other content: the later one is taken",
        )


def _redated(charges: list[Charge]) -> Iterator[tuple[str, str]]:
    for charge in charges:
        yield (
            f"message {charge.message}",
            f"FT1 {charge.segment} repeats a transaction (FT1-2) on another day: both are taken",
        )


def _unsure(result: Settled) -> Iterator[tuple[str, str]]:
    for charge in result.unsure:
        yield (
            f"message {charge.message}",
            f"FT1 {charge.segment} takes back a charge with other modifiers, or one of several it may mean",
        )


def _other_level(charges: list[Charge]) -> Iterator[tuple[str, str]]:
    """A second visit code of a kind, such as 99214 after 99213: more likely the first one, corrected."""
    kinds = {(c.code[:4], c.first): c for c in reversed(charges) if _EVALUATION.fullmatch(c.code)}
    for charge in perhaps_resent(charges):
        before = kinds.get((charge.code[:4], charge.first))
        if before is not None and before.code != charge.code:
            yield (
                f"message {charge.message}",
                f"FT1 {charge.segment} charges {charge.code} and another message of the day {before.code}, "
                "without transactions (FT1-2) of their own",
            )


def _same_control(days: list[_Visit]) -> Iterator[tuple[str, str]]:
    """Two messages of one visit under one control id (MSH-10) that charge different transactions."""
    seen: dict[str, set[tuple[str, int, str]]] = {}
    both = [pair for visit in days for pair in zip(visit.messages, visit.charges, strict=True)]
    for message, found in sorted(both, key=lambda pair: pair[0].number):
        charged = {
            (c.transaction, c.segment, "" if is_named(c) else c.code) for c in found.charges if not c.credit
        }
        control = message.value("MSH", 10)
        if control and charged and not charged & seen.setdefault(control, charged):
            yield (
                f"message {message.number}",
                "another message of this visit has the same control id (MSH-10)",
            )


def _encounter(visit: _Visit, charges: list[Charge]) -> dict[str, Any]:
    message = visit.messages[0]
    diagnoses = tuple(dict.fromkeys(code for found in visit.charges for code in found.diagnoses))
    attending, _ = provider_of(_field(message, "PV1", 7))
    referring, _ = provider_of(_field(message, "PV1", 8))
    performers = [c.performer for c in charges if c.performer]
    rendering = next((p for p in performers if p.npi), None) or attending or next(iter(performers), None)
    inpatient = message.value("PV1", 2).upper() == "I"
    bill = is_bill(message)
    if bill:
        apart = set(institutional.admitting_of(message)) - institutional.final_of(message)
        diagnoses = tuple(code for code in diagnoses if code not in apart)
    authorization = next((s.value(14) for s in message.all("IN1") if s.value(14)), "")
    return {
        "kind": "institutional" if bill else "professional",
        "institutional": institutional.facts_of(message, diagnoses, _first_day(charges)) if bill else None,
        "source": _source(message),
        "id": _number(message, [c for found in visit.charges for c in found.charges if not c.credit]),
        "version": max(_version(m) for m in visit.messages),
        "test": any(m.value("MSH", 11).upper() in _NOT_PRODUCTION for m in visit.messages),
        "patient": patient_of(message),
        "guarantor": guarantor_of(message),
        "coverages": tuple(coverages_of(message)),
        "service_date": _service_date(message, charges),
        "diagnoses": diagnoses,
        "lines": tuple(_line(charge, diagnoses, rendering) for charge in charges),
        "rendering": rendering,
        "referring": referring,
        "admission": day(message.value("PV1", 44)) if inpatient else None,
        "discharge": day(message.value("PV1", 45)) if inpatient else None,
        "prior_authorization": authorization,
        "accident": _accident(message),
        "concepts": tuple(c for found in visit.charges for c in found.concepts),
        "doubts": tuple(dict.fromkeys([d for found in visit.charges for d in found.doubts] + visit.doubts)),
    }


def _service_date(message: Message, charges: list[Charge]) -> date | None:
    """The date of services without one; None if a date was invalid, so that a person sees it."""
    if any(charge.misdated for charge in charges):
        return None
    return _first_day(charges) or day(message.value("PV1", 44))


def _line(charge: Charge, diagnoses: tuple[str, ...], rendering: Provider | None) -> dict[str, Any]:
    other = charge.performer if charge.performer and charge.performer != rendering else None
    ordering = charge.ordering if charge.ordering and charge.ordering.npi else None
    return {
        "procedure": charge.code,
        "revenue_code": charge.revenue_code,
        "modifiers": charge.modifiers,
        "charge": None if charge.amount is None else str(charge.amount),
        "units": charge.units,
        "pointers": tuple(
            dict.fromkeys(diagnoses.index(code) + 1 for code in charge.diagnoses if code in diagnoses)
        )[:4],
        "service_from": charge.first,
        "service_to": charge.last,
        "rendering": other,
        "ordering": ordering if ordering and ordering != (other or rendering) else None,
    }


def _number(message: Message, charges: list[Charge]) -> str:
    """Visit number and first transaction; else the message's control id; else its content's hash."""
    visit = _visit_number(message)
    control = message.value("MSH", 10)
    # T9 before T10: of a file that was cut, the first one is the first one of the whole too
    first = min((c.transaction for c in charges if c.transaction), key=lambda t: (len(t), t), default="")
    if visit:
        return f"{visit}/{first or control}"[:80].rstrip("/")
    if control or first:
        return (control or first)[:80]
    content = "\r".join("|".join(s.fields) for s in message.segments)
    return f"sha256 {hashlib.sha256(content.encode()).hexdigest()[:32]}"


def _version(message: Message) -> int:
    """Minutes since 2000 of MSH-7 (EVN-2 where it is empty); 1 where neither is a time."""
    for text in (message.value("MSH", 7), message.value("EVN", 2)):
        digits = text[:12] if text[:12].isdigit() and text[:12].isascii() else text[:8]
        try:
            when = datetime.strptime(digits, "%Y%m%d%H%M" if len(digits) == 12 else "%Y%m%d")
        except ValueError:
            continue
        return max(1, int((when - _EPOCH).total_seconds() // 60))
    return 1


def _accident(message: Message) -> dict[str, Any] | None:
    """ACC: day, whether it happened at work (ACC-5), the state of an auto accident (ACC-4)."""
    acc = message.first("ACC")
    if acc is None or not (acc.value(1) or acc.value(2)):
        return None
    cause = "EM" if acc.value(5).upper() == "Y" else "AA" if acc.value(4) else "OA"
    return {"causes": (cause,), "day": day(acc.value(1)), "state": acc.value(4)}


def _field(message: Message, name: str, number: int) -> Any:
    segment = message.first(name)
    return segment.repetitions(number) if segment else []


def _has_email(message: Message) -> bool:
    return any(provider_of(_field(message, "PV1", number))[1] for number in (7, 8))
