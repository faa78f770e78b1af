"""`cleanclaim edi ack`: the TA1 and 999 that a receiver would answer a file with."""

from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer

import edi
from console.answer import CommandError, console, leave, print_json, visible
from console.edi.sources import CLEAN, FAULTY, NO_X12, FileArgument, PhiOption, source_of
from console.options import JsonOption
from edi.acknowledgments.reading import Acknowledgment
from edi.acknowledgments.replies import replies
from edi.explain import Mask, explain_acknowledgment


def ack(
    file: FileArgument,
    out: Annotated[Path | None, typer.Option("--out", help="File to write; default standard output.")] = None,
    json: JsonOption = False,
    show_phi: PhiOption = False,
) -> None:
    """Write the TA1 and 999 that answer a file, as its receiver would send them.

    IK404, the copy of a bad value, is written only with --show-phi: it may be a patient's. Exit code 0: all
    accepted. 1: something is refused. 2: no X12. With --json: {"accepted", "interchanges" (TA1), "groups"
    (999), "file", "x12"}; x12 is null where --out took it.
    """
    try:
        acks, envelope = replies(source_of(file), copies=show_phi)
    except edi.UnwritableError:
        raise CommandError("ENV-01", "no X12: no interchange can be read in it", exit_code=NO_X12) from None
    data = edi.write_acknowledgments(acks, envelope)
    accepted = all(a.status in ("A", "E") for a in acks if not isinstance(a, edi.ClaimAcknowledgment))
    if out is not None:
        out.write_bytes(data)
    if json:
        print_json(
            {
                "accepted": accepted,
                "interchanges": _listed(acks, edi.InterchangeAcknowledgment),
                "groups": _listed(acks, edi.ImplementationAcknowledgment),
                "file": str(out.absolute()) if out else None,
                "x12": None if out else data.decode("latin-1"),
            }
        )
    elif out is None:
        typer.echo(data.decode("latin-1"), nl=False)
    else:
        for one in acks:
            for explanation in explain_acknowledgment(one, Mask(show_phi)):
                console.print(visible(explanation.title))
        console.print(f"written to {visible(str(out))}")
    leave(CLEAN if accepted else FAULTY)


def _listed(acks: list[Acknowledgment], kind: type[Any]) -> list[dict[str, Any]]:
    return [asdict(a) for a in acks if isinstance(a, kind)]
