"""`cleanclaim edi diff`: how two files differ in what they mean."""

from dataclasses import asdict
from typing import Annotated

import typer

import edi
from console.answer import console, leave, print_json, table, visible
from console.edi.sources import CLEAN, FAULTY, NO_X12, AArgument, BArgument, PhiOption, name_of, source_of
from console.options import JsonOption
from edi.compare.files import differences
from edi.explain.words.claims import count_of


def diff(
    a: AArgument,
    b: BArgument,
    envelope: Annotated[
        bool, typer.Option("--envelope", help="Compare control numbers, dates, senders and receivers too.")
    ] = False,
    json: JsonOption = False,
    show_phi: PhiOption = False,
) -> None:
    """Compare two files by meaning: parties, diagnoses, lines, money; not by order or formatting.

    Exit code 0: they mean the same. 1: they differ. 2: one of them is no X12. With --json:
    {"same": true or false, "differences": [{where, what, a, b}]}.
    """
    one, two = source_of(a), source_of(b)
    for file, source in ((a, one), (b, two)):
        if not edi.read_envelopes(source):
            if json:
                print_json({"same": False, "differences": [], "not_x12": name_of(file)})
            else:
                console.print(f"{visible(name_of(file))}: no X12")
            leave(NO_X12)
    found = list(differences(one, two, show_phi=show_phi, envelope=envelope))
    if json:
        print_json({"same": not found, "differences": [asdict(d) for d in found]})
    elif found:
        table(
            f"{name_of(a)} and {name_of(b)}: {count_of(len(found), 'difference', 'differences')}",
            ("where", "what", "A", "B"),
            [(d.where, d.what, d.a, d.b) for d in found],
        )
    else:
        console.print("They mean the same.")
    leave(FAULTY if found else CLEAN)
