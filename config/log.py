"""The log of a home: HOME/logs/cleanclaim.log, readable by its owner, control characters escaped.

Steps log ids, counts and codes; no patient's data reaches it.
"""

import logging
from logging.handlers import RotatingFileHandler

from config.settings import Settings


class Escaped(logging.Formatter):
    """One line a record: names from outside cannot add lines or steer a terminal."""

    def format(self, record: logging.LogRecord) -> str:
        line = super().format(record)
        return "".join(c if c.isprintable() else f"\\x{ord(c):02x}" for c in line)


def open_log(settings: Settings, *, shown: bool = False) -> None:
    """Sends the product's log to the home's file, once a process; `shown`: to standard error as well."""
    folder = settings.home / "logs"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    file = folder / "cleanclaim.log"
    logger = logging.getLogger("cleanclaim")
    logger.setLevel(settings.log_level)
    logger.propagate = False
    for handler in list(logger.handlers):
        if isinstance(handler, RotatingFileHandler):
            if handler.baseFilename == str(file):
                return
            logger.removeHandler(handler)
            handler.close()
    made = RotatingFileHandler(file, maxBytes=10_000_000, backupCount=9, encoding="utf-8")
    made.setFormatter(Escaped("%(asctime)s %(levelname)s %(name)s %(message)s"))
    logger.addHandler(made)
    if shown:
        stream = logging.StreamHandler()
        stream.setFormatter(Escaped("%(asctime)s %(message)s", "%Y-%m-%d %H:%M:%S"))
        logger.addHandler(stream)
