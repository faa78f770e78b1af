"""Reads what an 837 says of its lines and its other payers with oxedi, another project's reader.

oxedi brings a specification for the 835 alone, but is driven by data: `oxedi_837.json` has the few loops that
are asked for here, and where they begin.
"""

import json
from pathlib import Path

import oxedi

from bench import oxedi_columns

LOOPS = json.loads(Path(__file__).with_name("oxedi_837.json").read_text("utf-8"))
PLACES = {
    "others": {"order": ("SBR", 1), "covered_days": ("MIA", 1)},
    "lines": {
        "line": ("LX", 1),
        "contract": ("CN1", 1),
        "contract_amount": ("CN1", 2),
        "contract_code": ("CN1", 4),
    },
    "decisions": {
        "payer": ("SVD", 1),
        "paid": ("SVD", 2),
        "procedure": ("SVD", 3),
        "revenue_code": ("SVD", 4),
        "units": ("SVD", 5),
    },
}
CONTROL = ("ISA", "GS", "GE", "IEA", "ST", "SE")


def _spec() -> oxedi.Spec:
    known = json.loads(oxedi.Spec.builtin().to_json())
    named = {o["segment"] for loop in LOOPS.values() for o in loop["occurrences"].values()}
    anything = {str(n): {"name": f"element_{n}", "type": "AN", "min": 1, "max": 256} for n in range(1, 25)}
    header = {"header": {"pos": 1, "max": 1, "segment": "ST", "usage": "required"}}
    loops = {name: known["loops"][name] for name in ("interchange", "group", "transaction")}
    loops["transaction"] = {**loops["transaction"], "occurrences": header}
    made = {
        "name": "837",
        "version": known["version"],
        "balancing": {},
        "segments": {
            **{name: known["segments"][name] for name in CONTROL},
            **{name: {"elements": anything} for name in sorted(named)},
        },
        "loops": {**loops, **LOOPS},
        "tables": {
            table: {
                "columns": {name: {"segment": s, "element": n} for name, (s, n) in columns.items()},
                "loops": [table],
                "ref": table.removesuffix("s"),
            }
            for table, columns in PLACES.items()
        },
    }
    return oxedi.Spec.from_json(json.dumps(made))


def read(data: bytes) -> dict[str, list[dict[str, str]]]:
    """The rows of each table of PLACES, in the order of the file; "" is an element that is not there. A row
    without its loop's first segment is oxedi's own, of a loop that what follows belongs to."""
    tables = oxedi.parse(data, spec=_spec()).tables
    found = {}
    for name, asked in PLACES.items():
        columns = oxedi_columns.columns(tables[name], " ".join(asked))
        rows = [[(value or b"").decode() for value in row] for row in zip(*columns, strict=True)]
        found[name] = [dict(zip(asked, row, strict=True)) for row in rows if row[0]]
    return found
