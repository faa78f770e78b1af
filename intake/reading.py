"""One file in: its format found by its content, its encounters out.

A reader is a module with FORMAT, `recognises(name, text)` and `read(name, text)`; READERS is asked
in order and the first that recognises the file reads it.
"""

from typing import Protocol

from config.problem import Problem
from intake import ccda, csv_encounters, fhir, hl7v2, json_encounters
from intake.content import FORMATS, MAX_BYTES, text_of
from intake.outcome import Read

MAX_PROBLEMS = 200


class Reader(Protocol):
    """What a format's module offers."""

    FORMAT: str

    def recognises(self, name: str, text: str) -> bool: ...

    def read(self, name: str, text: str) -> Read: ...


READERS: tuple[Reader, ...] = (ccda, hl7v2, fhir, json_encounters, csv_encounters)


def read(name: str, data: bytes, max_bytes: int = MAX_BYTES) -> Read:
    """The encounters of a file and the problems met. Raises nothing, whatever the bytes are.

    `name` is the file's own name; only its ending is looked at. A file may give both encounters
    and problems; one that gives no encounter is for quarantine, with its problems as the reason.
    """
    if not data:
        return Read("", problems=[Problem("INT-01", "", "the file is empty", "export it again")])
    text = text_of(data, max_bytes)
    if isinstance(text, Problem):
        return Read("", problems=[text])
    for reader in READERS:
        if reader.recognises(name, text):
            try:
                return _limited(reader.read(name, text))
            except Exception as error:
                # The last resort: one strange file must not end the run. Only the type of the exception
                # is reported, since its text may quote the file.
                return Read(
                    reader.FORMAT,
                    problems=[
                        Problem(
                            "INT-99",
                            "",
                            f"the {reader.FORMAT} reader failed ({type(error).__name__})",
                            "report it with the file's shape, without patients' data",
                        )
                    ],
                )
    return Read(
        "",
        problems=[Problem("INT-03", "", "none of the known formats", f"send {FORMATS} as documented")],
    )


def _limited(found: Read) -> Read:
    """The outcome with a reason where it holds nothing, and at most MAX_PROBLEMS problems: a damaged file
    of many lines has one each."""
    if not found.encounters and not found.problems:
        found.problems.append(
            Problem("INT-11", "", "no encounter in the file", "send the encounters of the day")
        )
    if len(found.problems) > MAX_PROBLEMS:
        more = len(found.problems) - MAX_PROBLEMS
        del found.problems[MAX_PROBLEMS:]
        found.problems.append(
            Problem("INT-02", "", f"{more} further problems of the same file", "put these right first")
        )
    return found
