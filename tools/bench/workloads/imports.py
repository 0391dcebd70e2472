"""W5: an import of 20,000 pieces of evidence, all rules, ledger and audit, beside COPY of the same rows with none of them."""

from __future__ import annotations

import atexit
import csv
import datetime as dt
import io
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import cache
from itertools import cycle, islice
from pathlib import Path
from typing import Any

from django.db import connection, transaction

from assessments.models import Criterion, RegistrationFact
from pqip.core.acting import Job
from pqip.core.clock import today
from pqip.exchange.datasets import registry
from pqip.exchange.engine import apply
from tools.bench.measuring import Target, Workload

ROWS, LEARNERS = 20_000, 2_000
HEADER = (
    "reference",
    "staff_number",
    "qualification",
    "title",
    "method",
    "submitted_on",
    "criteria",
)
METHODS = ("observation", "work_product", "questioning")
FIRST_KEY = 10_000_000_000
EVIDENCE = "COPY bench.evidence (id, reference, registration_id) FROM STDIN"
SUBMISSION = """COPY bench.submission (evidence_id, title, method, effective_on, criteria, description, recorded_at, recorded_by,
    voided_by, void_reason) FROM STDIN"""
SAME = """SELECT e.reference, e.registration_id, s.title, s.method, s.effective_on, s.criteria
FROM {evidence} e JOIN {submission} s ON s.evidence_id = e.id WHERE e.reference LIKE 'BENCH-%' ORDER BY e.reference"""

Piece = tuple[str, str, int, str, str, dt.date, list[int], str]


def evidence(rows: int = ROWS) -> Workload:
    """A CSV file of so many new pieces of evidence, of the same number of learners at every scale."""
    path = _file(_pieces(rows))
    lines = cache(lambda: _lines(list(_pieces(rows))))

    def limit() -> Any:
        one, other = lines()
        with connection.cursor() as cursor:
            cursor.copy_expert(EVIDENCE, io.StringIO(one))
            cursor.copy_expert(SUBMISSION, io.StringIO(other))
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")

    def ours() -> Any:
        outcome = apply(registry["evidence"], path, by=Job("import"))
        if outcome.is_wrong:
            raise AssertionError(f"The import was refused: {outcome.problems[0]}")

    return Workload(
        f"W5 import of {rows:,} rows",
        Target(ratio=10, memory_mib=100),
        ours,
        limit,
        within=undone,
        reads=False,
        seen=lambda _: _same("public.assessments_evidence", "public.assessments_submission"),
        known=lambda _: _same("bench.evidence", "bench.submission"),
    )


@contextmanager
def undone() -> Iterator[None]:
    """A transaction that leaves nothing behind. Constraints are checked before it ends."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def _pieces(rows: int) -> Iterator[Piece]:
    """Evidence spread over learners on the programme, each piece against three criteria of their version."""
    codes: dict[int, list[tuple[int, str]]] = {}
    for version, key, code in Criterion.objects.order_by("pk").values_list(
        "unit__version", "pk", "code"
    ):
        codes.setdefault(version, []).append((key, code))
    facts = RegistrationFact.objects.live().filter(
        registration__qualification__code="VQ5",
        registration__person__enrolments__status="active",
        effective_on__lte=today(),
    )
    known = (
        facts.order_by("registration")
        .distinct()
        .values_list(
            "registration",
            "registration__person__staff_number",
            "registration__version",
            "effective_on",
        )
    )
    for number, registration in enumerate(islice(cycle(known[:LEARNERS]), rows)):
        yield _piece(number, *registration, codes[registration[2]])


def _piece(
    number: int,
    key: int,
    staff_number: str,
    version: int,
    since: dt.date,
    codes: list[tuple[int, str]],
) -> Piece:
    chosen = sorted(codes[(number + place * 7) % len(codes)] for place in range(3))
    day = min(since + dt.timedelta(days=number % 200), today())
    return (
        f"BENCH-{number:07d}",
        staff_number,
        key,
        f"Piece {number}, shown at work",
        METHODS[number % 3],
        day,
        [one for one, _ in chosen],
        ";".join(code for _, code in chosen),
    )


def _file(pieces: Iterable[Piece]) -> Path:
    """The pieces as the file a learning manager brings; gone when the process ends."""
    folder = Path(tempfile.mkdtemp(prefix="bench-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    path = folder / "evidence.csv"
    with path.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(HEADER)
        writer.writerows(
            (ref, who, "VQ5", title, method, day, codes)
            for ref, who, _, title, method, day, _, codes in pieces
        )
    return path


def _lines(pieces: list[Piece]) -> tuple[str, str]:
    """The same rows as COPY reads them, made beforehand."""
    now, one, other = dt.datetime.now(dt.UTC), [], []
    for key, (ref, _, registration, title, method, day, criteria, _) in enumerate(
        pieces, FIRST_KEY
    ):
        one.append(f"{key}\t{ref}\t{registration}\n")
        keys = ",".join(map(str, criteria))
        other.append(f"{key}\t{title}\t{method}\t{day}\t{{{keys}}}\t\t{now}\tjob:import\t\t\n")
    return "".join(one), "".join(other)


def _same(evidence: str, submission: str) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(SAME.format(evidence=evidence, submission=submission))
        return list(cursor.fetchall())
