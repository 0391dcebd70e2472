"""`make run`: the whole service on this machine, as real processes that stop together.

Web server, workers and scheduler are those of production, only smaller; the embedded servers start by themselves. When one
of the processes ends, or the one that started them is gone, however it ended, the others end too.
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
#: The queues of each worker: neither an e-mail nor the check of a file waits for a report, nor one for the other.
WORKERS = {"worker": "default,mail", "worker-files": "imports", "worker-reports": "reports"}
STOPPING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
#: What is prepared, in words and as a command; each takes a moment where it was done before.
PREPARE = {
    "Tables (half a minute the first time)": ["migrate", "--verbosity", "0"],
    "Reference data": ["load_reference", "--verbosity", "0"],
    "Styles and scripts": ["collectstatic", "--noinput", "--verbosity", "0"],
    "Made-up data (a few minutes the first time)": ["seed_demo", "--if-empty"],
    "Statistics for the planner": ["analyze"],
}
STEPS = len(PREPARE) + 1


def main() -> int:
    """Prepare, start, print the address, and wait. Returns the exit status."""
    os.chdir(PROJECT)
    if "MAKELEVEL" in os.environ:
        _end_with(os.getppid())
    os.environ.setdefault("PQIP_DEMO", "yes")
    os.environ.setdefault("PQIP_LOG_LEVEL", "WARNING")  # so that the sign-ins stay visible
    try:
        port = (
            env.read().port
        )  # this also holds the embedded servers, where the environment names no others
    except ImproperlyConfigured as error:
        print(error, file=sys.stderr)
        return 1
    if _is_in_use(port):
        print(f"Port {port} is taken. Choose another: make run PORT={port + 1}", file=sys.stderr)
        return 1
    for number, (words, command) in enumerate(PREPARE.items(), 1):
        _print_step(number, words)
        if _prepare(command):
            print(f"manage.py {command[0]} failed; nothing was started.", file=sys.stderr)
            return 1
    _print_step(STEPS, "Web server, workers and scheduler")
    with _together(_processes(port)) as processes:
        subprocess.call([PYTHON, "manage.py", "sign_ins", "--port", str(port)])  # noqa: S603
        return _wait(processes)


def _prepare(command: list[str]) -> int:
    """Run one command in its own process group, so that Ctrl-C reaches only us and it ends silently. Returns its status."""
    process = _start([PYTHON, "manage.py", *command], start_new_session=True)
    try:
        return process.wait()
    except KeyboardInterrupt:
        _stop([process])
        print(
            "\nStopped before all was prepared; nothing is left running. Start again: make run",
            file=sys.stderr,
        )
        raise


def _print_step(number: int, words: str) -> None:
    print(f"Step {number} of {STEPS}: {words}", flush=True)


def _processes(port: int) -> dict[str, list[str]]:
    celery = [PYTHON, "-m", "celery", "--quiet", "-A", "pqip"]
    worker = [
        *celery,
        "worker",
        "-c",
        "1",
        "--loglevel",
        "WARNING",
        "--without-mingle",
        "--without-gossip",
    ]
    return {
        "web": [PYTHON, "-m", "gunicorn", "pqip.wsgi", "--bind", f"127.0.0.1:{port}",
                "--log-level", "warning"],
        **{name: [*worker, "-Q", queues, "-n", f"{name}@%h"] for name, queues in WORKERS.items()},
        "scheduler": [*celery, "beat", "--pidfile=", "--loglevel", "WARNING"],
    }  # fmt: skip


def _start(command: list[str], **options: Any) -> subprocess.Popen:
    """Start a process that ends when this one does, even when this one is killed (on Linux, which supports this)."""
    return subprocess.Popen(command, preexec_fn=partial(_end_with, os.getpid()), **options)  # noqa: S603


def _end_with(parent: int) -> None:
    """Ask the system for a SIGTERM when `parent` is gone; end at once where it is gone already."""
    with suppress(OSError):
        set_pdeathsig(signal.SIGTERM)
    if os.getppid() != parent:
        os._exit(1)


@contextmanager
def _together(commands: dict[str, list[str]]) -> Iterator[dict[str, subprocess.Popen]]:
    """Start all, each in its own process group; end all of them whatever happens."""
    for name in STOPPING:
        signal.signal(name, _interrupt)
    environment = os.environ | {"REMAP_SIGTERM": "SIGQUIT"}
    running = {
        name: _start(command, env=environment, start_new_session=True)
        for name, command in commands.items()
    }
    try:
        yield running
    except KeyboardInterrupt:
        print("\nStopping.")
    finally:
        for name in STOPPING:  # a second Ctrl-C must not leave half of it running
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
    """Wait until one ends by itself, which ends the others, or the user stops all. Returns the exit status."""
    while True:
        for name, process in processes.items():
            if (status := process.poll()) is not None:
                how = (
                    f"was killed (signal {-status})"
                    if status < 0
                    else f"ended by itself (status {status})"
                )
                print(
                    f"The {name} process {how}; the others are stopped too. Start again: make run",
                    file=sys.stderr,
                )
                return 1
        time.sleep(0.5)


def _interrupt(*_arguments: object) -> None:
    raise KeyboardInterrupt


def _is_in_use(port: int) -> bool:
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
