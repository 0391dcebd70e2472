"""The web server's settings, wherever it runs: `make run`, the image, `docker compose`. Read from the working folder.

    gunicorn pqip.wsgi --bind 0.0.0.0:8000

Each thread may hold one connection to the database: workers × threads × web servers, with those of workers and scheduler,
stay below what PostgreSQL takes (`max_connections`, 100 as it comes).

It believes nobody's word about where a request comes from, and logs no query. Whether a proxy stands in front is said once, by
PQIP_TRUSTED_PROXIES, and Django reads its headers (`pqip/core/addresses.py`).
"""

import os
from typing import Any

worker_class = "pqip.web.Worker"
#: Processes: one more than there are processors, so that one which renders leaves the others to answer.
workers = int(os.environ.get("WEB_CONCURRENCY") or min((os.cpu_count() or 1) + 1, 4))
#: Threads of each: while one waits for the database, which a page may for `PQIP_WEB_STATEMENT_SECONDS`, others answer.
threads = 8
#: Connections that one process gathers from or answers; more wait to be taken. Each is an open file, two where much is sent:
#: together with the database's fewer than 1,024, which is what many systems allow a process.
worker_connections = 400
#: One request a connection: what is read ahead belongs to nobody else. A proxy in front keeps its own with browsers.
keepalive = 0
#: Seconds without a sign of life until a process is replaced; its loop gives one each second, whatever its threads wait for.
timeout = 60
#: Seconds that requests being answered have when the server stops or a process is replaced.
graceful_timeout = 30
max_requests, max_requests_jitter = 2000, 200
control_socket_disable = True

#: No peer may set `wsgi.url_scheme`, `SCRIPT_NAME` or `PATH_INFO` by a header; and none speaks the proxy protocol.
forwarded_allow_ips = ""
secure_scheme_headers: dict[str, str] = {}
forwarder_headers = ""
header_map = "drop"

#: Should somebody switch the access log on: time, method, path, status, size and seconds. Neither query nor referrer, where a
#: filter or a token could stand, nor the address of whoever connects, which is the proxy.
access_log_format = '%(t)s "%(m)s %(U)s" %(s)s %(B)s %(L)s'


def post_worker_init(worker: Any) -> None:
    """Take what every request needs out of the search for garbage."""
    from pqip.core.garbage import look_less_often

    look_less_often()
