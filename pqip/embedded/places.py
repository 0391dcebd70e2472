"""Where the embedded servers keep their data, and as whom they run.

PostgreSQL refuses to run as root. As root it therefore runs as an unprivileged user that exists already, with its data
in a folder of that user's own under the system's folder for such data; no other permission is touched.
"""

from __future__ import annotations

import hashlib
import os
import pwd
import re
import shutil
from dataclasses import dataclass
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
UNPRIVILEGED = ("postgres", "nobody", "daemon")
LONGEST_SOCKET = 100
#: What a server's command line and an address take without quoting.
PLAIN = re.compile(r"[A-Za-z0-9_./+-]+")


@dataclass(frozen=True)
class Place:
    """A folder for one pair of servers, and the user they run as (None: whoever we are)."""

    folder: Path
    user: pwd.struct_passwd | None = None

    @property
    def data(self) -> Path:
        return self.folder / "postgres"

    @property
    def sockets(self) -> Path:
        return self.folder / "sockets"

    @property
    def lock(self) -> Path:
        return self.folder / "lock"

    @property
    def owner(self) -> int:
        """The number of the user the servers run as."""
        return self.user.pw_uid if self.user else os.getuid()

    def make(self) -> None:
        """Create the folder and those inside, owned by the servers' user and closed to everybody else.

        Raises SystemExit where somebody else made one first: who owns the folder can reach what is in it.
        """
        for folder in (self.folder, self.sockets):
            if not folder.exists():
                folder.mkdir(parents=True, mode=0o700)
                if self.user:
                    shutil.chown(folder, self.user.pw_uid, self.user.pw_gid)
            if folder.is_symlink() or folder.stat().st_uid != self.owner:
                raise SystemExit(f"{folder} belongs to somebody else. Remove it, or give DATABASE_URL and REDIS_URL.")


def project_place() -> Place:
    """The place of this clone: under `var/`, or as root in a folder of an unprivileged user's."""
    return place_for(PROJECT / "var" / "embedded")


def place_for(folder: Path) -> Place:
    """`folder` itself where it serves; another that stands for it where root or a long or odd path forbids it."""
    name = "pqip-" + hashlib.sha256(str(folder).encode()).hexdigest()[:12]
    if os.geteuid() == 0:
        return Place(Path("/var/tmp") / name, _unprivileged())  # noqa: S108  (0700, and named for this clone)
    if len(str(folder / "sockets" / ".s.PGSQL.5432")) > LONGEST_SOCKET or not PLAIN.fullmatch(str(folder)):
        return Place(Path("/var/tmp") / f"{name}-{os.getuid()}")  # noqa: S108
    return Place(folder)


def _unprivileged() -> pwd.struct_passwd:
    for name in UNPRIVILEGED:
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise SystemExit("As root, the embedded PostgreSQL needs an unprivileged user such as nobody. Give DATABASE_URL instead.")
