"""Work that stands still, or dies, at a moment a drill names in the environment of its worker.

`DRILL_PAUSE_IN`, `DRILL_DIE_IN`: the format of a report of which half a file is written by then. `DRILL_PAUSE_MAIL`: `before`
an e-mail is handed over, or `after`, when nothing says yet that it was.
"""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable
from typing import Any, BinaryIO

from pqip.messages import delivery
from pqip.messages.models import Message
from reports.actions import make_run

HALF = b"half a file"


def stand_still() -> None:
    time.sleep(600)


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def stop_in(format: str, how: Callable[[], None]) -> None:
    """From now on this process writes half of each file of that format, and stops."""
    whole = make_run.write

    def half(made: Any, wanted: str, stream: BinaryIO) -> None:
        if wanted != format:
            return whole(made, wanted, stream)
        stream.write(HALF)
        stream.flush()
        how()
        return None

    make_run.write = half


def pause_mail(when: str) -> None:
    """From now on this process stands still before it says that it hands an e-mail over, or after it has."""
    begin, hand_over = delivery._begin, delivery.hand_over

    def begin_later(message: Message) -> None:
        stand_still()
        begin(message)

    def hand_over_and_stop(message: Message) -> None:
        hand_over(message)
        stand_still()

    if when == "before":
        delivery._begin = begin_later
    else:
        delivery.hand_over = hand_over_and_stop


if os.environ.get("DRILL_PAUSE_IN"):
    stop_in(os.environ["DRILL_PAUSE_IN"], stand_still)
if os.environ.get("DRILL_DIE_IN"):
    stop_in(os.environ["DRILL_DIE_IN"], die)
if os.environ.get("DRILL_PAUSE_MAIL"):
    pause_mail(os.environ["DRILL_PAUSE_MAIL"])
