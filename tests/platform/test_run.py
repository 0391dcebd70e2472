"""`make run`: what it started ends with it, however it went, and when one ends the others do."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import pytest

from pqip import run
from tests.faults.machines import wait_until

SUPERVISOR = """
import sys
from pqip import run
idle = [sys.executable, "-c", "import time; time.sleep(600)"]
with run._together({"web": idle, "worker": idle, "scheduler": idle}) as processes:
    print(*(process.pid for process in processes.values()), flush=True)
    sys.exit(run._wait(processes))
"""


@contextmanager
def supervisor() -> Iterator[tuple[subprocess.Popen[str], list[int]]]:
    """The supervisor over three idle processes, and their numbers."""
    process = subprocess.Popen(
        [sys.executable, "-c", SUPERVISOR], cwd=run.PROJECT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    children = [int(number) for number in process.stdout.readline().split()]
    try:
        yield process, children
    finally:
        process.kill()
        process.communicate()
        for child in children:
            with suppress(ProcessLookupError):
                os.kill(child, signal.SIGKILL)


def is_gone(number: int) -> bool:
    """True also of what has ended and nobody has waited for yet."""
    try:
        with open(f"/proc/{number}/stat") as stat:
            return stat.read().rpartition(")")[2].split()[0] == "Z"
    except (FileNotFoundError, ProcessLookupError):
        return True


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_what_it_started_ends_with_it_even_when_it_is_killed(number: signal.Signals) -> None:
    with supervisor() as (process, children):
        assert len(children) == 3
        process.send_signal(number)
        wait_until(lambda: all(map(is_gone, children)), 30, "web, worker and scheduler end")
        assert process.wait(30) == (-signal.SIGKILL if number == signal.SIGKILL else 0)


@pytest.mark.parametrize(("which", "name"), [(0, "web"), (1, "worker"), (2, "scheduler")])
def test_when_one_is_killed_all_stop_and_it_is_said_which(which: int, name: str) -> None:
    with supervisor() as (process, children):
        os.kill(children[which], signal.SIGKILL)
        _, said = process.communicate(timeout=30)
        assert process.returncode == 1
        assert said.strip() == f"The {name} process was killed (signal 9); the others are stopped too. Start again: make run"
        assert all(map(is_gone, children))


def test_it_ends_with_make() -> None:
    script = "import os, time; from pqip import run; run._end_with(os.getppid()); print(os.getpid(), flush=True); time.sleep(600)"
    make = subprocess.Popen(
        ["/bin/sh", "-c", f"'{sys.executable}' -c '{script}'; true"], cwd=run.PROJECT, stdout=subprocess.PIPE, text=True
    )
    assert make.stdout is not None
    child = int(make.stdout.readline())
    make.kill()
    make.wait()
    wait_until(lambda: is_gone(child), 30, "the supervisor ends with whoever started it")
    make.stdout.close()


def test_a_port_that_is_taken_is_seen() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        assert run._is_taken(port)
    assert not run._is_taken(port)
