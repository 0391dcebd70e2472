"""Whole pages through the real web server, from the request to the last byte (`python -m tools.bench --whole`): what of it are
questions to the database, what is rendering, and how many the server gives in a second, eight at once, beside its bare page."""

from __future__ import annotations

import http
import os
import socket
import statistics
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from django.core.cache import cache
from django.urls import reverse

from assessments.queries.records import registrations
from tools.bench.serving import GIVE_UP_SECONDS, HEALTH, Got, cookie_for, get, service
from tools.bench.table import shown
from tools.bench.workloads.pages import account
from workforce.models import User

#: Asked one after the other; fewer times where one takes long. Then so many at once, so long.
TIMES, TIMES_OF_LONG, LONG_SECONDS = 30, 7, 0.3
AT_ONCE, SECONDS, HEALTH_SECONDS, WARM_SECONDS = 8, 6, 2, 3
PIECE = 65536
#: The most that is waited for an answer that the worker makes, and how often it is looked for.
KEPT_SECONDS, LOOK_SECONDS = 120, 0.5
#: The web server's own settings, with a middleware that times, and no process replaced every 2,000 requests, which at a thousand
#: bare pages a second would be all the time.
TIMED = {"DJANGO_SETTINGS_MODULE": "tools.bench.timed", "GUNICORN_CMD_ARGS": "--max-requests 0"}
HEADINGS = (
    "whole page", "KiB", "whole", "in queries", "statements", "rendering", "the rest", "a second", "/health/live", "to reach", "",
)  # fmt: skip


@dataclass(frozen=True)
class Page:
    """Whose page it is and where. Its time is to be at most `times` that of its queries and `beyond_ms`, or `within_ms` where
    that is asked of it; eight at once are to be given `a_second`, where it is asked so. Of one that is `kept`, the worker works
    out the answer first, and only the page of what is kept is timed."""

    name: str
    role: str
    address: Callable[[User], str]
    times: float = 4
    beyond_ms: float = 10
    a_second: int | None = None
    within_ms: float | None = None
    kept: bool = False

    @property
    def target(self) -> str:
        if self.within_ms is not None:
            return f"{self.within_ms:g} ms"
        beyond = f" + {self.beyond_ms:g} ms" if self.beyond_ms else ""
        rate = f", {self.a_second} a second" if self.a_second else ""
        return f"{self.times:g} × queries{beyond}{rate}"


def _at(name: str, *args: str) -> Callable[[User], str]:
    return lambda _user: reverse(name, args=args)


def _candidate(user: User) -> str:
    """The record of the first candidate of somebody's caseload."""
    first = registrations(user, "assessments.view_caseload").order_by("person__sort_name", "pk")[0]
    return reverse("assessments:candidate", args=[first.public_id])


#: Pages by the names of docs/benchmark.md. Reports take turns, so that eight at once say nothing of them.
PAGES = (
    Page("learners, 50 rows", "national", _at("learners:list"), a_second=90),
    Page("a PTA's first page", "pta", _at("assessments:waiting"), a_second=150),
    Page("a PTA's caseload", "pta", _at("assessments:caseload"), a_second=150),
    Page("a candidate's record", "pta", _candidate, a_second=150),
    Page("a regional manager's first page", "regional_manager", _at("reports:overview")),
    Page("the national team's first page", "national", _at("reports:overview")),
    Page("the latest month's reports", "regional_manager", _at("reports:month"), a_second=90),
    Page("decisions, 50 rows", "learning_manager", _at("learners:decisions"), a_second=90),
    Page(
        "workforce position", "national", _at("reports:report", "workforce-position"), within_ms=300
    ),
    Page("workforce explorer", "national", _at("reports:explorer"), within_ms=300),
    Page(
        "supply forecast, kept",
        "national",
        _at("reports:report", "supply-forecast"),
        within_ms=100,
        kept=True,
    ),
    Page("forecast, kept", "national", _at("reports:forecast"), within_ms=100, kept=True),
    *(
        Page(f"report {name}", "national", _at("reports:report", name), times=2, beyond_ms=0)
        for name in ("monthly-status", "progression", "training")
    ),
)


@dataclass(frozen=True)
class Timed:
    """Medians, seconds; `rate` and `health` are pages a second, eight at once. `failed` says what came instead of the page."""

    page: Page
    whole: float
    queries: float
    statements: float
    render: float
    size: int
    rate: float | None = None
    health: float | None = None
    failed: str = ""

    @property
    def is_quick(self) -> bool:
        if self.page.within_ms is not None:
            return self.whole <= self.page.within_ms / 1000
        return self.whole <= self.page.times * self.queries + self.page.beyond_ms / 1000

    @property
    def is_met(self) -> bool:
        return (
            not self.failed
            and self.is_quick
            and (self.rate is None or self.page.a_second is None or self.rate >= self.page.a_second)
        )

    @property
    def fails(self) -> bool:
        """Only what is a ratio alone, or no page at all, fails a run; milliseconds and pages a second are the machine's."""
        is_ratio = not self.page.beyond_ms and self.page.within_ms is None
        return bool(self.failed) or (is_ratio and not self.is_quick)

    @property
    def cells(self) -> list[str]:
        rest = self.whole - self.queries - self.render
        of_health = f" ({self.rate / self.health:.2f} of)" if self.rate and self.health else ""
        return [
            self.page.name,
            f"{self.size / 1024:,.0f}",
            *(f"{one * 1000:,.1f} ms" for one in (self.whole, self.queries)),
            f"{self.statements:g}",
            *(f"{one * 1000:,.1f} ms" for one in (self.render, rest)),
            "" if self.rate is None else f"{self.rate:,.0f}{of_health}",
            "" if self.health is None else f"{self.health:,.0f}",
            self.page.target,
            self.failed or ("pass" if self.is_met else "fail" if self.fails else "missed"),
        ]


@dataclass(frozen=True)
class Measured:
    """Every page, and how busy the machine was before and after."""

    pages: list[Timed]
    busy: tuple[float, float]

    @property
    def is_met(self) -> bool:
        return not any(one.fails for one in self.pages)


def measured(environment: dict[str, str], say: Callable[[str], None], only: str = "") -> Measured:
    """Start the service and time each page whose name holds `only`."""
    before = os.getloadavg()[0]
    surroundings = environment | TIMED
    with service(surroundings) as port:
        _at_once(port, HEALTH, "", 1)
        found = []
        for page in PAGES:
            if only in page.name:
                say(f"Measuring {page.name}")
                found.append(_timed(port, page))
    return Measured(found, (before, os.getloadavg()[0]))


def table(found: Measured) -> str:
    """One line a page."""
    said = "load average {:.1f} before, {:.1f} after (eight at once are of our own making)"
    return "\n".join(
        [shown(HEADINGS, [one.cells for one in found.pages]), said.format(*found.busy)]
    )


def _timed(port: int, page: Page) -> Timed:
    _forget_times()
    user = account(page.role)
    path, cookie = page.address(user), cookie_for(user)
    if page.kept:
        _until_kept(port, path, cookie)
    first = get(port, path, cookie)
    if page.a_second and first.status == http.HTTPStatus.OK:
        _at_once(port, path, cookie, WARM_SECONDS)  # every thread has seen it, and is connected
    again = [get(port, path, cookie) for _ in range(3)]
    times = TIMES if again[-1].seconds < LONG_SECONDS else TIMES_OF_LONG
    got = [get(port, path, cookie) for _ in range(times)]
    failed = next((_failure(one) for one in got if _failure(one)), "")
    rate = health = None
    if page.a_second and not failed:
        rates = [
            (
                _at_once(port, path, cookie, SECONDS / 2),
                _at_once(port, HEALTH, "", HEALTH_SECONDS / 2),
            )
            for _ in range(2)
        ]
        rate, health = (sum(each) / len(each) for each in zip(*rates, strict=True))
    return Timed(
        page,
        statistics.median(one.seconds for one in got),
        _middle(got, "db") / 1000,
        _middle(got, "statements"),
        _middle(got, "render") / 1000,
        got[-1].size,
        rate,
        health,
        failed,
    )


def _until_kept(port: int, path: str, cookie: str) -> None:
    """Ask, and look again as the page that waits does, until the worker has made the answer."""
    until, at = time.monotonic() + KEPT_SECONDS, path
    while time.monotonic() < until:
        leads = get(port, at, cookie).leads_to
        if not leads:
            return
        at = at if leads == "waits" else leads
        time.sleep(LOOK_SECONDS)


def _forget_times() -> None:
    """What a report took on a busier day: it would go to the worker at once."""
    kept = cache._cache.get_client()  # type: ignore[attr-defined]
    for name in kept.scan_iter("*report-took:*"):
        kept.delete(name)


def _middle(got: list[Got], name: str) -> float:
    return statistics.median(one.times.get(name, 0.0) for one in got)


def _failure(got: Got) -> str:
    if got.leads_to == "waits" or got.status == http.HTTPStatus.FOUND:
        return "made by a worker"
    return "" if got.status == http.HTTPStatus.OK else f"answers {got.status}"


def _at_once(port: int, path: str, cookie: str, seconds: float) -> float:
    """Pages a second that eight get who each ask again as soon as they have one. Raises AssertionError where one is no page."""
    asked = f"GET {path} HTTP/1.0\r\nHost: 127.0.0.1\r\nCookie: {cookie}\r\n\r\n".encode()
    counts, until = [0] * AT_ONCE, time.perf_counter() + seconds
    failed: list[bytes] = []

    def ask(place: int) -> None:
        while time.perf_counter() < until:
            answer = _answer(port, asked)
            if not answer.startswith(b"HTTP/1.1 200") and not answer.startswith(b"HTTP/1.0 200"):
                failed.append(answer[:60])
                return
            counts[place] += 1

    begun = time.perf_counter()
    people = [threading.Thread(target=ask, args=(place,)) for place in range(AT_ONCE)]
    for one in people:
        one.start()
    for one in people:
        one.join()
    if failed:
        raise AssertionError(f"{path}: {failed[0]!r}")
    return sum(counts) / (time.perf_counter() - begun)


def _answer(port: int, asked: bytes) -> bytes:
    """The head of an answer that was read to its end: as little work as may be, since it is done beside the server's."""
    with socket.create_connection(("127.0.0.1", port), GIVE_UP_SECONDS) as connection:
        connection.sendall(asked)
        head = piece = connection.recv(PIECE)
        while piece:
            piece = connection.recv(PIECE)
    return head
