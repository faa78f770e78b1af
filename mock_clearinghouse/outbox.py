"""Answers on their way to the client's folder, and the faults that strike them there."""

import hashlib
import os
import re
from datetime import date
from pathlib import Path

from mock_clearinghouse.faults import Faults
from mock_clearinghouse.sftp import Folders
from mock_clearinghouse.state import State


class Outbox:
    """Places answers in outbound, whole and at once, under names of this clearinghouse's own."""

    def __init__(self, folders: Folders, state: State, faults: Faults, making: Path) -> None:
        self._folders = folders
        self._state = state
        self._faults = faults
        self._making = making
        making.mkdir(exist_ok=True)

    def place(self, kind: str, data: bytes, night: int, day: date, about: str = "") -> None:
        """Place an answer: kind TA1, 999, 277CA or 835; `about` is a part of its name."""
        number = self._state.next("file")
        name = f"{day:%Y%m%d}_{number:05d}_{about + '_' if about else ''}{kind}.x12"
        struck = {fault.kind: fault for fault in self._faults.strike("answer", file=name, answer=kind)}
        if "no_answer" in struck:
            return
        if "corrupt" in struck:
            data = _corrupted(data)
        if "unbalanced" in struck:
            data = _unbalanced(data)
        if fault := struck.get("late"):
            self._state.keep_for_later(night + fault.nights, name, data)
            return
        if fault := struck.get("truncated"):
            data = data[: fault.at_byte or len(data) // 2]
        if "growing" in struck:
            self._folders.growing[self._folders.outbound / name] = len(data) // 4
        self.write(name, data)
        if "duplicate" in struck:
            self.write(f"{day:%Y%m%d}_{number:05d}_{about + '_' if about else ''}{kind}_again.x12", data)
        if "reissued" in struck:
            again = f"{day:%Y%m%d}_{number:05d}_{about + '_' if about else ''}{kind}_reissued.x12"
            self._state.keep_for_later(night + 1, again, _renumbered(data, self._state.next("interchange")))
        if "renamed" in struck:
            self._state.keep_for_later(night + 1, f"resent_{hashlib.sha256(data).hexdigest()[:12]}.x12", data)

    def write(self, name: str, data: bytes) -> None:
        """A file in outbound; it is whole from the first moment that it can be seen."""
        half_made = self._making / name
        with half_made.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        half_made.replace(self._folders.outbound / name)


def _renumbered(data: bytes, number: int) -> bytes:
    """The same content in an interchange of another number."""
    old = data[90:99]
    return data[:90] + b"%09d" % number + data[99:].replace(b"*" + old, b"*%09d" % number)


def _unbalanced(data: bytes) -> bytes:
    """BPR02 of the first transaction says one cent more."""

    def more(found: re.Match[bytes]) -> bytes:
        cents = round(float(found[2]) * 100) + 1
        return found[1] + b"%d.%02d" % divmod(cents, 100)

    return re.sub(rb"(BPR\*[A-Z]\*)([0-9.]+)", more, data, count=1)


def _corrupted(data: bytes) -> bytes:
    """Some bytes in the middle are not what they were; the envelope stays readable."""
    middle = len(data) // 2
    return data[:middle] + b"\x00\xff#%" + data[middle + 4 :]
