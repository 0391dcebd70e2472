"""Where the embedded servers keep their data, and as which user they run.

PostgreSQL refuses to run as root. As root it therefore runs as an existing unprivileged user, with its data in a folder
owned by that user, under the system's folder for such data; no other permission is changed.
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
#: Characters that need no quoting in a server's command line and address.
PLAIN = re.compile(r"[A-Za-z0-9_./+-]+")


@dataclass(frozen=True)
class Place:
    """A folder for one pair of servers, and the user they run as (None: the present user)."""

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
        """Return the number of the user the servers run as."""
        return self.user.pw_uid if self.user else os.getuid()

    def make(self) -> None:
        """Create the folder and those inside, owned by the servers' user and closed to everybody else.

        Raises SystemExit where another user has created one first, since the owner of the folder can reach its content.
        """
        for folder in (self.folder, self.sockets):
            if not folder.exists():
                folder.mkdir(parents=True, mode=0o700)
                if self.user:
                    shutil.chown(folder, self.user.pw_uid, self.user.pw_gid)
            if folder.is_symlink() or folder.stat().st_uid != self.owner:
                raise SystemExit(
                    f"{folder} belongs to somebody else. Remove it, or give DATABASE_URL and REDIS_URL."
                )


def project_place() -> Place:
    """Return the place of this clone: under `var/` or, as root, in a folder of an unprivileged user."""
    return place_for(PROJECT / "var" / "embedded")


def place_for(folder: Path) -> Place:
    """Return `folder` itself where it can be used; another in its stead for root, or where its path is too long or needs
    quoting.
    """
    name = "pqip-" + hashlib.sha256(str(folder).encode()).hexdigest()[:12]
    if os.geteuid() == 0:
        return Place(Path("/var/tmp") / name, _unprivileged())  # noqa: S108  (0700, and named for this clone)
    if len(str(folder / "sockets" / ".s.PGSQL.5432")) > LONGEST_SOCKET or not PLAIN.fullmatch(
        str(folder)
    ):
        return Place(Path("/var/tmp") / f"{name}-{os.getuid()}")  # noqa: S108
    return Place(folder)


def _unprivileged() -> pwd.struct_passwd:
    for name in UNPRIVILEGED:
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise SystemExit(
        "As root, the embedded PostgreSQL needs an unprivileged user such as nobody. Give DATABASE_URL instead."
    )
