"""Prefect flows: order, schedule, retries. What is done is in `tasks`, what is true in the ledger."""

import os

# Read by Prefect when it is imported: nothing is reported to anyone.
os.environ.setdefault("PREFECT_SERVER_ANALYTICS_ENABLED", "false")
os.environ.setdefault("DO_NOT_TRACK", "1")
