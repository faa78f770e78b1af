"""The whole clearinghouse: files in, answers out, its business dates, and the server."""

import hashlib
import os
import sys
import threading
from datetime import date
from pathlib import Path

import paramiko

import edi
from edi.records import Claim
from mock_clearinghouse import keys
from mock_clearinghouse.faults import Faults
from mock_clearinghouse.interchange import split
from mock_clearinghouse.journal import Journal, Received
from mock_clearinghouse.mail import Mail
from mock_clearinghouse.outbox import Outbox
from mock_clearinghouse.payments import Payments
from mock_clearinghouse.reception import Reception
from mock_clearinghouse.scenario import Scenario
from mock_clearinghouse.server import Server
from mock_clearinghouse.sftp import TEMPORARY, Folders
from mock_clearinghouse.state import KnownClaim, State

USER = "cleanclaim"


class Clearinghouse:
    """A mock clearinghouse on a folder. `start` opens the business date and the port, `stop` ends it.

    Each start with a later day begins a new business date (a "night" of the scenario); with the same or
    an earlier day the last one continues. `port` 0 takes any free one. `user` logs in, puts files into
    `inbound` and gets answers from `outbound`.
    """

    def __init__(
        self,
        root: Path,
        day: date,
        scenario: Scenario,
        port: int = 0,
        *,
        user: str = USER,
        inbound: str = "inbound",
        outbound: str = "outbound",
    ) -> None:
        self.root = root
        root.mkdir(parents=True, exist_ok=True)
        self.host_key = keys.key_at(root / "host_key")
        client_key = keys.key_at(root / "client_key")
        self.faults = Faults(scenario.faults)
        self.folders = Folders(root / "sftp", self._received, inbound=inbound, outbound=outbound)
        self._archive = root / "received"
        self._archive.mkdir(exist_ok=True)
        self._journal = Journal(root / "journal.jsonl")
        self._lock = threading.Lock()
        self._state = State(root / "state.db")
        outbox = Outbox(self.folders, self._state, self.faults, root / "making")
        self._outbox = outbox
        self._reception = Reception(scenario, self._state, outbox)
        self._mail = Mail(root / "mail", self._state)
        self._payments = Payments(self._reception, self._claim_at, self._mail)
        self._claims_of_file: dict[int, list[list[Claim]]] = {}
        self._day = day
        self._stopped = False
        self._server = Server(
            self.folders,
            host_key=self._shown_key,
            client_key=client_key,
            user=user,
            faults=self.faults,
            port=port,
        )

    @property
    def port(self) -> int:
        """Where it listens, on 127.0.0.1."""
        return self._server.port

    @property
    def day(self) -> date:
        """The business date."""
        return self._reception.day

    @property
    def journal(self) -> list[Received]:
        """What was received since the first start."""
        return list(self._journal.lines)

    def start(self) -> None:
        """Open the business date, finish what a kill left undone, and listen."""
        with self._lock:
            self._open_business_date()
            self._catch_up()
        self._server.start()

    def stop(self) -> None:
        """End all connections and close the state. A file being worked through is finished."""
        self._server.stop()
        with self._lock:
            self._stopped = True
            self._state.close()

    def _open_business_date(self) -> None:
        last = self._state.night()
        if last is None or self._day > last[1]:
            number, day = self._state.add_night(self._day), self._day
            self._reception.night, self._reception.day = number, day
            self._mail.open_post(number, day)
            self._payments.pay(number, day)
            for name, data in self._state.due(number):
                self._outbox.write(name, data)
            self._state.commit()
        else:
            self._reception.night, self._reception.day = last

    def _catch_up(self) -> None:
        """After a kill: files that have their final name but no line, and lines without an answer."""
        known = {line.name for line in self._journal.lines}
        for path in sorted(self.folders.inbound.iterdir()):
            if path.is_file() and path.name not in known and not path.name.endswith(TEMPORARY):
                self._note(path.name, path.read_bytes())
        for line in range(len(self._journal.lines)):
            if not self._state.file_done(line):
                self._work_through(line)

    def _received(self, path: Path) -> None:
        """Called by the SFTP side for each file that got its final name."""
        with self._lock:
            if self._stopped:
                return  # the next start finds it in inbound
            line = self._note(path.name, path.read_bytes())
            self._work_through(line)

    def _note(self, name: str, data: bytes) -> int:
        """Archive and journal a file; its line in the journal."""
        line = len(self._journal.lines)
        archived = self._archived(line)
        with archived.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        found = split(data)
        isa13 = found[0].control_number if found else ""
        self._journal.append(Received(name, isa13, hashlib.sha256(data).hexdigest(), len(data)))
        return line

    def _work_through(self, line: int) -> None:
        """Answer a journaled file. Nothing of it is remembered unless all of it worked."""
        try:
            file = self._state.add_file(line, self._reception.night)
            self._reception.receive(file, self._archived(line).read_bytes())
            self._payments.pay_at_once(file, self._reception.night, self._reception.day)
            self._state.commit()
        except Exception as error:  # the client's rename has happened all the same
            self._state.rollback()
            print(f"file {line + 1} was received but not answered: {error!r}", file=sys.stderr, flush=True)

    def _archived(self, line: int) -> Path:
        return self._archive / f"{line + 1:06d}.edi"

    def _claim_at(self, known: KnownClaim) -> Claim:
        """A claim, read again from the file that it came in."""
        if known.file not in self._claims_of_file:
            data = self._archived(self._state.journal_line(known.file)).read_bytes()
            self._claims_of_file[known.file] = [
                list(edi.read_claims(transaction.alone)) if transaction.kind == "837" else []
                for interchange in split(data)
                for transaction in interchange.transactions
            ]
        return self._claims_of_file[known.file][known.transaction_place][known.place]

    def _shown_key(self, other: bool) -> paramiko.Ed25519Key:
        """Our host key, or another one where a fault wants it."""
        return keys.key_at(self.root / "other_host_key") if other else self.host_key
