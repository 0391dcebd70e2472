"""A process whose clock is ahead by `DRILL_CLOCK_AHEAD` seconds. The server's own clock cannot be set by a test."""

from __future__ import annotations

import datetime as dt
import os

from pqip.core.background import timing


def go_ahead(seconds: float) -> None:
    right = timing.now
    timing.now = lambda: right() + dt.timedelta(seconds=seconds)


if os.environ.get("DRILL_CLOCK_AHEAD"):
    go_ahead(float(os.environ["DRILL_CLOCK_AHEAD"]))
