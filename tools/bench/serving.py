"""The service as it runs, on the benchmark's database: web server and workers as real processes, people signed in, and requests
timed from the first byte sent to the last one read."""

from __future__ import annotations

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

from django.conf import settings
from django.test import Client

from pqip import run
from pqip.env import PROJECT
from workforce.accounts.session_store import cookie_of
from workforce.models import User

START_SECONDS, GIVE_UP_SECONDS = 60, 60
HEALTH = "/health/live"


@dataclass(frozen=True)
class Got:
    """An answer: seconds to its last byte, its status (0 for none), where it leads (an address, or *waits*) and what the server
    says of its time, in milliseconds."""

    seconds: float
    status: int = 0
    leads_to: str = ""
    times: dict[str, float] = field(default_factory=dict)
    size: int = 0


def get(port: int, path: str, cookie: str = "") -> Got:
    """Ask for one page, on a connection of its own."""
    begun = time.perf_counter()
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=GIVE_UP_SECONDS)
    try:
        connection.request("GET", path, headers={"Cookie": cookie} if cookie else {})
        answer = connection.getresponse()
        said = answer.read()
        seconds = time.perf_counter() - begun
        leads = "waits" if b"data-look-again" in said else answer.headers.get("Location", "")
        return Got(seconds, answer.status, leads, _times(answer.headers), len(said))
    except OSError:
        return Got(time.perf_counter() - begun)
    finally:
        connection.close()


def _times(headers: http.client.HTTPMessage) -> dict[str, float]:
    """`db;dur=4.1, render;dur=2` → each name's number."""
    parts = headers.get("Server-Timing", "").split(", ")
    return {
        name: float(said)
        for name, found, said in (part.partition(";dur=") for part in parts)
        if found
    }


def cookie_for(user: User) -> str:
    """A sign-in of its own."""
    client = Client()
    client.force_login(user, backend=settings.AUTHENTICATION_BACKENDS[0])
    return f"{settings.SESSION_COOKIE_NAME}={cookie_of(client.cookies[settings.SESSION_COOKIE_NAME].value)}"


@contextmanager
def service(environment: dict[str, str]) -> Iterator[int]:
    """Web server and workers, as `make run` starts them; gives the port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    surroundings = os.environ | environment | {"PORT": str(port), "PQIP_LOG_LEVEL": "WARNING"}
    subprocess.run(
        [sys.executable, "manage.py", "collectstatic", "--noinput", "--verbosity", "0"],
        cwd=PROJECT,
        env=surroundings,
        check=True,
    )
    commands = [command for name, command in run._processes(port).items() if name != "scheduler"]
    started = [
        subprocess.Popen(one, cwd=PROJECT, env=surroundings, start_new_session=True)
        for one in commands
    ]
    try:
        until = time.monotonic() + START_SECONDS
        while get(port, HEALTH).status != http.HTTPStatus.OK:
            if time.monotonic() > until:
                raise SystemExit("The web server did not start; nothing was measured.")
            time.sleep(0.5)
        yield port
    finally:
        for one in started:
            with suppress(ProcessLookupError):
                os.killpg(one.pid, signal.SIGTERM)
        for one in started:
            with suppress(subprocess.TimeoutExpired):
                one.wait(30)
            with suppress(ProcessLookupError):
                os.killpg(one.pid, signal.SIGKILL)
