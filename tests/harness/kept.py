"""Servers for tests that outlive a run, so that the next one starts at once. `PQIP_TEST_KEPT` names the pair.

`python -m tests.harness.kept NAME` keeps them until nobody has used them for an hour;
`python -m tests.harness.kept NAME stop` stops them now.

`make t` uses a pair that stays, `make test` one for its two runs. However they end, their folder is deleted.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import signal
import sys
import time
from contextlib import suppress
from pathlib import Path

from pqip.embedded.places import PROJECT, Place, place_for
from pqip.embedded.servers import Servers, beside, hold

IDLE_SECONDS = 60 * 60
LOOK_SECONDS = 30
STOP_SECONDS = 30


def place(name: str) -> Place:
    """Return `var/tests/NAME`, or its substitute (`pqip/embedded/places.py`)."""
    return place_for(PROJECT / "var" / "tests" / name)


def use(name: str) -> Place:
    """Return the place of the kept servers and note that they are used; start a process that keeps them where there is
    none.
    """
    where = place(name)
    _clear(where)
    where.make()
    (where.folder / "used").touch()
    beside("tests.harness.kept", name)
    return where


def keep(where: Place) -> None:
    """Keep the servers until nobody has used them for an hour. Returns at once where another process keeps them."""
    hold(Servers(where, durable=False), forget=True)
    with _keeper_file(where).open("a+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        while time.time() - (where.folder / "used").stat().st_mtime < IDLE_SECONDS:
            time.sleep(LOOK_SECONDS)


def stop(where: Place) -> str:
    """Stop the servers, wait until they are gone, and return what was done, in words."""
    if not where.folder.exists():
        return "No test servers are kept."
    until = time.monotonic() + STOP_SECONDS
    while where.folder.exists():
        _end_keeper(where)
        _clear(where)
        if time.monotonic() > until:
            return "A test run is using the servers; they stop when it ends."
        time.sleep(0.1)
    return "The test servers are stopped, and their data is gone."


def _end_keeper(where: Place) -> None:
    """Ask the process that keeps the servers to end: at each look, since another that was starting may take its turn."""
    with (
        suppress(FileNotFoundError, ProcessLookupError, ValueError),
        _keeper_file(where).open("r+") as file,
    ):
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.kill(int(file.read()), signal.SIGTERM)


def _clear(where: Place) -> None:
    """Delete what is left where the machine stopped before the servers did; nothing where a process keeps them."""
    with suppress(FileNotFoundError, BlockingIOError), where.lock.open("r+") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        Servers(where).stop()
        shutil.rmtree(where.folder, ignore_errors=True)


def _keeper_file(where: Place) -> Path:
    return where.folder / "kept-by"


if __name__ == "__main__":
    if sys.argv[2:] == ["stop"]:
        print(stop(place(sys.argv[1])))
    else:
        keep(place(sys.argv[1]))
