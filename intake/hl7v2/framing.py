"""Whether a file of HL7 v2 messages is whole, as far as its frame and its trailers say."""

import re

from config.problem import Problem

_ENVELOPE = re.compile(r"(?:^|[\r\n\x0b\x1c])[ \t]*(FHS|BHS|MSH|BTS|FTS)([^\w\s])([^\r\n]*)")
# What follows the charges of a message: a cut inside it costs none of them.
_AFTER_CHARGES = re.compile(r"(?:IN1|IN2|IN3|GT1|ACC|UB1|UB2|NTE|Z[A-Z0-9]{2}|BTS|FTS)[^\w\s]")


def cut_off(text: str) -> Problem | None:
    """Why the file is not whole: an MLLP frame or a batch that is not closed, or a count that is not met."""
    if text.rfind("\x0bMSH") > text.rfind("\x1c"):
        return _cut("the last message's frame (MLLP) is not closed")
    open_batches, messages, batches = 0, 0, 0
    file_open = False
    for found in _ENVELOPE.finditer(text):
        name, count = found[1], found[3].split(found[2])[0].strip()
        if name == "FHS":
            file_open, batches = True, 0
        elif name == "BHS":
            open_batches, messages = 1, 0
            batches += 1
        elif name == "MSH":
            messages += 1
        elif name == "BTS":
            if open_batches and count.isdecimal() and int(count) != messages:
                return _cut(f"the batch counts {int(count)} messages (BTS-1), {messages} are there")
            open_batches = 0
        elif name == "FTS":
            if file_open and batches and count.isdecimal() and int(count) != batches:
                return _cut(f"the file counts {int(count)} batches (FTS-1), {batches} are there")
            file_open = False
    if open_batches or file_open:
        return _cut("a batch or file header (BHS, FHS) without its trailer (BTS, FTS)")
    return None


def ends_open(text: str, last: str) -> bool:
    """Whether the last segment, of the name `last`, has no end and holds, or is followed by, what is charged:
    it may be cut. Where all breaks were lost its name alone says it."""
    if text.endswith(("\r", "\n", "\x1c")):
        return False
    line = re.split(r"[\r\n\x1c]", text)
    return not _AFTER_CHARGES.match(line[-1].strip() if len(line) > 1 else f"{last}|")


def _cut(what: str) -> Problem:
    return Problem("INT-05", "", f"{what}; nothing of the file is read", "send the file again, whole")
