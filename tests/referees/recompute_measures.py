"""Recomputes the measures of a period from raw files alone, each with what every claim counts in it.

Like `recompute.py` it imports nothing of the project, only what lies beside it.
`python recompute_measures.py FOLDER SINCE-UNTIL...` (days as YYYYMMDD) reads what that reads, the 999s and
277CAs of `FOLDER/received`, and what people did (`done` of `FOLDER/given.json`), and prints one JSON
object: by period, measure and claim number the numerator and the denominator.
"""

import json
import sys
from collections import defaultdict
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

import raw_files
import recompute

GROUPS = ("CO ", "PR ", "OA ", "PI ", "CR ")
NOT_BY_CONTRACT = {"104", "105", "245", "144", "161", "237"}  # withheld, or for how the provider did
APPEALED = {"29", "50", "167", "45"}  # what is answered by an appeal, not by another claim
APPEAL_DAYS = {"HRB01": 180, "MRD02": 180, "EVG03": 60, "SNR04": 120, "BCN05": 90}  # the payers' settings
FILING_DAYS = {"HRB01": 180, "MRD02": 365, "EVG03": 95, "SNR04": 365, "BCN05": 180}
OLD = timedelta(days=90)


class Year:
    """What was there on each day on which anything came, went or was done."""

    def __init__(self, folder):
        self.raw = raw_files.read(folder)
        self.refused = refusals(folder, self.raw.sent)
        given = self.raw.given
        days = {one for one, _ in self.raw.sent} | {one for one, _ in self.raw.received}
        days |= {one["day"] for name in ("acts", "desk", "placed", "done") for one in given[name]}
        days |= {on for _, on in self.refused} | {given["as_of"]}
        self.days = sorted(days)
        self.first = {}  # the claim as it first went to its first payer
        for _, one in sorted(self.raw.sent, key=lambda pair: pair[0]):
            if one.order == "P":
                self.first.setdefault(one.number, one)
        self.nights = {on: self.look(self.before_acts(on), on) for on in self.days}
        self.seen = {on: self.look(self.raw, on) for on in self.days}

    def before_acts(self, on):
        """What was there when the night was over, and people had not done anything on its day yet."""
        given = {
            name: [one for one in of if one["day"] < on] if name in ("acts", "desk", "placed") else of
            for name, of in self.raw.given.items()
        }
        return replace(self.raw, given=given)

    def look(self, raw, on):
        """Of each claim on a day: what its payers said, what is open of it, what they have paid."""
        claims = recompute.claims_until(raw, on)
        payments = recompute.matched(raw, on, claims)[0]
        state = recompute.state(raw, on)["claims"]
        return {number: Seen(one, payments[number], state[number]) for number, one in claims.items()}

    def looks(self):
        """Each day twice: when its night was over, and at its end."""
        for on in self.days:
            yield on, self.nights[on]
            yield on, self.seen[on]

    def at(self, on):
        """The last day that was seen up to a day."""
        return self.seen[max(one for one in self.days if one <= on)] if self.days[0] <= on else {}

    def did(self, what):
        return [(one["number"], one["day"]) for one in self.raw.given["done"] if one["what"] == what]


class Seen:
    """A claim as it was on a day."""

    def __init__(self, claim, payments, owed):
        self.claim, self.payments, self.owed = claim, payments, owed
        self.payer = claim.coverages["P"]
        first = recompute.Payer(claim, [one for one in payments if one.payer == self.payer])
        not_theirs = any(p.status == "23" for p in payments if p.payer == self.payer)
        self.answered = bool(first.lines or first.of_claim or first.missing or not_theirs)
        self.denies = any(
            payer == self.payer and code.startswith((*GROUPS, "verify", "18 missing"))
            for payer, code, _ in owed["work"]
        )
        self.paid = sum(one.paid for one in payments)

    def charged(self, *, denied):
        """What it asks of its first payer; or the part of that of which the payer denies something now."""
        lines = {line for payer, line, _ in self.denials() if payer == self.payer}
        whole = any(
            p == self.payer and c.startswith(("verify", "18 missing")) for p, c, _ in self.owed["work"]
        )
        return sum(
            one.charge
            for one in self.claim.lines
            if not one.patients and (not denied or whole or not lines.isdisjoint((0, one.number)))
        )

    def denials(self):
        """The open denials by payer, line and reason: cents, and the day of the payment that says so."""
        found = {}
        for payer in {one.payer for one in self.payments}:
            wanted = [c for p, c, _ in self.owed["work"] if p == payer and c.startswith(GROUPS)]
            left = [cents for p, c, cents in self.owed["work"] if p == payer and c.startswith(GROUPS)]
            said = recompute.Payer(self.claim, [one for one in self.payments if one.payer == payer])
            for (line, code), _ in sorted(said.open().items()):
                if code in wanted:
                    place = wanted.index(code)
                    wanted.pop(place)
                    paid_on = max(
                        p.paid_on
                        for p in said.decisions
                        for one in p.lines
                        if recompute.placed(one, self.claim).number == line
                    )
                    found[payer, line, code] = (left.pop(place), paid_on)
        return found


def refusals(folder, sent):
    """(number, day) of each claim that a 999 or a 277CA refused."""
    found = set()
    groups = defaultdict(list)
    for _, one in sent:
        groups[one.group].append(one.number)
    for file in sorted((folder / "received").iterdir()):
        if file.suffix not in (".999", ".277CA"):
            continue
        data, number, group = file.read_text(), "", ""
        for s in raw_files.segments(data):
            if s[0] == "AK1":
                group = s[2]
            elif s[0] == "AK9" and s[1] in ("R", "M", "W", "X"):
                found |= {(one, file.name[:8]) for one in groups[group]}
            elif s[0] == "TRN" and s[1] == "2":
                number = s[2]
            elif s[0] == "STC" and number and s[1].split(data[104])[0] in ("A3", "A6", "A7", "A8"):
                found.add((number, file.name[:8]))
    return found


def passes(year, since, until):
    """Claims as they first went out and were first answered."""
    made = {"clean-claims": {}, "first-pass": {}, "initial-denials": {}, "initial-denied-dollars": {}}
    refused = defaultdict(list)
    for number, on in year.refused:
        refused[number].append(on)
    for number, first in year.first.items():
        looks = [(on, seen[number]) for on, seen in year.looks() if number in seen]
        answer, then = next(((on, one) for on, one in looks if one.answered), ("", None))
        if since <= first.sent_on <= until:
            made["clean-claims"][number] = [int(not refused[number]), 1]
            if refused[number] or answer:
                before = bool(refused[number]) and (not answer or min(refused[number]) <= answer)
                made["first-pass"][number] = [int(not before and not then.denies), 1]
        if answer and since <= answer <= until:
            made["initial-denials"][number] = [int(then.denies), 1]
            made["initial-denied-dollars"][number] = [then.charged(denied=True), then.charged(denied=False)]
    return made


def money(year, since, until):
    before = str(int(since) - 1)  # no such day need be
    now, then = amounts(year, until), amounts(year, before)
    made = {"days-in-ar": {}, "over-90-days": {}, "net-collection": {}}
    old = (raw_files.day(until) - OLD).strftime("%Y%m%d")
    for number, one in now.items():
        was = then.get(number, dict.fromkeys(one, 0))
        charged, paid, by_contract = (one[key] - was[key] for key in ("charged", "received", "contract"))
        made["days-in-ar"][number] = [one["owed"], charged]
        made["over-90-days"][number] = [one["owed"] * (one["day"] < old), one["owed"]]
        made["net-collection"][number] = [paid, charged - by_contract]
    return {name: {n: of for n, of in rows.items() if any(of)} for name, rows in made.items()}


def amounts(year, on):
    """By claim what was charged, received, adjusted by contract and is owed, up to a day."""
    desk, refunds, off = defaultdict(int), defaultdict(int), defaultdict(int)
    for one in recompute.acted(year.raw, "desk", on):
        desk[one["number"]] += one["cents"]
    for one in recompute.acted(year.raw, "acts", on):
        if one["kind"] == "credit_refund":
            refunds[one["number"]] += one["cents"]
        elif one["kind"] == "write_off":
            off[one["number"]] += one["cents"]
    made = {}
    for number, seen in year.at(on).items():
        asked, patient = recompute.divided(seen.claim)
        made[number] = {
            "charged": asked + patient,
            "received": seen.claim.desk + desk[number] + seen.paid - refunds[number],
            "owed": sum(seen.owed["payers"].values()) + seen.owed["patient"],
            "contract": contractual(year, number, on, seen) - off[number],
            "day": seen.claim.day,
        }
    return made


def contractual(year, number, on, seen):
    """What is adjusted, but for what is withheld or is for how the provider did; reversals of nothing known
    are no adjustment."""
    without = [dropped(one) for one in seen.payments]
    acts = [a for a in recompute.acted(year.raw, "acts", on) if a.get("number") == number]
    desk = sum(d["cents"] for d in recompute.acted(year.raw, "desk", on) if d["number"] == number)
    owed = recompute.owed(seen.claim, without, seen.claim.desk + desk, acts, raw_files.day(on))
    alone = 0
    for payer in {one.payer for one in without}:
        said = recompute.Payer(seen.claim, [one for one in without if one.payer == payer])
        alone += sum(one.paid for one in said.alone)
    return sum(owed["adjusted"].values()) + alone


def dropped(payment):
    def kept(some):
        return [one for one in some if one[1] not in NOT_BY_CONTRACT]

    lines = [replace(line, adjustments=kept(line.adjustments)) for line in payment.lines]
    return replace(payment, adjustments=kept(payment.adjustments), lines=lines)


def touched(year, since, until):
    """One for each claim and day: Pat is the only one who does anything."""
    given = year.raw.given
    done = {
        (one["number"], one.get("on", one["day"]))
        for name in ("desk", "placed", "done")
        for one in given[name]
    }
    whose = {p.payer_number: n for n, seen in year.at(given["as_of"]).items() for p in seen.payments}
    done |= {(one.get("number") or whose[one["reference"]], one["day"]) for one in given["acts"]}
    counts = defaultdict(int)
    for number, on in done:
        counts[number] += since <= on <= until
    return {"touches": {number: [count, 1] for number, count in counts.items() if count}}


class Item:
    def __init__(self, number, key, cents, paid_on, on, paid):
        self.number, self.key, self.cents, self.paid_on = number, key, cents, paid_on
        self.since, self.paid_then, self.over_on, self.paid_now = on, paid, "", 0


def worked(year):
    """Every denial as work: opened when a day first shows it, over when one does not."""
    items = {}
    for on, look in year.looks():
        there = {
            (number, *key): (*what, seen.paid)
            for number, seen in look.items()
            for key, what in seen.denials().items()
        }
        for key, (cents, paid_on, paid) in there.items():
            one = items.get(key)
            if one is None:
                items[key] = Item(key[0], key, cents, paid_on, on, paid)
            elif one.over_on:
                one.cents, one.paid_then, one.over_on = cents, paid, ""
            items[key].paid_on = paid_on
        for key, one in items.items():
            if key not in there and not one.over_on:
                one.over_on, one.paid_now = on, look[key[0]].paid
    return list(items.values())


def recovered(year, since, until, items):
    ways = ("appeal", "correction", "records", "to-patient", "write-off", "other")
    made = {"recovery": {}, **{f"recovery-by-{way}": {} for way in ways}}
    together = defaultdict(list)
    for one in items:
        if one.over_on and since <= one.over_on <= until:
            together[one.number, one.over_on].append(one)
    for (number, _), some in together.items():
        opened = sum(one.cents for one in some)
        paid = min(max(some[0].paid_now - some[0].paid_then, 0), opened)
        for name in ("recovery", f"recovery-by-{way_of(year, some[0])}"):
            had = made[name].get(number, [0, 0])
            made[name][number] = [had[0] + paid, had[1] + opened]
    return made


def way_of(year, one):
    def within(pairs):
        return any(number == one.number and one.since <= on <= one.over_on for number, on in pairs)

    acts = year.raw.given["acts"]
    if within(year.did("appealed")):
        return "appeal"
    if within(year.did("corrected")):
        return "correction"
    if within(year.did("records sent")):
        return "records"
    for kind in ("to_patient", "write_off"):
        if within([(a["number"], a["day"]) for a in acts if a["kind"] == kind]):
            return kind.replace("_", "-")
    return "other"


def missed(year, since, until, items):
    made = defaultdict(lambda: [0, 0])
    last = min(until, (raw_files.day(year.raw.given["as_of"]) - timedelta(days=1)).strftime("%Y%m%d"))
    for one in items:
        due = last_day(year, one)
        if since <= due <= last:
            filed = any(
                n == one.number and one.since <= on <= due
                for n, on in year.did("appealed") + year.did("corrected")
            )
            made[one.number][0] += not filed and not (one.over_on and one.over_on <= due)
            made[one.number][1] += 1
    for number, _ in year.refused:
        first = year.first[number]
        served = raw_files.day(first.day)
        due = (served + timedelta(days=FILING_DAYS[first.coverages["P"]])).strftime("%Y%m%d")
        made[number][1] += since <= due <= last
    return {"deadlines-missed": {number: of for number, of in made.items() if of[1]}}


def last_day(year, one):
    """To appeal, from the payment; for another claim the payer's limit from the service, and where that was
    over by then, the appeal is what is left."""
    number, payer, _, code = one.key
    paid_on = raw_files.day(one.paid_on)
    appeal = paid_on + timedelta(days=APPEAL_DAYS[payer])
    correct = raw_files.day(year.first[number].day) + timedelta(days=FILING_DAYS[payer])
    use = appeal if code.split()[1] in APPEALED or correct < paid_on else correct
    return use.strftime("%Y%m%d")


def of_period(year, items, since, until):
    return {
        **passes(year, since, until),
        **money(year, since, until),
        **touched(year, since, until),
        **recovered(year, since, until, items),
        **missed(year, since, until, items),
    }


def main(folder, periods):
    year = Year(folder)
    items = worked(year)
    print(json.dumps({period: of_period(year, items, *period.split("-")) for period in periods}))


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:])
