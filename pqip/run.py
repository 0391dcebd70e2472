"""`make run`: the whole service on this machine, as real processes that stop together.

Web server, workers and scheduler are what runs in production, only smaller; the embedded servers start by themselves.
When one of them ends, or whoever started them is gone, however it went, the others end too.
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import partial
from typing import Any

from billiard.util import set_pdeathsig
from django.core.exceptions import ImproperlyConfigured

from pqip import env
from pqip.env import PROJECT

PYTHON = sys.executable
STOP_SECONDS = 15
#: Who takes what: neither an e-mail nor the check of a file waits for a report, nor one for the other.
WORKERS = {"worker": "default,mail", "worker-files": "imports", "worker-reports": "reports"}
STOPPING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
PREPARE = [
    ["migrate", "--verbosity", "0"],
    ["load_reference", "--verbosity", "0"],
    ["collectstatic", "--noinput", "--verbosity", "0"],
    ["seed_demo", "--if-empty"],
]


def main() -> int:
    """Prepare, start, say where, and wait. Returns the exit status."""
    os.chdir(PROJECT)
    if "MAKELEVEL" in os.environ:
        _end_with(os.getppid())
    os.environ.setdefault("PQIP_DEMO", "yes")
    os.environ.setdefault("PQIP_LOG_LEVEL", "WARNING")  # so that the sign-ins stay in sight
    try:
        port = env.read().port  # which also holds the embedded servers, where the environment names no others
    except ImproperlyConfigured as error:
        print(error, file=sys.stderr)
        return 1
    if _is_taken(port):
        print(f"Port {port} is taken. Choose another: make run PORT={port + 1}", file=sys.stderr)
        return 1
    for command in PREPARE:
        if _start([PYTHON, "manage.py", *command]).wait():
            print(f"manage.py {command[0]} failed; nothing was started.", file=sys.stderr)
            return 1
    with _together(_processes(port)) as processes:
        subprocess.call([PYTHON, "manage.py", "sign_ins", "--port", str(port)])  # noqa: S603
        return _wait(processes)


def _processes(port: int) -> dict[str, list[str]]:
    celery = [PYTHON, "-m", "celery", "--quiet", "-A", "pqip"]
    worker = [*celery, "worker", "-c", "1", "--loglevel", "WARNING", "--without-mingle", "--without-gossip"]
    return {
        "web": [PYTHON, "-m", "gunicorn", "pqip.wsgi", "--bind", f"127.0.0.1:{port}",
                "--log-level", "warning"],
        **{name: [*worker, "-Q", queues, "-n", f"{name}@%h"] for name, queues in WORKERS.items()},
        "scheduler": [*celery, "beat", "--pidfile=", "--loglevel", "WARNING"],
    }  # fmt: skip


def _start(command: list[str], **options: Any) -> subprocess.Popen:
    """A process that ends when this one does, even when this one is killed (on Linux, where the system can be asked to)."""
    return subprocess.Popen(command, preexec_fn=partial(_end_with, os.getpid()), **options)  # noqa: S603


def _end_with(parent: int) -> None:
    """Ask the system for a SIGTERM when `parent` is gone; end at once where it went before we asked."""
    with suppress(OSError):
        set_pdeathsig(signal.SIGTERM)
    if os.getppid() != parent:
        os._exit(1)


@contextmanager
def _together(commands: dict[str, list[str]]) -> Iterator[dict[str, subprocess.Popen]]:
    """Start all, each in a group of its own; end all of them whatever happens."""
    for name in STOPPING:
        signal.signal(name, _interrupt)
    environment = os.environ | {"REMAP_SIGTERM": "SIGQUIT"}
    running = {name: _start(command, env=environment, start_new_session=True) for name, command in commands.items()}
    try:
        yield running
    except KeyboardInterrupt:
        print("\nStopping.")
    finally:
        for name in STOPPING:  # whoever asks twice is not to leave half of it running
            signal.signal(name, signal.SIG_IGN)
        _stop([*running.values()])


def _stop(running: list[subprocess.Popen]) -> None:
    for process in running:
        _signal(process, signal.SIGTERM)
    until = time.monotonic() + STOP_SECONDS
    for process in running:
        with suppress(subprocess.TimeoutExpired):
            process.wait(max(until - time.monotonic(), 0.1))
        _signal(process, signal.SIGKILL)


def _signal(process: subprocess.Popen, number: int) -> None:
    with suppress(ProcessLookupError):
        os.killpg(process.pid, number)


def _wait(processes: dict[str, subprocess.Popen]) -> int:
    """Until one ends by itself, which ends the others, or the person stops all."""
    while True:
        for name, process in processes.items():
            if (status := process.poll()) is not None:
                how = f"was killed (signal {-status})" if status < 0 else f"ended by itself (status {status})"
                print(f"The {name} process {how}; the others are stopped too. Start again: make run", file=sys.stderr)
                return 1
        time.sleep(0.5)


def _interrupt(*_arguments: object) -> None:
    raise KeyboardInterrupt


def _is_taken(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return True
    return False


if __name__ == "__main__":
    try:
        raise SystemExit(main())
    except KeyboardInterrupt:
        raise SystemExit(130) from None
