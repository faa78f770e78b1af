"""`cleanclaim edi`: check, explain, acknowledge or compare any X12 claim file, without a home.

Exit codes of all four: 0 clean (accepted, the same), 1 errors (refused, different), 2 no X12.
"""

import typer

from console.edi import ack, check, diff, explain

app = typer.Typer(
    help="Any X12 claim, remittance or acknowledgment file: check, explain, ack, diff. Needs no home.",
    no_args_is_help=True,
)
app.command("check")(check.check)
app.command("explain")(explain.explain)
app.command("ack")(ack.ack)
app.command("diff")(diff.diff)
