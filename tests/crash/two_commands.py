"""`cleanclaim run` started twice together on one home: one works, the other leaves with a clear message.

Both talk to one Prefect server that is running already, so that a round takes seconds. Every other
home is a demo home, whose clearinghouse the command itself starts.
"""

import subprocess
import sys
from datetime import date
from pathlib import Path

from tests.crash import prefect_server
from tests.crash.documents import Homes
from tests.crash.looking import look
from tests.crash.partner import Partner
from tests.crash.tally import Tally

DAY = date(2026, 11, 16)
SLOW = '\n[[fault]]\nkind = "stall"\noperation = "list"\nseconds = 6\n'
"""The first run is at work for some seconds, so that the second one surely meets it."""

WORKED = (0, 3)
LEFT = 1


def rounds(homes: Homes, how_many: int, address: str, tally: Tally) -> int:
    """Rounds of two commands; how often one of the two left as it should."""
    left = 0
    for turn in range(how_many):
        demo = turn % 2 == 1
        settings = f'demo = {str(demo).lower()}\nprefect_api_url = "{address}"\n'
        with homes.filled(f"command{turn}", settings) as home:
            partner = None if demo else Partner(home, DAY, SLOW)
            try:
                ended = _together(home)
            finally:
                if partner is not None:
                    partner.stop()
            faults = _wrong(ended)
            tally.faults += [f"two commands {turn}: {fault}" for fault in faults]
            left += not faults
            look(home, tally, f"two commands {turn}")
    return left


def _together(home: Path) -> list[tuple[int, str]]:
    """Exit code and complaints of each."""
    command = [
        str(Path(sys.executable).with_name("cleanclaim")),
        *("run", "--home", str(home), "--date", DAY.isoformat(), "--json"),
    ]
    environ = prefect_server.environment(home.parent / "prefect-client")
    started = [
        subprocess.Popen(command, env=environ, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        for _ in range(2)
    ]
    ended = []
    for process in started:
        _, complaints = process.communicate(timeout=300)
        ended.append((process.returncode, complaints))
    return ended


def _wrong(ended: list[tuple[int, str]]) -> list[str]:
    worked = [code for code, _ in ended if code in WORKED]
    left = [said for code, said in ended if code == LEFT]
    if (len(worked), len(left)) != (1, 1):
        return [f"they ended with {[code for code, _ in ended]}"]
    if "another run works on this home" not in " ".join(left[0].split()):
        return [f"the one that left said: {left[0][:500]}"]
    return []
