"""Answers on their way to the client's folder, and the faults that strike them there."""

import hashlib
import os
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


def _corrupted(data: bytes) -> bytes:
    """Some bytes in the middle are not what they were; the envelope stays readable."""
    middle = len(data) // 2
    return data[:middle] + b"\x00\xff#%" + data[middle + 4 :]
