"""One `serve` a home: a lock of this machine's kernel, which is free again however its holder ends."""

import fcntl
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from config.settings import Settings
from console.answer import CommandError


@contextmanager
def only_one(settings: Settings) -> Iterator[None]:
    """Holds the home's lock. Raises CommandError SRV-02 where another `serve` holds it."""
    settings.home.mkdir(parents=True, exist_ok=True, mode=0o700)
    handle = os.open(_lock(settings), os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise CommandError(
                "SRV-02", f"another `cleanclaim serve` runs on {settings.home}; this one leaves"
            ) from None
        yield
    finally:
        os.close(handle)


def is_served(settings: Settings) -> bool:
    """Whether a `serve` runs on this home, on this machine."""
    try:
        handle = os.open(_lock(settings), os.O_RDWR | os.O_CLOEXEC)
    except OSError:
        return False
    try:
        fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except OSError:
        return True
    else:
        return False
    finally:
        os.close(handle)


def suffix(settings: Settings) -> str:
    """What keeps this home's deployments apart from another home's on a Prefect server that they share.

    Made once a home; empty with the built-in server, which is this home's own.
    """
    if not settings.prefect_api_url:
        return ""
    file = settings.home / "prefect" / "home.id"
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    if not file.exists():
        file.write_text(secrets.token_hex(4), encoding="ascii")
    return file.read_text("ascii").strip()


def _lock(settings: Settings) -> Path:
    return settings.home / "serve.lock"
