"""The page of the fault matrix and the mock clearinghouse's faults."""

import re
from collections.abc import Iterator
from itertools import groupby

from docs.fault_matrix import OF_KIND, ROWS
from mock_clearinghouse import faults

HEAD = """# Faults and how they are handled

Generated from `docs/fault_matrix.py`. Each row links to the tests that provoke its fault: a process is
killed, a disk is full, a connection is cut, a partner misbehaves, a document is damaged or doubtful. Another
test checks that every test named here exists.

The tests under `tests/faults` do complete nightly runs, on SQLite and on PostgreSQL, against the mock
clearinghouse over SFTP and, in `test_openssh.py`, against a real OpenSSH server (skipped if none is
installed). Each ends with a count: every interchange received once and complete, every cent posted once.
`make crash` also kills a run at each of its side effects in turn.
"""

MOCK = """
## Faults of the mock clearinghouse

The mock clearinghouse can fail on purpose. Each fault is one table of a scenario file, passed with
`python -m mock_clearinghouse --scenario FILE`:

```toml
[[fault]]
kind = "drop"          # what happens
operation = "rename"   # the operation that a drop or stall affects; other kinds have only one
file = "*.837"         # only files with matching names
answer = "277CA"       # only this kind of answer: TA1, 999, 277CA, 835
at_byte = 700          # in a transfer: from this byte on
nth = 2                # starts with the second match ...
times = 1              # ... and occurs once; 0: always
after = true           # the operation is done, then its reply is lost
seconds = 30           # how long a stall lasts
nights = 2             # how many business dates late an answer is
```

| Kind | Operation | What happens | Test |
|---|---|---|---|"""


def pages() -> dict[str, str]:
    return {"faults.md": "\n".join([HEAD, *_matrix(), MOCK, *_mock()])}


def _matrix() -> Iterator[str]:
    for where, rows in groupby(ROWS, lambda row: row.where):
        yield f"## {where}\n"
        yield "| Fault | What is done | Provoked by |"
        yield "|---|---|---|"
        for row in rows:
            yield f"| {row.fault} | {row.done} | {'<br>'.join(map(_link, row.tests))} |"
        yield ""


def _mock() -> Iterator[str]:
    rows = re.findall(r"^    (\w+) +(any operation|\w+) +([a-z].*)$", faults.__doc__ or "", re.MULTILINE)
    for kind, where, what in rows[1:]:
        yield f"| `{kind}` | {where} | {what} | {_link(OF_KIND[kind])} |"


def _link(test: str) -> str:
    return f"[`{test}`](../tests/{test.split('::')[0]})"
