"""The mock clearinghouse in a process of its own, for one night."""

import json
import os
import signal
from datetime import date
from pathlib import Path

from config.connection import write_connection
from mock_clearinghouse import keys
from mock_clearinghouse.program import Clearinghouse
from mock_clearinghouse.scenario import parse
from tests.crash.documents import CHECKOUT
from tests.crash.processes import silent

SCENARIO = (CHECKOUT / "mock_clearinghouse" / "scenarios" / "demo.toml").read_text("utf-8")


class Partner:
    """Opens a night at once. `extra` is more of the demo's scenario: what goes wrong tonight."""

    def __init__(self, home: Path, day: date, extra: str = "") -> None:
        reading, writing = os.pipe()
        self.pid = os.fork()
        if self.pid == 0:
            silent()
            mock = Clearinghouse(home / "clearinghouse", day, parse(SCENARIO + extra))
            mock.start()
            os.write(writing, json.dumps([mock.port, keys.public_line(mock.host_key)]).encode() + b"\n")
            signal.signal(signal.SIGTERM, lambda *_: (mock.stop(), os._exit(0)))
            while True:
                signal.pause()
        os.close(writing)
        with os.fdopen(reading) as answer:
            port, host_key = json.loads(answer.readline() or "[0, null]")
        for file in (home / "partners" / "clearinghouses").glob("*.toml"):
            write_connection(
                file,
                host="127.0.0.1",
                port=port,
                host_key=host_key,
                key_file=Path("clearinghouse/client_key"),
            )

    def __enter__(self) -> "Partner":
        return self

    def __exit__(self, *error: object) -> None:
        self.stop()

    def stop(self) -> None:
        """It is down. May be called again."""
        if self.pid:
            os.kill(self.pid, signal.SIGTERM)
            os.waitpid(self.pid, 0)
            self.pid = 0
