"""The seed of a test run, from which all that tests draw comes: Hypothesis, and our own generators.

`pytest --seed N`, or CLEANCLAIM_TEST_SEED=N, or `make test SEED=N`; without one it is 1. A run prints
it at its end, so that the same inputs can be had again.
"""

import os
import random

NAME = "CLEANCLAIM_TEST_SEED"
DEFAULT = 1


def seed() -> int:
    """The seed of this run."""
    return int(os.environ.get(NAME, DEFAULT))


def chance(*of: object) -> random.Random:
    """Dice of their own for a test (and its parameters), the same ones in every run of a seed."""
    return random.Random(":".join(map(str, (seed(), *of))))
