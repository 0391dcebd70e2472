"""A nation in small, files that touch all of it, and assessors who go on deciding while a file is checked and applied."""

from __future__ import annotations

import datetime as dt
import statistics
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from threading import Event
from typing import Any

from django.db import OperationalError, connection

from assessments.actions.decisions import decide
from assessments.models import Criterion, Evidence
from pqip.core.acting import Job
from pqip.exchange import engine
from pqip.exchange.datasets import registry
from tests.exchange.test_contract import csv_file
from tests.factories.assessments import JUDGED
from workforce.models import Person

BY = Job("test")
#: Candidates of whom decisions go on; of them one is in the files of evidence and decisions too.
CANDIDATES, ASSESSORS = 40, 4
#: How many decide at the same time.
DECIDING = 2
#: Seconds an assessor thinks between two decisions.
PAUSE = 0.1
#: Rows of the files of evidence and decisions that are about one learner.
OF_ONE = 10
STARTED, DAY = dt.date(2025, 1, 15), dt.date(2025, 8, 10)
Rows = Iterable[dict[str, Any]]


def staff(numbers: Iterable[str], last_name: str, grade: str = "PSO") -> Rows:
    for number in numbers:
        yield {
            "staff_number": number,
            "email": f"{number.lower()}@example.com",
            "first_name": "Sam",
            "last_name": last_name,
            "grade": grade,
            "region": "NE",
            "fte": "1.0",
            "start_date": STARTED,
        }


def learners_(numbers: Iterable[str], last_name: str) -> Rows:
    for number in numbers:
        yield {
            "staff_number": number,
            "email": f"{number.lower()}@example.com",
            "first_name": "Sam",
            "last_name": last_name,
            "region": "NE",
            "cohort": "Intake 14",
            "pathway": "PQIP15",
            "entry_route": "external",
            "fte": "1.0",
            "start_date": STARTED,
            "level5_held": "yes",
        }


def pieces(of: Iterable[tuple[str, str]]) -> Rows:
    for reference, number in of:
        yield {
            "reference": reference,
            "staff_number": number,
            "qualification": "VQ5",
            "title": "Observation",
            "method": "observation",
            "submitted_on": DAY,
            "criteria": "1.1.1",
        }


def named(letter: str, how_many: int) -> list[str]:
    return [f"{letter}{number:05}" for number in range(how_many)]


@dataclass
class Went:
    """How decisions went while a file was worked on: seconds each, and how many waited for a lock for more than a second."""

    seconds: list[float] = field(default_factory=list)
    waited: int = 0

    @property
    def is_fine(self) -> bool:
        """95% waited less; of a few, at most one of each who decides: whoever meets the candidate in the file."""
        return self.waited <= max(DECIDING, 0.05 * (len(self.seconds) + self.waited))

    @property
    def late(self) -> float:
        """Seconds within which 95% were made."""
        return statistics.quantiles(self.seconds, n=20)[-1] if len(self.seconds) > 1 else 0.0

    def __str__(self) -> str:
        return f"{len(self.seconds)} decisions, 95% within {self.late * 1000:.0f} ms, {self.waited} waited more than a second"


class Nation:
    """People, learners and evidence by files; then files of `rows` rows about all of them."""

    def __init__(self, rows: int, folder: Path, *, pieces_each: int = 60) -> None:
        self.rows, self.folder = rows, folder
        self.people, self.known = named("G", rows), named("L", rows // OF_ONE)
        self.candidates, self.assessors = named("C", CANDIDATES), named("A", ASSESSORS)
        self.bring("staff", [*staff(self.people, "Jones"), *staff(self.assessors, "Jones", "PTA")])
        self.bring("learners", learners_([*self.candidates, *self.known], "Jones"))
        self.bring(
            "assessors",
            ({"staff_number": one, "taqa_achieved_on": "2020-01-01"} for one in self.assessors),
        )
        pool = [
            (f"P-{piece:03}-{number}", number)
            for piece in range(pieces_each)
            for number in self.candidates
        ]
        self.bring("evidence", pieces(pool))
        kept = {one.reference: one for one in Evidence.objects.filter(reference__startswith="P-")}
        self.pool: Iterator[Evidence] = iter([kept[reference] for reference, _number in pool])
        self.deciders = list(Person.objects.filter(staff_number__in=self.assessors))
        self.criterion = Criterion.objects.get(
            unit__version=next(iter(kept.values())).registration.version_id, code="1.1.1"
        ).pk

    def files(self) -> Iterator[tuple[str, Rows]]:
        """Each dataset with rows that change or add something; people of whom decisions are made among them."""
        about = [*self.people, *self.candidates]
        yield "staff", [*staff(about, "Smith"), *staff(self.assessors, "Smith", "PTA")]
        yield (
            "learners",
            [*learners_(self.candidates, "Brown"), *learners_(named("N", self.rows), "Brown")],
        )
        new = [
            (f"F-{n:06}", number)
            for n, number in enumerate(sorted([*self.known, self.candidates[0]] * OF_ONE))
        ]
        yield "evidence", list(pieces(new))
        decided = {"decided_on": DAY, "criteria_met": "1.1.1"}
        yield (
            "decisions",
            [
                {
                    "evidence_reference": reference,
                    "assessor": self.assessors[n % ASSESSORS],
                    **decided,
                }
                for n, (reference, _number) in enumerate(new)
            ],
        )

    def bring(
        self, dataset: str, rows: Rows, run: Callable[..., engine.Outcome] = engine.apply
    ) -> None:
        listed = list(rows)
        path = self.folder / f"{dataset}.csv"
        csv_file(path, [list(listed[0]), *(list(row.values()) for row in listed)])
        outcome = run(registry[dataset], path, by=BY)
        assert not outcome.is_wrong, outcome.problems[:3]

    @contextmanager
    def deciding(self) -> Iterator[Went]:
        """Assessors decide one piece after another, each on a connection of its own, until the block ends."""
        went, stop, turn = Went(), Event(), count()

        def go_on() -> None:
            with connection.cursor() as cursor:
                cursor.execute("SET lock_timeout = '1s'")
            try:
                while not stop.is_set() and (piece := next(self.pool, None)) is not None:
                    self._decide(piece, self.deciders[next(turn) % ASSESSORS], went)
                    stop.wait(PAUSE)
            finally:
                connection.close()

        with ThreadPoolExecutor(DECIDING) as threads:
            working = [threads.submit(go_on) for _ in range(DECIDING)]
            try:
                yield went
            finally:
                stop.set()
            for one in working:
                one.result()

    def _decide(self, piece: Evidence, assessor: Person, went: Went) -> None:
        began = time.monotonic()
        try:
            decide(
                evidence=piece,
                assessor=assessor,
                decided_on=DAY,
                met=[self.criterion],
                not_met=[],
                judged=JUDGED,
                by=BY,
            )
            went.seconds.append(time.monotonic() - began)
        except OperationalError as error:
            if getattr(error.__cause__, "pgcode", "") != "55P03":
                raise
            went.waited += 1
