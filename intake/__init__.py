"""Bytes to encounters: every format in which a documented encounter comes, read into one model.

`read(name, data)` never raises: what cannot be read is a `Problem` with its place and remedy.
"""

from config.problem import Problem
from intake.encounter import Encounter
from intake.manifest import Manifest, is_manifest, read_manifest
from intake.outcome import Read
from intake.reading import read

__all__ = ["Encounter", "Manifest", "Problem", "Read", "is_manifest", "read", "read_manifest"]
