"""The long form, `make crash`: every side effect of two nights, random kills, two runs at once."""

import sys
import tempfile
import time
from pathlib import Path

from tests.crash import harness


def main() -> int:
    tally = harness.Tally()
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        harness.every(root, tally)
        print(f"every point once: {tally}")
        harness.at_random(root, 20, tally)
        print(f"at random: {tally}")
        left = harness.two_at_once(root, 20, tally)
        print(f"two at once: 40 nights, in {left} the second left, {time.monotonic() - began:.0f} s in all")
    for fault in tally.faults:
        print(fault)
    print(tally)
    return 0 if tally.clean else 1


if __name__ == "__main__":
    sys.exit(main())
