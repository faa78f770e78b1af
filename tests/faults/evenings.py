"""Nights of a home against a partner on this machine, and what is asked of them after every fault."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import edi
from config.connection import write_connection
from ledger.queries import standing
from ledger.queries.batches import all_batches
from ledger.queries.money import money
from ledger.queries.night import ProblemRow, problems
from ledger.queries.proof import of_all as proof
from ledger.queries.work import Alert, alerts
from ledger.sending.batches import BatchRow
from mock_clearinghouse import keys
from mock_clearinghouse.program import Clearinghouse
from mock_clearinghouse.scenario import parse
from tasks import nightly_run
from tasks.runs.lease import lease
from tests.conftest import WorkingHome

MONDAY, TUESDAY, WEDNESDAY, THURSDAY = (date(2026, 11, day) for day in (16, 17, 18, 19))

PLAIN = """
[clearinghouse]
name = "NORTHGATE CLEARING"
id = "NORTHGATE"
usage = "T"
[[payer]]
id = "HRB01"
name = "HARBOR HEALTH PLAN"
tax_id = "990000101"
"""
"""Every claim is accepted, and paid at 80 % on the next night."""


def fault(kind: str, **settings: object) -> str:
    """One `[[fault]]` of a scenario."""
    lines = [
        f"{key} = {str(value).lower() if isinstance(value, bool) else repr(value)}"
        for key, value in settings.items()
    ]
    return "\n".join(["", "[[fault]]", f'kind = "{kind}"', *lines, ""])


def done(home: str, day: date, step: nightly_run.Step) -> list[str]:
    """A step with its listing, as the flow does it but without retries; gives what failed."""
    failures: list[str] = []
    try:
        pieces = nightly_run.pieces(home, "", day, step.name)
    except Exception as error:
        return [str(error)]
    for piece in pieces:
        try:
            nightly_run.do(home, "", day, step.name, piece)
        except Exception as error:
            failures.append(str(error))
    return failures


class Evenings:
    """A home with two encounters that nobody holds, and its nights."""

    def __init__(self, home: WorkingHome) -> None:
        self.home = home
        self.partner_file = home.path / "partners" / "clearinghouses" / "northgate.toml"
        home.drop("lakeside/one.json", home.encounter("T-1"))
        home.drop("lakeside/two.json", home.encounter("T-2", diagnoses=["I10"], service_date="2026-11-03"))

    @contextmanager
    def partner(self, day: date, extra: str = "") -> Iterator[Clearinghouse]:
        """The mock in this process for a night; `extra` is more of its scenario, such as a fault."""
        root = self.home.path / "clearinghouse"
        mock = Clearinghouse(root, day, parse(PLAIN + extra))
        mock.start()
        try:
            self.connect(mock.port, keys.public_line(mock.host_key))
            yield mock
        finally:
            mock.stop()

    def connect(self, port: int, host_key: str, key_file: Path = Path("clearinghouse/client_key")) -> None:
        write_connection(self.partner_file, host="127.0.0.1", port=port, host_key=host_key, key_file=key_file)

    def settings(self, **lines: object) -> None:
        """Sets keys of the partner's file, in place of what they were."""
        text = self.partner_file.read_text("utf-8")
        kept = [line for line in text.splitlines() if line.split(" =")[0] not in lines]
        changed = [
            f"{key} = {str(value).lower() if isinstance(value, bool) else json.dumps(value)}"
            for key, value in lines.items()
        ]
        self.partner_file.write_text("\n".join([*changed, *kept]) + "\n", encoding="utf-8")

    def run(self, day: date, last: str = "report") -> list[str]:
        """A night up to its step `last` in this process, as the flow does it but without its retries.

        Gives what failed.
        """
        failures: list[str] = []
        with lease(str(self.home.path), "", day) as taken:
            assert taken, taken.message
            for step in nightly_run.NIGHT:
                failures += done(str(self.home.path), day, step)
                if step.name == last:
                    break
            taken.close(failures)
        return failures

    def night(self, day: date, extra: str = "") -> list[str]:
        """A night with the partner there."""
        with self.partner(day, extra):
            return self.run(day)

    def batches(self) -> list[BatchRow]:
        with self.home.opened() as opened:
            return all_batches(opened.ledger)

    def batch(self) -> BatchRow:
        [found] = self.batches()
        return found

    def states(self) -> list[str]:
        """Where the claims stand, in the order of their encounters."""
        with self.home.opened() as opened:
            found = standing.claims(opened.ledger)
        return [c.state for c in sorted(found, key=lambda c: c.external_id)]

    def problems(self) -> list[ProblemRow]:
        with self.home.opened() as opened:
            return problems(opened.ledger)

    def alerts(self) -> list[Alert]:
        with self.home.opened() as opened:
            return alerts(opened.ledger)

    def cash(self) -> int:
        """Cents posted. The books close, or this fails."""
        with self.home.opened() as opened:
            found = money(opened.ledger)
            assert found.closes
            assert proof(opened.ledger).holds
            return found.cash

    def received(self) -> list[str]:
        """ISA13 of what the partner received, each whole and readable, none twice."""
        seen = []
        for line in self.home.journal:
            name = f"{self.home.journal.index(line) + 1:06d}.edi"
            data = (self.home.path / "clearinghouse" / "received" / name).read_bytes()
            [header] = edi.read_envelopes(data)
            assert header.complete, f"{line['name']} came in part"
            seen.append(str(line["isa13"]))
        assert len(set(seen)) == len(seen), "an interchange was received twice"
        return seen

    def ends_well(self) -> None:
        """Both claims paid in two nights, each sent once, and every cent of the partner's posted."""
        assert self.states() == ["paid", "paid"]
        assert self.received() == ["000000001"]
        cash = self.cash()
        assert cash == 2 * 10_800
        assert [b.state for b in self.batches()] == ["accepted"]
