"""Health pages. `live` asks nothing of anybody; `ready` asks database, migrations, broker, background work and the folder of
files, briefly."""

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

log = logging.getLogger("pqip.health")
#: Bytes of disk that are few for a day's files.
LEAST_ROOM = 200 * 1024 * 1024


@requires(PUBLIC)
def live(request: HttpRequest) -> JsonResponse:
    """The process answers."""
    return JsonResponse({"status": "ok"})


@requires(PUBLIC)
def ready(request: HttpRequest) -> JsonResponse:
    """Whether requests can be served: 200 with broker and workers up or down (work waits in the database), 503 otherwise.

    `files` fails where none can be written; pages are served, and whoever brings one is told so.
    `work` fails while no worker has shown a sign of life for two minutes, or a queue's oldest work waits too long.
    """
    has_database = _passes(_database)
    found = {"database": has_database, "migrations": has_database and _passes(_migrations), "broker": _passes(_broker)}
    found["work"] = has_database and _passes(_work)  # what the database holds is not asked where it does not answer
    found["files"] = _passes(_files)
    serves = found["database"] and found["migrations"]
    words = {name: "ok" if passed else "failing" for name, passed in found.items()}
    response = JsonResponse({"status": "ok" if serves else "failing", **words}, status=200 if serves else 503)
    response._has_been_logged = not has_database  # type: ignore[attr-defined]  # above; Django adds a line to other 503
    return response


def _passes(check: Callable[[], bool]) -> bool:
    try:
        return check()
    except (DatabaseError, InterfaceError, redis.RedisError, OSError) as error:
        log.warning("health check failed", extra={"event": "health", "detail": f"{check.__name__}: {type(error).__name__}"})
        return False


def _database() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        return cursor.fetchone() == (1,)


def _migrations() -> bool:
    executor = MigrationExecutor(connection)
    return not executor.migration_plan(executor.loader.graph.leaf_nodes())


def _work() -> bool:
    from pqip.jobs.health import worker_health

    return worker_health().is_working


def _files() -> bool:
    """A file can be written: the folder, or the one it will be made in, is ours and its disk has room for some."""
    wanted = Path(settings.MEDIA_ROOT)
    folder = next(path for path in (wanted, *wanted.absolute().parents) if path.exists())
    return os.access(folder, os.W_OK | os.X_OK) and shutil.disk_usage(folder).free > LEAST_ROOM


def _broker() -> bool:
    client = redis.Redis.from_url(settings.ENVIRONMENT.redis_url, socket_connect_timeout=1, socket_timeout=1)
    try:
        return bool(client.ping())
    finally:
        client.close()
