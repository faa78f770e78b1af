"""What has to be set for a Dask cluster of other machines: both ends show a certificate."""

from config.dask_address import on_this_machine
from config.settings import Settings

FILES = ("dask_authorities", "dask_certificate", "dask_certificate_key")


def lacking(settings: Settings) -> str:
    """What the settings lack for their scheduler, with the remedy; "" where nothing."""
    address = settings.dask_scheduler
    if not address:
        return ""
    if address.startswith("tls:"):
        unnamed = [name for name in FILES if getattr(settings, name) is None]
        if unnamed:
            return f"{address} wants certificates on both ends: set {', '.join(unnamed)}"
        absent = [name for name in FILES if not getattr(settings, name).is_file()]
        if absent:
            return f"{absent[0]} names a file that is not there"
    if on_this_machine(address):
        return ""
    if settings.database_url.startswith("sqlite"):
        return "workers of other machines reach no SQLite file: keep the ledger on PostgreSQL (database_url)"
    if not settings.prefect_api_url:
        return "workers of other machines reach no temporary Prefect server: set prefect_api_url"
    return ""
