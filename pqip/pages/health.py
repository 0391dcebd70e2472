"""Health pages. `live` depends on nothing; `ready` briefly asks database, migrations, broker, background work and the files
folder.
"""

from __future__ import annotations

import logging
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import redis
from django.conf import settings
from django.db import DatabaseError, InterfaceError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, JsonResponse

from pqip.core.access import PUBLIC, requires
from pqip.jobs.health import worker_health

log = logging.getLogger("pqip.health")
#: Free bytes on the disk that are too few for a day's files.
LEAST_ROOM = 200 * 1024 * 1024


@requires(PUBLIC)
def live(request: HttpRequest) -> JsonResponse:
    """Return that the process answers."""
    return JsonResponse({"status": "ok"})


@requires(PUBLIC)
def ready(request: HttpRequest) -> JsonResponse:
    """Return whether requests can be served: 200 whether broker and workers are up or not (work waits in the database),
    else 503.

    `files` fails where none can be written; pages are still served, and users who upload one are told. `work` fails while
    no test job has finished for two minutes, or a queue's oldest work waits too long.
    """
    has_database = _passes(_database)
    found = {
        "database": has_database,
        "migrations": has_database and _passes(_migrations),
        "broker": _passes(_broker),
    }
    found["work"] = has_database and _passes(
        _work
    )  # nothing in the database is asked for while it does not answer
    found["files"] = _passes(_files)
    serves = found["database"] and found["migrations"]
    words = {name: "ok" if passed else "failing" for name, passed in found.items()}
    response = JsonResponse(
        {"status": "ok" if serves else "failing", **words}, status=200 if serves else 503
    )
    response._has_been_logged = not has_database  # type: ignore[attr-defined]  # above; Django adds a line to other 503
    return response


def _passes(check: Callable[[], bool]) -> bool:
    try:
        return check()
    except (DatabaseError, InterfaceError, redis.RedisError, OSError) as error:
        log.warning(
            "health check failed",
            extra={"event": "health", "detail": f"{check.__name__}: {type(error).__name__}"},
        )
        return False


def _database() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        return cursor.fetchone() == (1,)


def _migrations() -> bool:
    executor = MigrationExecutor(connection)
    return not executor.migration_plan(executor.loader.graph.leaf_nodes())


def _work() -> bool:
    return worker_health().is_working


def _files() -> bool:
    """Return whether a file can be written: the folder, or the one in which it will be created, is ours and its disk has
    room.
    """
    wanted = Path(settings.MEDIA_ROOT)
    folder = next(path for path in (wanted, *wanted.absolute().parents) if path.exists())
    return os.access(folder, os.W_OK | os.X_OK) and shutil.disk_usage(folder).free > LEAST_ROOM


def _broker() -> bool:
    client = redis.Redis.from_url(
        settings.ENVIRONMENT.redis_url, socket_connect_timeout=1, socket_timeout=1
    )
    try:
        return bool(client.ping())
    finally:
        client.close()
