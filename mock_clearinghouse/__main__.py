"""`python -m mock_clearinghouse --root DIR --date YYYY-MM-DD [--port 0] [--scenario FILE]`

Prints one line of JSON when it is ready: port, host_key (as in known_hosts), user, client_key (path
of the private key to log in with), date (the business date). It listens on loopback only
and ends cleanly on SIGTERM, SIGINT or, with --until-stdin-closes, at the end of standard input.
"""

import argparse
import json
import os
import signal
import sys
import threading
import time
from datetime import date
from pathlib import Path

from mock_clearinghouse import keys
from mock_clearinghouse.program import USER, Clearinghouse
from mock_clearinghouse.scenario import DEFAULT, ScenarioError, load


def main(arguments: list[str] | None = None) -> int:
    """Run until stopped. Exit code 0; 2 for a scenario that cannot be used."""
    parser = argparse.ArgumentParser(
        prog="python -m mock_clearinghouse", description="A clearinghouse to test with."
    )
    parser.add_argument("--root", type=Path, required=True, help="its folder: keys, files, memory")
    parser.add_argument("--date", type=date.fromisoformat, required=True, help="the business date")
    parser.add_argument("--port", type=int, default=0, help="0 takes any free port")
    parser.add_argument("--scenario", type=Path, default=DEFAULT, help="TOML file that says who gets what")
    parser.add_argument("--user", default=USER, help="who may log in")
    parser.add_argument("--inbound", default="inbound", help="the folder that files are put into")
    parser.add_argument("--outbound", default="outbound", help="the folder of the answers")
    parser.add_argument(
        "--until-stdin-closes", action="store_true", help="end with the program that started it"
    )
    given = parser.parse_args(arguments)
    os.umask(0o077)
    try:
        scenario = load(given.scenario)
    except (ScenarioError, OSError) as error:
        print(f"scenario: {error}", file=sys.stderr)
        return 2
    clearinghouse = Clearinghouse(
        given.root,
        given.date,
        scenario,
        given.port,
        user=given.user,
        inbound=given.inbound,
        outbound=given.outbound,
    )
    reasons: list[str] = []  # a list and no Event: a signal handler must not wait for a lock
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: reasons.append("signal"))
    clearinghouse.start()
    ready = {
        "port": clearinghouse.port,
        "host_key": keys.public_line(clearinghouse.host_key),
        "user": given.user,
        "client_key": str((given.root / "client_key").resolve()),
        "date": clearinghouse.day.isoformat(),
    }
    print(json.dumps(ready), flush=True)
    if given.until_stdin_closes:
        threading.Thread(target=_wait_for_end_of_input, args=(reasons,), daemon=True).start()
    while not reasons:
        time.sleep(0.1)
    clearinghouse.stop()
    return 0


def _wait_for_end_of_input(reasons: list[str]) -> None:
    while sys.stdin.buffer.read(4096):
        pass
    reasons.append("end of input")


if __name__ == "__main__":
    sys.exit(main())
