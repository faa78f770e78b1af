"""A file without what some senders add around its values: line breaks inside segments, blanks behind them."""

import re

from edi.read.interchanges import Wire

_BREAKS = b"\r\n\v\f"


def tidied(data: bytes) -> bytes:
    """The file without line breaks, where some stand inside its segments, and without the blanks that stand
    before a separator or terminator, those of its ISA aside. What has neither is given back as it is.

    X12 values hold no line break and end with no blank. For readers of answers, which want the values;
    `edi.check` is asked about the file as it came, and says where each blank is at fault.
    """
    first = next(iter(Wire(data)), None)
    if first is None or first.broken:
        return data
    element, component, end = (
        mark.encode("latin-1") for mark in (first.d.element, first.d.component, first.d.terminator)
    )
    wrapped = end not in _BREAKS and _is_wrapped(data, end)
    start = data.find(b"ISA" + element) + 106
    padded = any(data.find(b" " + mark, start) >= 0 for mark in (element, component, end))
    if not (wrapped or padded) or len({(i.d.element, i.d.component, i.d.terminator) for i in Wire(data)}) > 1:
        return data
    if wrapped:
        data = data.translate(None, _BREAKS)
    isa = b"ISA" + re.escape(element) + b".{101}" + re.escape(end)
    marks = b"".join(map(re.escape, (element, component, end)))
    return re.sub(b"(?s)(" + isa + b")| +(?=[" + marks + b"])", lambda found: found[1] or b"", data)


def _is_wrapped(data: bytes, end: bytes) -> bool:
    """Whether a line break stands elsewhere than behind a terminator."""
    returns = data.count(end + b"\r")
    behind = data.count(end + b"\n") + data.count(end + b"\r\n")
    return (data.count(b"\n"), data.count(b"\r")) != (behind, returns) or b"\v" in data or b"\f" in data
