"""The service under sixteen people: twelve at light pages, with and without four who ask for the heaviest reports over and over
(`python -m tools.bench --load`). Web server and workers are real processes, as `make run` starts them."""

from __future__ import annotations

import http
import itertools
import os
import random
import statistics
import threading
from collections.abc import Callable
from dataclasses import dataclass, field

from tools.bench.serving import HEALTH, cookie_for, get, service
from tools.bench.table import shown
from workforce.models import User

#: Who asks for what: every role's first page and learners; the nation's two heaviest reports.
HEAVY_PEOPLE, HEAVY_ROLE = 4, "national@example.com"
LIGHT, HEAVY = ("/", "/learners/"), ("/reports/training/", "/reports/progression/")
#: Turns without and with the four, seconds each, and how long somebody looks at a page before the next.
TURNS, SECONDS, THINK = 3, 20, (0.5, 1.5)
RATIO, HEALTH_SECONDS, HEALTH_EVERY = 2, 1, 0.2
LOOK_AGAIN_SECONDS = 3
PERCENTILES = 20
HEADINGS = (
    "light pages",
    "asked",
    "median",
    "p95",
    "longest /health/live",
    "reports shown",
    "load average",
)


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
            "with the four" if self.heavy else "without",
            f"{len(self.light)}",
            _ms(statistics.median(self.light)),
            _ms(self.p95),
            _ms(max(self.health)),
            f"{self.shown}",
            f"{self.busy:.1f}",
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
    heavy, light = (
        [cookie_for(one) for one in people],
        [cookie_for(one) for one in User.objects.order_by("pk")[:12]],
    )
    with service(environment) as port:
        pages = [
            (cookie, path)
            for cookie in light
            for path in LIGHT
            if get(port, path, cookie).status == http.HTTPStatus.OK
        ]
        turns = []
        for is_heavy in [False, True] * TURNS:
            say("Twelve at light pages, four at reports" if is_heavy else "Twelve at light pages")
            turns.append(_turn(port, pages, heavy if is_heavy else []))
    return Measured(turns)


def table(found: Measured) -> str:
    """One line a turn, and what the pairs say."""
    said = f"p95 with the four is {found.ratio:.2f} times p95 without (at most {RATIO}): {'pass' if found.is_met else 'fail'}"
    return "\n".join(
        [shown(HEADINGS, [turn.cells for turn in found.turns]), said, *sorted(set(found.failed))]
    )


def _turn(port: int, pages: list[tuple[str, str]], heavy: list[str]) -> Turn:
    turn, over = Turn(bool(heavy)), threading.Event()
    people = [
        threading.Thread(target=_light, args=(port, own, turn, over)) for own in _by_person(pages)
    ]
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
        got = get(port, path, cookie)
        turn.light.append(got.seconds)
        if got.status != http.HTTPStatus.OK:
            turn.failed.append(f"{path}: {got.status}")


def _heavy(port: int, cookie: str, turn: Turn, over: threading.Event) -> None:
    """Asks, and looks again while the report is being made; then asks anew."""
    path = HEAVY[0]
    for asked in itertools.cycle(HEAVY):
        path = asked
        while not over.is_set():
            got = get(port, path, cookie)
            if got.leads_to == "waits":
                over.wait(LOOK_AGAIN_SECONDS)
            elif got.status == http.HTTPStatus.FOUND:
                path = got.leads_to
            else:
                is_shown = got.status == http.HTTPStatus.OK
                turn.shown += is_shown
                turn.failed += [] if is_shown else [f"{asked}: {got.status}"]
                break
        if over.is_set():
            return


def _health(port: int, turn: Turn, over: threading.Event) -> None:
    while not over.wait(HEALTH_EVERY):
        turn.health.append(get(port, HEALTH).seconds)


def _ms(seconds: float) -> str:
    return f"{seconds * 1000:,.0f} ms"
