"""Where one made-up person might be found after a run: everything Prefect keeps, every log, every title."""

import base64
import json
import logging
import os
import pickle
import sqlite3
import threading
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path


def everything_prefect_keeps() -> str:
    """Every cell of every table, with what is encoded in it decoded, and every stored result."""
    from prefect.settings import PREFECT_API_DATABASE_CONNECTION_URL, PREFECT_LOCAL_STORAGE_PATH

    url = str(PREFECT_API_DATABASE_CONNECTION_URL.value())
    database = sqlite3.connect(url.split("///", 1)[1])
    parts = []
    for (table,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall():
        for row in database.execute(f'SELECT * FROM "{table}"'):
            parts += [_decoded(cell) for cell in row if cell is not None]
    database.close()
    storage = Path(PREFECT_LOCAL_STORAGE_PATH.value())
    parts += [_decoded(f.read_bytes()) for f in storage.rglob("*") if f.is_file()] if storage.exists() else []
    return "\n".join(parts)


def _decoded(cell: object) -> str:
    if isinstance(cell, bytes):
        for unpack in (zlib.decompress, lambda b: repr(pickle.loads(b)).encode(), base64.b64decode):
            try:
                return cell.decode("latin-1") + unpack(cell).decode("latin-1")
            except Exception:
                continue
        return cell.decode("latin-1")
    text = str(cell)
    try:
        inner = json.loads(text)
    except ValueError:
        return text
    if isinstance(inner, dict) and isinstance(inner.get("result"), str):
        try:
            return text + repr(pickle.loads(base64.b64decode(inner["result"])))
        except Exception:
            return text
    return text


class _Kept(logging.Handler):
    """Every record as the most talkative formatter would write it, tracebacks with their messages."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.lines: list[str] = []
        self.setFormatter(logging.Formatter("%(name)s %(message)s %(args)s"))

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(self.format(record))


@contextmanager
def all_logs() -> Iterator[list[str]]:
    """What any logger says at DEBUG; SQLAlchemy and paramiko with it."""
    kept = _Kept()
    loggers = [logging.getLogger(n) for n in ("", "cleanclaim", "prefect", "sqlalchemy", "paramiko")]
    before = [(logger, logger.level) for logger in loggers]
    for logger in loggers:
        logger.addHandler(kept)
        if logger.name != "paramiko":  # the transport silences it, and that is what is tested
            logger.setLevel(logging.DEBUG)
    try:
        yield kept.lines
    finally:
        for logger, level in before:
            logger.removeHandler(kept)
            logger.setLevel(level)


@contextmanager
def process_titles() -> Iterator[set[str]]:
    """The command line of every process of this machine, looked at again and again."""
    seen: set[str] = set()
    over = threading.Event()

    def look() -> None:
        while not over.is_set():
            for process in Path("/proc").glob("[0-9]*"):
                with suppress(OSError):
                    title = (process / "cmdline").read_bytes() + b" " + (process / "comm").read_bytes()
                    seen.add(title.decode("utf-8", "replace"))
            over.wait(0.1)

    looking = threading.Thread(target=look)
    looking.start()
    try:
        yield seen
    finally:
        over.set()
        looking.join()
    assert os.name != "posix" or not Path("/proc/self").exists() or seen
