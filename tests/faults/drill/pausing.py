"""A report file that is half written when its worker is killed: `DRILL_PAUSE_IN` names the format to stop in."""

from __future__ import annotations

import os
import time
from typing import Any, BinaryIO

from reports.actions import make_run

HALF = b"half a file"


def pause_in(format: str) -> None:
    """From now on this process writes half of each file of that format, and stands still."""
    whole = make_run.write

    def half(made: Any, wanted: str, stream: BinaryIO) -> None:
        if wanted != format:
            return whole(made, wanted, stream)
        stream.write(HALF)
        stream.flush()
        time.sleep(600)
        return None

    make_run.write = half


if os.environ.get("DRILL_PAUSE_IN"):
    pause_in(os.environ["DRILL_PAUSE_IN"])
