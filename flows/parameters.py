"""The types of flows' parameters: Prefect validates them, and its forms show their words.

Prefect stores parameters in the clear, so these are paths, ids and dates.
"""

from datetime import date
from typing import Annotated

from pydantic import Field

HomeFolder = Annotated[
    str,
    Field(min_length=1, title="Home", description="folder of the installation, as the run's machine sees it"),
]
InboxFolder = Annotated[
    str, Field(title="Inbox", description="folder of the encounters; empty: as the home's settings say")
]
BusinessDate = Annotated[
    date | None,
    Field(title="Business date", description="empty: the day, in the home's time zone, that the run is due"),
]
ScheduleName = Annotated[
    str, Field(max_length=80, title="Schedule", description="which one started it; empty: a person did")
]
BatchId = Annotated[
    int,
    Field(
        ge=1, le=2**31 - 1, title="Batch", description="the batch's id, as `cleanclaim batches list` shows it"
    ),
]
