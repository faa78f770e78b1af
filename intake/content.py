"""The bytes of a file as text: unpacked within a bound, in whatever encoding they came."""

import codecs
import gzip
import io
import re
import zlib

from config.problem import Problem

MAX_BYTES = 50_000_000
FORMATS = "JSON, CSV, C-CDA, FHIR or HL7 v2"
_OFFICE, _ARCHIVE = "an Office document", "a ZIP archive"
_BINARY = {
    b"PK\x03\x04": _ARCHIVE,
    b"%PDF": "a PDF",
    b"\x89PNG": "a picture",
    b"\xff\xd8\xff": "a picture",
    b"II*\x00": "a picture",
    b"MM\x00*": "a picture",
    b"\xd0\xcf\x11\xe0": _OFFICE,
    b"{\\rtf": "an RTF document",
}
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16, whose mark it starts with
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_XML_ENCODING = re.compile(rb"""<\?xml[^>]{0,100}?encoding\s*=\s*["']([A-Za-z0-9._-]{1,40})["']""")
# Control characters that no text format needs; HL7 separates segments with return, MLLP frames
# messages with 0B and 1C.
_CONTROLS = re.compile("[\x00-\x08\x0e-\x1b\x1d-\x1f]")


def text_of(data: bytes, max_bytes: int = MAX_BYTES) -> str | Problem:
    """The file's text without a byte order mark, or why it has none.

    UTF-8, UTF-16 and UTF-32 (with a mark, or plain from their zero bytes), what an XML declaration
    names, else Windows-1252, which holds Latin-1. gzip is unpacked, up to `max_bytes`.
    """
    if len(data) > max_bytes:
        return _too_large(max_bytes)
    if data[:2] == b"\x1f\x8b":
        unpacked = _gunzip(data, max_bytes)
        if isinstance(unpacked, Problem):
            return unpacked
        data = unpacked
    for magic, what in _BINARY.items():
        if data.startswith(magic):
            if b"[Content_Types].xml" in data[:4_096]:
                what = _OFFICE  # a ZIP archive too
            remedy = {_OFFICE: "save it as CSV", _ARCHIVE: "unpack it"}.get(what, f"send {FORMATS}")
            return Problem("INT-03", "", f"this is {what}", remedy)
    text = _decode(data)
    if text is None:
        return Problem(
            "INT-04", "", "the characters fit none of the usual encodings", "save the file as UTF-8"
        )
    if not text.strip("\ufeff \t\r\n\x0b\x1a\x1c\x00"):
        return Problem("INT-01", "", "the file is empty", "export it again")
    text = text.rstrip("\x1a\x00")  # what old systems pad their files with
    if found := _CONTROLS.search(text):
        line = text.count("\n", 0, found.start()) + 1
        return Problem(
            "INT-04", f"line {line}", "holds a NUL or another control character", "export the file again"
        )
    return text


def _decode(data: bytes) -> str | None:
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return _try(data[len(mark) :], encoding)
    if encoding := _zero_pattern(data[:4]):
        return _try(data, encoding)
    # UTF-16 would have shown in its zero bytes: programs that build their XML in memory write it anyway.
    if (
        (declared := _XML_ENCODING.match(data[:200].lstrip()))
        and not declared[1].upper().startswith((b"UTF-16", b"UTF-32", b"UCS-"))
        and (text := _try(data, declared[1].decode("ascii"))) is not None
    ):
        return text
    text = _try(data, "utf-8")
    # Windows-1252 leaves five bytes undefined; Latin-1 defines all.
    return text if text is not None else (_try(data, "cp1252") or _try(data, "latin-1"))


def _zero_pattern(head: bytes) -> str:
    """UTF-16 or UTF-32 without a mark shows in the zero bytes of its first, always ASCII, characters."""
    zeros = tuple(byte == 0 for byte in head)
    if zeros == (False, True, False, True):
        return "utf-16-le"
    if zeros == (True, False, True, False):
        return "utf-16-be"
    if zeros == (False, True, True, True):
        return "utf-32-le"
    return "utf-32-be" if zeros == (True, True, True, False) else ""


def _try(data: bytes, encoding: str) -> str | None:
    try:
        return codecs.decode(data, encoding) if codecs.lookup(encoding)._is_text_encoding else None
    except (UnicodeError, LookupError, ValueError):
        return None


def _gunzip(data: bytes, max_bytes: int) -> bytes | Problem:
    """The whole of a gzip file, be it packed in one go or in several, one after another."""
    try:
        with gzip.GzipFile(fileobj=io.BytesIO(data)) as packed:
            unpacked = packed.read(max_bytes + 1)
    except EOFError:
        return Problem("INT-05", "", "the gzip file is cut off", "copy it again")
    except (OSError, zlib.error):
        return Problem("INT-05", "", "the gzip file is damaged", "pack it again")
    return _too_large(max_bytes) if len(unpacked) > max_bytes else unpacked


def _too_large(max_bytes: int) -> Problem:
    return Problem(
        "INT-02",
        "",
        f"larger than {max_bytes // 1_000_000} MB",
        "split the file, or raise max_file_bytes in cleanclaim.toml",
    )
