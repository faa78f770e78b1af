"""Faults that the mock commits on purpose. Each is one `[[fault]]` table of a scenario file.

    kind            where            what happens
    drop            any operation    the connection ends; in a transfer after byte `at_byte`
    stall           any operation    no answer for `seconds`
    refuse_login    login            the key is refused
    change_host_key connect          another host key is shown
    full_disk       write            writes past `at_byte` fail
    lost_write      write            the write at `at_byte` fails and writes nothing
    false_success   write            the write at `at_byte` is answered with ok but writes nothing
    close_error     write            the close after the upload is answered with an error
    short_reads     read             a read returns at most `at_byte` bytes, as on some servers
    denied          read             the file is listed, but cannot be opened
    sweep           commit           the file is removed as soon as it has its final name
    no_answer       answer           the answer is never written
    late            answer           the answer comes `nights` business dates later
    duplicate       answer           the same bytes come twice, under two names
    renamed         answer           the answer comes again on the next day under another name
    reissued        answer           the answer comes again on the next day under a new ISA13
    unbalanced      answer           an 835 whose BPR02 is one cent more than its claims
    truncated       answer           only the first `at_byte` bytes are ever written
    growing         answer           the file is partial and grows each time it is listed
    corrupt         answer           some of its bytes are wrong
    hostile_names   list             names with paths, newlines and escape sequences are listed
    endless         list             a file is listed whose content never ends

A fault applies to the files or answers selected by `file` (a glob on the name) and `answer` (TA1,
999, 277CA, 835), from the `nth` match on, `times` times (0: always). With `after = true` the
operation is done first and then fails, as when a reply is lost.
"""

import threading
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any

OPERATIONS = {
    "drop": ("write", "read", "rename", "list", "open", "remove", "connect", "login"),
    "stall": ("write", "read", "rename", "list", "open", "remove", "connect", "login"),
    "refuse_login": ("login",),
    "change_host_key": ("connect",),
    "full_disk": ("write",),
    "lost_write": ("write",),
    "false_success": ("write",),
    "close_error": ("write",),
    "short_reads": ("read",),
    "denied": ("read",),
    "sweep": ("commit",),
    "no_answer": ("answer",),
    "late": ("answer",),
    "duplicate": ("answer",),
    "renamed": ("answer",),
    "reissued": ("answer",),
    "unbalanced": ("answer",),
    "truncated": ("answer",),
    "growing": ("answer",),
    "corrupt": ("answer",),
    "hostile_names": ("list",),
    "endless": ("list",),
}

HOSTILE_NAMES = (
    "../../etc/cron.d/evil",
    "/etc/passwd",
    "..",
    "a\nb.835",
    "\x1b[2Jclear.835",
    "-rf.835",
    ".hidden",
    "remit\u202e538.exe",
    "x" * 255,
    " blank .835",
    "pipe|rm -rf ~.835",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One `[[fault]]`. `operation` is the operation that a drop or stall affects."""

    kind: str
    operation: str
    file: str = "*"
    answer: str = "*"
    at_byte: int = 0
    nth: int = 1
    times: int = 1
    seconds: float = 3600.0
    nights: int = 1
    after: bool = False


def fault_of(table: dict[str, Any], place: str) -> Fault:
    """A fault from its table. Raises ValueError, which says what is wrong and where."""
    known = set(Fault.__dataclass_fields__)
    if unknown := set(table) - known:
        raise ValueError(
            f"{place}: {sorted(unknown)[0]} is not known; a fault has {', '.join(sorted(known))}"
        )
    kind = table.get("kind")
    if kind not in OPERATIONS:
        raise ValueError(f"{place}: kind {kind!r} is not one of {', '.join(OPERATIONS)}")
    operation = table.get("operation", OPERATIONS[kind][0])
    if operation not in OPERATIONS[kind]:
        raise ValueError(f"{place}: {kind} can occur at {', '.join(OPERATIONS[kind])}, not at {operation!r}")
    return Fault(**{**table, "operation": operation})


class Faults:
    """The faults of a scenario, and how often each has matched."""

    def __init__(self, faults: tuple[Fault, ...] = ()) -> None:
        self._faults = faults
        self._occasions = [0] * len(faults)
        self.stalls = 0  # how many operations were stalled
        self._lock = threading.Lock()

    def strike(self, operation: str, *, file: str = "", answer: str = "") -> list[Fault]:
        """The faults that occur now. Each call counts as one match for those that fit."""
        struck = []
        with self._lock:
            for place, fault in enumerate(self._faults):
                if fault.operation != operation or not fnmatchcase(file, fault.file):
                    continue
                if not fnmatchcase(answer, fault.answer):
                    continue
                self._occasions[place] += 1
                since = self._occasions[place] - fault.nth
                if since >= 0 and (fault.times == 0 or since < fault.times):
                    struck.append(fault)
        return struck

    def occasions(self, kind: str) -> int:
        """How often faults of a kind have matched so far."""
        return sum(n for n, fault in zip(self._occasions, self._faults, strict=True) if fault.kind == kind)

    def standing(self, kind: str) -> bool:
        """Whether a fault that is not tied to an operation (hostile_names, endless) is configured."""
        return any(fault.kind == kind for fault in self._faults)
