"""The code sets that a command of `cleanclaim codes` asks, and the day it asks about."""

from datetime import date, datetime
from pathlib import Path
from typing import Annotated

import typer

from coding.codes.encoder import Encoder
from coding.codes.store import Codes, load
from coding.codes.tabular import Tabular
from config import settings
from console.answer import CommandError
from console.days import today
from console.options import HomeOption

DayOption = Annotated[
    datetime | None, typer.Option("--date", formats=["%Y-%m-%d"], help="Day of service. Default: today.")
]


def opened(home: HomeOption, day: datetime | None, *, writes: bool = False) -> tuple[Path, Codes, date]:
    """The folder of the home's own sets, every set, and the day asked about.

    Where no home is named and none lies at the default place, the shipped sets answer alone.
    """
    found = settings.load(home)
    if writes or settings.is_named(home):
        settings.require_home(found)
    folder = found.home / "codes"
    return folder, load(folder), today(found) if day is None else day.date()


def searchable(codes: Codes) -> tuple[Encoder, Tabular]:
    """The encoder, and the tabular that it searches.

    Raises:
        CommandError: no tabular is loaded (`CODES-NO-TABULAR`).
    """
    if codes.encoder is None or codes.tabular is None:
        raise CommandError("CODES-NO-TABULAR", "no tabular is loaded; load icd10c-tabular-YYYY.xml")
    return codes.encoder, codes.tabular
