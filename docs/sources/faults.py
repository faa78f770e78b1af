"""The fault matrix and the faults of the mock as a page."""

import re
from collections.abc import Iterator
from itertools import groupby

from docs.fault_matrix import OF_KIND, ROWS
from mock_clearinghouse import faults

HEAD = """# Faults, and what is done about them

Generated from `docs/fault_matrix.py`. Each row links to the tests that provoke its fault for real: the
process is killed, the disk is full, the line is cut, the partner lies. A test of the documentation sees
that every test named here exists.

The tests under `tests/faults` walk whole nights, on SQLite and on PostgreSQL, against the mock
clearinghouse over SFTP and, in `test_openssh.py`, against a real OpenSSH server (skipped where none is
installed). They end by counting: each interchange received once and whole, every cent posted once.
`make crash` kills a night at each of its side effects in turn, beside the moments that are named here.
"""

MOCK = """
## Faults of the mock clearinghouse

The mock can fail on purpose. Each fault is one table of a scenario file, given with
`python -m mock_clearinghouse --scenario FILE`:

```toml
[[fault]]
kind = "drop"          # what happens
operation = "rename"   # where a drop or a stall strikes; the others have one place
file = "*.837"         # only files of such names
answer = "277CA"       # only such answers: TA1, 999, 277CA, 835
at_byte = 700          # in a transfer: from this byte on
nth = 2                # from the second occasion on ...
times = 1              # ... so often; 0: always
after = true           # the operation is done, then its reply is lost
seconds = 30           # how long a stall lasts
nights = 2             # how late an answer comes
```

| Kind | Strikes at | What happens | A night with it |
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
    told = re.findall(r"^    (\w+) +(any operation|\w+) +([a-z].*)$", faults.__doc__ or "", re.MULTILINE)
    for kind, where, what in told[1:]:
        yield f"| `{kind}` | {where} | {what} | {_link(OF_KIND[kind])} |"


def _link(test: str) -> str:
    return f"[`{test}`](../tests/{test.split('::')[0]})"
