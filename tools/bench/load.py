"""The service under sixteen people: twelve at light pages, with and without four who ask for the heaviest reports over and over
(`python -m tools.bench --load`). Web server and workers are real processes, as `make run` starts them."""

from __future__ import annotations

import http.client
import itertools
import os
import random
import signal
import socket
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

from django.conf import settings
from django.test import Client

from pqip import run
from pqip.env import PROJECT
from tools.bench.table import shown
from workforce.accounts.session_store import cookie_of
from workforce.models import User

#: Who asks for what: every role's first page and learners; the nation's two heaviest reports.
HEAVY_PEOPLE, HEAVY_ROLE = 4, "national@example.com"
LIGHT, HEAVY = ("/", "/learners/"), ("/reports/training/", "/reports/progression/")
#: Turns without and with the four, seconds each, and how long somebody looks at a page before the next.
TURNS, SECONDS, THINK = 3, 20, (0.5, 1.5)
RATIO, HEALTH_SECONDS, HEALTH_EVERY = 2, 1, 0.2
START_SECONDS, GIVE_UP_SECONDS, LOOK_AGAIN_SECONDS = 60, 60, 3
PERCENTILES = 20
HEADINGS = ("light pages", "asked", "median", "p95", "longest /health/live", "reports shown", "load average")


@dataclass
class Turn:
    """What happened in one turn: seconds of light pages and of health, and how many reports were shown or failed."""

    heavy: bool
    light: list[float] = field(default_factory=list)
    health: list[float] = field(default_factory=list)
    shown: int = 0
    failed: list[str] = field(default_factory=list)
    busy: float = 0.0

    @property
    def p95(self) -> float:
        return statistics.quantiles(self.light, n=PERCENTILES)[-1]

    @property
    def cells(self) -> list[str]:
        return [
            "with the four" if self.heavy else "without", f"{len(self.light)}", _ms(statistics.median(self.light)), _ms(self.p95),
            _ms(max(self.health)), f"{self.shown}", f"{self.busy:.1f}",
        ]


@dataclass(frozen=True)
class Measured:
    """Turns without and with the four, one after the other."""

    turns: list[Turn]

    @property
    def ratio(self) -> float:
        """Median over pairs of turns of p95 with the four beside p95 without."""
        pairs = zip(self.turns[::2], self.turns[1::2], strict=True)
        return statistics.median(busy.p95 / quiet.p95 for quiet, busy in pairs)

    @property
    def failed(self) -> list[str]:
        return [one for turn in self.turns for one in turn.failed]

    @property
    def is_met(self) -> bool:
        health = max(max(turn.health) for turn in self.turns)
        return self.ratio <= RATIO and health < HEALTH_SECONDS and not self.failed


def measured(environment: dict[str, str], say: Callable[[str], None]) -> Measured:
    """Start the service, let sixteen people in, and time them."""
    people = [User.objects.get(email=HEAVY_ROLE)] * HEAVY_PEOPLE
    heavy, light = [_cookie(one) for one in people], [_cookie(one) for one in User.objects.order_by("pk")[:12]]
    with _service(environment) as port:
        pages = [(cookie, path) for cookie in light for path in LIGHT if _get(port, path, cookie)[1] == http.HTTPStatus.OK]
        turns = []
        for is_heavy in [False, True] * TURNS:
            say("Twelve at light pages, four at reports" if is_heavy else "Twelve at light pages")
            turns.append(_turn(port, pages, heavy if is_heavy else []))
    return Measured(turns)


def table(found: Measured) -> str:
    """One line a turn, and what the pairs say."""
    said = f"p95 with the four is {found.ratio:.2f} times p95 without (at most {RATIO}): {'pass' if found.is_met else 'fail'}"
    return "\n".join([shown(HEADINGS, [turn.cells for turn in found.turns]), said, *sorted(set(found.failed))])


def _turn(port: int, pages: list[tuple[str, str]], heavy: list[str]) -> Turn:
    turn, over = Turn(bool(heavy)), threading.Event()
    people = [threading.Thread(target=_light, args=(port, own, turn, over)) for own in _by_person(pages)]
    people += [threading.Thread(target=_heavy, args=(port, cookie, turn, over)) for cookie in heavy]
    people.append(threading.Thread(target=_health, args=(port, turn, over)))
    for one in people:
        one.start()
    over.wait(SECONDS)
    turn.busy = os.getloadavg()[0]
    over.set()
    for one in people:
        one.join()
    return turn


def _by_person(pages: list[tuple[str, str]]) -> list[list[tuple[str, str]]]:
    return [list(own) for _cookie, own in itertools.groupby(pages, key=lambda page: page[0])]


def _light(port: int, pages: list[tuple[str, str]], turn: Turn, over: threading.Event) -> None:
    chance = random.Random(pages[0][0])
    for cookie, path in itertools.cycle(pages):
        if over.wait(chance.uniform(*THINK)):
            return
        seconds, status, _where = _get(port, path, cookie)
        turn.light.append(seconds)
        if status != http.HTTPStatus.OK:
            turn.failed.append(f"{path}: {status}")


def _heavy(port: int, cookie: str, turn: Turn, over: threading.Event) -> None:
    """Asks, and looks again while the report is being made; then asks anew."""
    path = HEAVY[0]
    for asked in itertools.cycle(HEAVY):
        path = asked
        while not over.is_set():
            _seconds, status, where = _get(port, path, cookie)
            if where == "waits":
                over.wait(LOOK_AGAIN_SECONDS)
            elif status == http.HTTPStatus.FOUND:
                path = where
            else:
                turn.shown += status == http.HTTPStatus.OK
                turn.failed += [] if status == http.HTTPStatus.OK else [f"{asked}: {status}"]
                break
        if over.is_set():
            return


def _health(port: int, turn: Turn, over: threading.Event) -> None:
    while not over.wait(HEALTH_EVERY):
        turn.health.append(_get(port, "/health/live", "")[0])


def _get(port: int, path: str, cookie: str) -> tuple[float, int, str]:
    """Seconds to the last byte, the status (0 for none), and where it leads: an address, or *waits*."""
    begun = time.perf_counter()
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=GIVE_UP_SECONDS)
    try:
        connection.request("GET", path, headers={"Cookie": cookie} if cookie else {})
        answer = connection.getresponse()
        waits = b"data-look-again" in answer.read()
        return time.perf_counter() - begun, answer.status, "waits" if waits else answer.headers.get("Location", "")
    except OSError:
        return time.perf_counter() - begun, 0, ""
    finally:
        connection.close()


def _cookie(user: User) -> str:
    """A sign-in of its own."""
    client = Client()
    client.force_login(user, backend=settings.AUTHENTICATION_BACKENDS[0])
    return f"{settings.SESSION_COOKIE_NAME}={cookie_of(client.cookies[settings.SESSION_COOKIE_NAME].value)}"


@contextmanager
def _service(environment: dict[str, str]) -> Iterator[int]:
    """Web server and workers on the benchmark's database; gives the port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    surroundings = os.environ | environment | {"PORT": str(port), "PQIP_LOG_LEVEL": "WARNING"}
    subprocess.run([sys.executable, "manage.py", "collectstatic", "--noinput", "--verbosity", "0"], cwd=PROJECT, env=surroundings,
                   check=True)
    commands = [command for name, command in run._processes(port).items() if name != "scheduler"]
    started = [subprocess.Popen(one, cwd=PROJECT, env=surroundings, start_new_session=True) for one in commands]
    try:
        until = time.monotonic() + START_SECONDS
        while _get(port, "/health/live", "")[1] != http.HTTPStatus.OK:
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


def _ms(seconds: float) -> str:
    return f"{seconds * 1000:,.0f} ms"
