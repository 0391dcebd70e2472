"""The test run's own PostgreSQL and Valkey, in a folder that is deleted afterwards, even when the run was killed.

With `PQIP_TEST_KEPT` (`make t`) they run independently and outlive it, so that the next run finds them (`kept.py`).
"""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from pathlib import Path

from pqip.embedded.places import Place, place_for
from pqip.embedded.servers import OWNER, Servers, hold
from tests.harness import kept


def own_servers() -> None:
    """Start servers for this run unless the environment names a database; the workers of a run share their parent's."""
    os.environ.setdefault("PQIP_DEMO", "yes")
    if os.environ.get("PQIP_TEST_SERVERS") or os.environ.get("DATABASE_URL"):
        return
    name = os.environ.get("PQIP_TEST_KEPT")
    place = kept.use(name) if name else _fresh_place()
    servers = hold(Servers(place, durable=False), forget=True)
    files = tempfile.mkdtemp(prefix="pqip-tests-files-")
    atexit.register(shutil.rmtree, files, ignore_errors=True)
    os.environ |= {
        "PQIP_TEST_SERVERS": str(place.folder),
        "DATABASE_URL": servers.database_url(),
        "DATABASE_OWNER_URL": servers.database_url(OWNER),
        "REDIS_URL": servers.redis_url,
        "PQIP_FILES": files,
    }


def _fresh_place() -> Place:
    """Return a new folder, owned by the user that PostgreSQL runs as."""
    folder = Path(tempfile.mkdtemp(prefix="pqip-tests-"))
    user = place_for(folder).user
    if user:
        shutil.chown(folder, user.pw_uid, user.pw_gid)
    return Place(folder, user)
