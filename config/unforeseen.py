"""Where an error came from that nothing foresaw: a file and a line, never what it says."""

import traceback
from pathlib import Path


def raised_at(error: Exception) -> str:
    """File and line of the last frame that is ours; of any where none is."""
    frames = traceback.extract_tb(error.__traceback__)
    ours = [frame for frame in frames if "site-packages" not in frame.filename] or frames
    return f"{Path(ours[-1].filename).name}:{ours[-1].lineno}" if ours else "unknown place"
