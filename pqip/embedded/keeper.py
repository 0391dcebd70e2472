"""Stops the embedded servers when the last process that holds them is gone.

`python -m pqip.embedded.keeper FOLDER [USER] [forget]`

Holders share a file lock, which the system releases however they end. The keeper asks for the lock exclusively, and so gets
it when nobody is left; it stops the servers while it has the lock, and a new holder waits and starts them again. With
`forget` it also deletes their folder, as a test run needs.
"""

from __future__ import annotations

import fcntl
import pwd
import shutil
import sys
from pathlib import Path

from pqip.embedded.places import Place
from pqip.embedded.servers import Servers


def keep(folder: Path, user: str = "", forget: str = "") -> None:
    """Wait for the lock, stop the servers and, with `forget`, delete their folder."""
    place = Place(folder, pwd.getpwnam(user) if user else None)
    with (folder / "keeper").open("a") as only:
        try:
            fcntl.flock(only, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return  # another keeper is waiting already
        with place.lock.open("a") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            Servers(place).stop()
            if forget:
                shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    keep(Path(sys.argv[1]), *sys.argv[2:])
