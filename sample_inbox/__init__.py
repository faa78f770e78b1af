"""Encounters to try things with, for `cleanclaim demo` and `init`; README.md has their story."""

from pathlib import Path

FOLDER = Path(__file__).parent
