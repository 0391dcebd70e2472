"""`make run`: what it started ends with it, however it went, and when one ends the others do."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any
from unittest.mock import patch

import pytest
from celery.exceptions import SecurityWarning

from pqip import run
from pqip.celery import suppress_root_warning_in_a_demonstration
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
        [sys.executable, "-c", SUPERVISOR],
        cwd=run.PROJECT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
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
        assert (
            said.strip()
            == f"The {name} process was killed (signal 9); the others are stopped too. Start again: make run"
        )
        assert all(map(is_gone, children))


def test_it_ends_with_make() -> None:
    script = "import os, time; from pqip import run; run._end_with(os.getppid()); print(os.getpid(), flush=True); time.sleep(600)"
    make = subprocess.Popen(
        ["/bin/sh", "-c", f"'{sys.executable}' -c '{script}'; true"],
        cwd=run.PROJECT,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert make.stdout is not None
    child = int(make.stdout.readline())
    make.kill()
    make.wait()
    wait_until(lambda: is_gone(child), 30, "the supervisor ends with whoever started it")
    make.stdout.close()


def test_a_port_that_is_in_use_is_seen() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        assert run._is_in_use(port)
    assert not run._is_in_use(port)


def test_ctrl_c_while_it_prepares_is_said_in_words() -> None:
    script = "from pqip import run; run._prepare(['shell', '-c', 'print(7, flush=True); import time; time.sleep(600)'])"
    process = subprocess.Popen(
        [sys.executable, "-c", script],
        cwd=run.PROJECT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    while process.stdout.readline().strip() != "7":
        pass
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=30)
    first, *rest = said.strip().splitlines()
    assert (
        first == "Stopped before all was prepared; nothing is left running. Start again: make run"
    )
    assert rest[-1] == "KeyboardInterrupt", "which `make run` turns into its exit status"
    assert not any("manage.py" in line for line in rest)


def test_root_is_warned_of_outside_a_demonstration_only(settings: Any) -> None:
    for demonstration, kept in ((True, []), (False, [SecurityWarning])):
        settings.PQIP_DEMO = demonstration
        with warnings.catch_warnings(record=True) as heard:
            warnings.simplefilter("always")
            with patch("os.geteuid", return_value=0):
                suppress_root_warning_in_a_demonstration()
            warnings.warn(
                SecurityWarning("You're running the worker with superuser privileges: this is"),
                stacklevel=1,
            )
            warnings.warn(SecurityWarning("Another"), stacklevel=1)
        assert [each.category for each in heard] == [*kept, SecurityWarning]
