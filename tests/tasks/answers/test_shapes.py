"""Remittances and acknowledgments in the shapes that senders give them: read, or quarantined with a place.

Each shape is given to an 835, a 277CA and a 999 whose content is known; what they say must not change.
"""

import base64
import re

import pytest

import edi
from edi.read.tidying import tidied
from tasks.answers import contents
from tests.edi.samples import ENVELOPE, claim, claim_acknowledgment, remittance

FILES = {
    "835": edi.write_remittances([remittance()], ENVELOPE).decode(),
    "277CA": edi.write_acknowledgments([claim_acknowledgment()], ENVELOPE).decode(),
    "999": edi.acknowledge(edi.write_claims([claim()], ENVELOPE)).decode(),
}
READERS = (edi.read_remittances, edi.read_acknowledgments, edi.read_claim_statuses)
SECOND = ("000000905", "000000906")


def taken(data: bytes) -> tuple[str, list[tuple[str, str]], list[str]]:
    """What becomes of a file, why, and all that its records say but for their findings."""
    plain = tidied(data)
    found = contents.look(None, plain)
    state, troubles = contents.what_becomes(found, plain)
    said = []
    for reader in READERS:
        for record in found.each(reader(plain), troubles):
            if not isinstance(getattr(record, "claims", ()), list | tuple):
                record.claims = list(record.claims)
            text = re.sub(r"findings=\[.*?\], ", "", repr(record))
            text = re.sub(r"interchange_control_number='\d*'", "", text)
            said.append(text.replace(SECOND[1], SECOND[0]))
    return state, [(trouble.code, trouble.place) for trouble in troubles], said


def separated(text: str, element: str, component: str, repetition: str, end: str) -> str:
    marks = {"*": element, ":": component, "^": repetition, "~": end}
    return text.replace("\n", "").translate(str.maketrans(marks))


def with_segment(text: str, segment: str) -> str:
    """Before the SE, which counts it."""
    counted = re.sub(r"\nSE\*(\d+)", lambda found: f"\nSE*{int(found[1]) + 1}", text)
    return counted.replace("\nSE*", f"\n{segment}~\nSE*")


def behind_isa(text: str, pattern: str, by: str) -> str:
    return text[:106] + re.sub(pattern, by, text[106:])


READ = {
    "other separators": lambda t: separated(t, "|", ">", "!", "\n"),
    "control characters as separators": lambda t: separated(t, "\x1d", "\x1f", "\x1e", "\x1c"),
    "one line": lambda t: t.replace("\n", ""),
    "cr and lf": lambda t: t.replace("\n", "\r\n"),
    "cr alone": lambda t: t.replace("\n", "\r"),
    "vertical tabs": lambda t: t.replace("\n", "\v"),
    "form feeds": lambda t: t.replace("\n", "\f"),
    "blank lines": lambda t: t.replace("\n", "\n\n"),
    "blanks behind terminators": lambda t: t.replace("\n", "  \n"),
    "tabs behind terminators": lambda t: t.replace("\n", "\t\r\n"),
    "lines of eighty": lambda t: re.sub("(.{80})", r"\1\r\n", t.replace("\n", "")),
    "lines of seventy": lambda t: re.sub("(.{70})", r"\1\n", t.replace("\n", "")),
    "a byte order mark": lambda t: "\xef\xbb\xbf" + t,
    "blank lines before it": lambda t: "\r\n\r\n  " + t,
    "zeros behind it": lambda t: t + "\0" * 100,
    "an end of file mark": lambda t: t + "\x1a",
    "blanks behind all values": lambda t: behind_isa(t, r"([*~])", r"  \1"),
    "blanks before terminators": lambda t: behind_isa(t, "~", " ~"),
    "blanks behind components": lambda t: behind_isa(t, ":", " :"),
    "blanks behind dates": lambda t: behind_isa(t, r"(\*\d{8})([*~])", r"\1   \2"),
    "an unknown segment": lambda t: with_segment(t, "XYZ*1*2"),
    "a segment of the sender's own": lambda t: with_segment(t, "ZZ1*SOMETHING"),
    "a segment with a long id": lambda t: with_segment(t, "TOOLONG*A"),
    "an empty segment": lambda t: t.replace("\nSE*", "\n~\nSE*"),
    "an empty segment that is counted": lambda t: with_segment(t, ""),
    "separators that trail": lambda t: behind_isa(t, "~", "***~"),
    "a padded version": lambda t: behind_isa(t, r"(005010X\d+(?:A1)?)([*~])", r"\1  \2"),
    "an older interchange version": lambda t: t.replace("*^*00501*", "*U*00401*"),
    "an ISA that is not padded": lambda t: t.replace("CLEANCLAIM     ", "CLEANCLAIM"),
}  # fmt: skip
TWICE = {
    "two interchanges": lambda t: t + t.replace(*SECOND),
    "two interchanges with other separators": lambda t: (
        t + separated(t.replace(*SECOND), "|", ">", "!", "\n")
    ),
}
REFUSED = {
    "in another encoding": (lambda t: t.encode("utf-16").decode("latin-1"), "RSP-FORMAT", "file"),
    "in base64": (lambda t: base64.b64encode(t.encode()).decode(), "RSP-FORMAT", "file"),
    "in small letters": (str.lower, "RSP-DAMAGED", "ISA"),
    "segment ids in small letters": (
        lambda t: t[:3] + re.sub(r"(?<=~\n)[A-Z0-9]{2,3}(?=\*)", lambda found: found[0].lower(), t[3:]),
        "RSP-DAMAGED",
        "interchange 000000905, envelope",
    ),
    "SE counts wrong": (
        lambda t: re.sub(r"\nSE\*\d+", "\nSE*99", t), "RSP-DAMAGED", "interchange 000000905, envelope"
    ),
    "SE names another": (
        lambda t: re.sub(r"\nSE\*(\d+)\*\d+", r"\nSE*\1*9999", t),
        "RSP-DAMAGED",
        "interchange 000000905, envelope",
    ),
    "GE counts wrong": (
        lambda t: t.replace("\nGE*1", "\nGE*2"), "RSP-DAMAGED", "interchange 000000905, envelope"
    ),
    "without an IEA": (lambda t: t[: t.index("IEA")], "RSP-DAMAGED", "interchange 000000905, envelope"),
    "without a GE": (
        lambda t: re.sub(r"GE\*[^~]*~\n", "", t), "RSP-DAMAGED", "interchange 000000905, envelope"
    ),
    "without an ST": (
        lambda t: re.sub(r"ST\*[^~]*~\n", "", t), "RSP-DAMAGED", "interchange 000000905, envelope"
    ),
    "without a GS": (
        lambda t: re.sub(r"GS\*[^~]*~\n", "", t), "RSP-DAMAGED", "interchange 000000905, envelope"
    ),
    "a terminator is missing": (
        lambda t: t.replace("~\nSE*", "\nSE*"), "RSP-DAMAGED", "interchange 000000905, envelope"
    ),
    "cut in the middle": (lambda t: t[: len(t) // 2], "RSP-DAMAGED", "interchange 000000905, envelope"),
    "nothing behind its ISA": (lambda t: t[:106], "RSP-DAMAGED", "interchange 000000905, envelope"),
    "half an ISA": (lambda t: t[:60], "RSP-DAMAGED", "ISA"),
    "nothing": (lambda t: "", "RSP-EMPTY", "file"),
    "blanks": (lambda t: " \r\n\0 ", "RSP-EMPTY", "file"),
    "within a page": (lambda t: f"<html>{t}</html>", "RSP-DAMAGED", "ISA"),
    "a control number that is none": (
        lambda t: t.replace("000000905", "00000A905"), "RSP-DAMAGED", "interchange ?, envelope"
    ),
}  # fmt: skip


@pytest.mark.parametrize("file", FILES)
@pytest.mark.parametrize("shape", READ)
def test_a_shape_changes_nothing_of_what_is_said(shape, file):
    shaped = READ[shape](FILES[file])
    assert shaped != FILES[file] or (file, shape) == ("999", "blanks behind components")
    assert taken(shaped.encode("latin-1")) == taken(FILES[file].encode())


@pytest.mark.parametrize("file", FILES)
@pytest.mark.parametrize("shape", TWICE)
def test_several_interchanges_of_a_file_are_all_read(shape, file):
    state, troubles, said = taken(TWICE[shape](FILES[file]).encode("latin-1"))
    once = taken(FILES[file].encode())[2]
    assert (state, troubles, sorted(said)) == ("stored", [], sorted([*once, *once]))


@pytest.mark.parametrize("file", FILES)
@pytest.mark.parametrize("shape", REFUSED)
def test_what_cannot_be_taken_is_quarantined_with_its_place(shape, file):
    damage, code, place = REFUSED[shape]
    data = damage(FILES[file]).encode("latin-1")
    assert taken(data) == ("quarantined", [(code, place)], [])
    assert edi.check(data) != []


@pytest.mark.parametrize("file", FILES)
@pytest.mark.parametrize("version", ["004010X091A1", "008020X322", ""])
def test_a_version_that_no_guide_has_hands_nothing_on_and_is_found(version, file):
    data = re.sub(r"005010X\d+(A1)?", version, FILES[file]).encode()
    said = taken(data)[2]
    assert [record for record in said if not record.startswith("InterchangeAcknowledgment")] == []
    assert {"ENV-45", "ENV-55"} <= {finding.code for finding in edi.check(data)}


@pytest.mark.parametrize("text", ["PAYER MAILBOX 17\n{}", "{}\n*** END OF FILE ***\n"])
def test_text_beside_an_interchange_is_told_and_the_interchange_is_taken(text):
    state, troubles, said = taken(text.format(FILES["835"]).encode())
    assert (state, troubles) == ("stored", [("RSP-DAMAGED", "file")])
    assert said == taken(FILES["835"].encode())[2]


@pytest.mark.parametrize("name", ["a report of the day.txt", "Main St: 5 claims received, 2 st. louis"])
def test_a_text_for_people_is_archived(name):
    assert taken(name.encode())[0] == "archived"


def test_a_file_that_needs_no_tidying_is_given_back_as_it_is():
    for text in FILES.values():
        data = text.encode()
        assert tidied(data) is data
