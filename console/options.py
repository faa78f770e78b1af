"""The options that every command takes: where the home is, where the inbox is, how to answer."""

from pathlib import Path
from typing import Annotated

import typer

HomeOption = Annotated[
    Path | None,
    typer.Option(
        "--home",
        help="Folder of this installation. Default: CLEANCLAIM_HOME, or ./cleanclaim-home.",
        show_default=False,
    ),
]
InboxOption = Annotated[
    Path | None,
    typer.Option("--inbox", help="Folder watched for encounters. Default: HOME/inbox.", show_default=False),
]
JsonOption = Annotated[
    bool, typer.Option("--json", help="Print one JSON object on standard output and nothing else.")
]
LimitOption = Annotated[int, typer.Option("--limit", min=1, max=1000, help="How many at most.")]
AfterOption = Annotated[int, typer.Option("--after", min=0, help="Go on behind the row with this id.")]
