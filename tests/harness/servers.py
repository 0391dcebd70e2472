"""The test run's own PostgreSQL and Valkey, in a folder that is gone afterwards, also when the run was killed."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

from pqip.embedded.places import Place, place_for
from pqip.embedded.servers import OWNER, Servers, hold


def own_servers() -> None:
    """Start servers for this run unless the environment gives a database; workers of a run share their parent's."""
    os.environ.setdefault("PQIP_DEMO", "yes")
    if os.environ.get("PQIP_TEST_SERVERS") or os.environ.get("DATABASE_URL"):
        return
    folder = Path(tempfile.mkdtemp(prefix="pqip-tests-"))
    place = _place(folder)
    servers = hold(Servers(place, durable=False), forget=True)
    os.environ |= {
        "PQIP_TEST_SERVERS": str(place.folder),
        "DATABASE_URL": servers.database_url(),
        "DATABASE_OWNER_URL": servers.database_url(OWNER),
        "REDIS_URL": servers.redis_url,
        "PQIP_FILES": str(folder / "files"),
    }


def _place(folder: Path) -> Place:
    """The folder, given to the user PostgreSQL runs as."""
    user = place_for(folder).user
    if user:
        shutil.chown(folder, user.pw_uid, user.pw_gid)
    return Place(folder, user)
