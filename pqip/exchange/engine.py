"""Importing a file: read, clean, plan, write; all errors are reported at once, and all or nothing is written.

A check is the same run rolled back, so that a preview shows exactly what applying does, after every rule and constraint.
Applying runs again and compares: any difference from the preview stops it.

Nobody is blocked for long. A check locks nothing while it compares (except people who get another staff number), and writes
in small pieces, each undone at once. Applying locks the records it is about just before it compares them, all in one order;
where somebody else holds one of them, the import releases everything and is tried again (`NotYet`).
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Hashable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import Any

from django.db import (
    DataError,
    IntegrityError,
    InternalError,
    OperationalError,
    connection,
    transaction,
)

from pqip.core.acting import acting_as
from pqip.core.background.errors import NotYet
from pqip.core.clock import today
from pqip.core.errors import Conflict, RuleBroken
from pqip.core.scope import Scope
from pqip.exchange.cells import Cleaner, recognise
from pqip.exchange.datasets import (
    CHANGED,
    MERGED,
    NEW,
    UNCHANGED,
    Context,
    Dataset,
    Problem,
    Question,
    Row,
)
from pqip.exchange.headers import names_of, places_of, problems_of
from pqip.exchange.history import refuse_stated
from pqip.exchange.limits import limits
from pqip.exchange.outcome import Change, Listener, Outcome, changes_of
from pqip.exchange.reading import FileRefused, Table, open_table
from pqip.exchange.refused import message_for

#: What was answered on screen: cells by column, by the number of the row.
Answers = Mapping[int, Mapping[str, Any]]
CHANGED_SINCE = "The records have changed since the preview. Check the file again."
NEXT = "Another file of the same kind is being worked on. This one is next."
BUSY = "Somebody is working on the same records. The file is tried again in a moment."
AGAIN_IN = dt.timedelta(seconds=3)
#: The SQLSTATEs of a lock that was not obtained in time, and of a deadlock.
NOT_TO_BE_HAD = {"55P03", "40P01"}
#: After this many errors, more than anybody would correct one by one, the rest of the file is not read.
MOST_PROBLEMS = 100_000
MORE = "it has more than {most:,} errors, so it was read up to row {row:,} only. Put those right, and check it again."
#: The number of rows that a check writes at a time, together with all rows that belong with them.
PIECE = 500


class _RolledBack(Exception):
    """Ends a check, so that its transaction is rolled back."""


def check(
    dataset: Dataset,
    path: Path,
    *,
    by: Any,
    name: str = "",
    recorded_at: dt.datetime | None = None,
    listener: Listener | None = None,
    answers: Answers | None = None,
    patient: bool = True,
) -> Outcome:
    """Return what importing the file would do, with the cells answered on screen by row. Changes nothing.

    Waits for another file of the dataset if `patient`. Raises RuleBroken where the importer may not import this dataset,
    NotYet where it must be tried again.
    """
    run = _Run(dataset, path, name, listener or Listener(), answers, is_check=True)
    try:
        with (
            _let_go(),
            acting_as(
                by=by, reason=f"Check of an import of {dataset.name}", recorded_at=recorded_at
            ),
        ):
            take_turn(dataset, patient=patient)
            run.go(context_for(dataset, by, recorded_at, trial=True))
            raise _RolledBack
    except _RolledBack:
        return run.outcome
    except Conflict as changed:
        raise NotYet(BUSY, AGAIN_IN) from changed


def apply(
    dataset: Dataset,
    path: Path,
    *,
    by: Any,
    name: str = "",
    recorded_at: dt.datetime | None = None,
    expected: str | None = None,
    listener: Listener | None = None,
    answers: Answers | None = None,
    patient: bool = True,
) -> Outcome:
    """Import the file, all of it or nothing, and return the outcome.

    `expected` is the digest of the preview. Raises Conflict where the file would now do something else, NotAllowed where it
    would create what already exists out of the importer's reach, and the same as `check`.
    """
    run = _Run(dataset, path, name, listener or Listener(), answers)
    try:
        with (
            _let_go(),
            acting_as(by=by, reason=f"Import of {dataset.name}", recorded_at=recorded_at),
        ):
            take_turn(dataset, patient=patient)
            run.go(context_for(dataset, by, recorded_at))
            if expected is not None and (run.outcome.is_wrong or run.outcome.digest != expected):
                raise Conflict(CHANGED_SINCE)
            if run.outcome.is_wrong:
                raise _RolledBack
    except _RolledBack:
        pass
    return run.outcome


def reach(dataset: Dataset, by: Any) -> Scope:
    """Return how far the user's imports of a dataset reach; a named job's reach everywhere.

    Raises RuleBroken without the permission.
    """
    if getattr(by, "is_job", False):
        return Scope(everywhere=True)
    if not by.can(dataset.permission):
        raise RuleBroken(f"{by} may not import {dataset.name}.")
    return by.scope(dataset.permission)


def context_for(
    dataset: Dataset, by: Any, recorded_at: dt.datetime | None = None, *, trial: bool = False
) -> Context:
    """Return the context of an import: the user, the reach, and the dataset's codes.

    Raises RuleBroken without the permission.
    """
    context = Context(
        by=by, scope=reach(dataset, by), today=today(), recorded_at=recorded_at, trial=trial
    )
    context.codes = dataset.codes(context)
    return context


class _Run:
    """One pass over a file, within the caller's transaction."""

    def __init__(
        self,
        dataset: Dataset,
        path: Path,
        name: str,
        listener: Listener,
        answers: Answers | None,
        *,
        is_check: bool = False,
    ) -> None:
        self.dataset, self.path, self.name, self.listener, self.is_check = (
            dataset,
            path,
            name,
            listener,
            is_check,
        )
        self.answers: Answers = answers or {}
        self.outcome, self.digest, self.rows, self.has_written = (
            Outcome(),
            hashlib.sha256(),
            0,
            False,
        )

    def go(self, context: Context) -> None:
        try:
            self._read(open_table(self.path, self.name), context)
        except (FileRefused, RuleBroken) as refused:
            self._refuse(Problem(0, getattr(refused, "field", None) or "", "", str(refused)))
        except (DataError, IntegrityError, InternalError) as error:
            self._refuse(Problem(0, "", "", message_for(error)))
        self.outcome.news = context.news
        self.outcome.digest = self.digest.hexdigest()

    def _read(self, table: Table, context: Context) -> None:
        self.outcome.note = table.note
        names = names_of(table.header)
        for problem in problems_of(names, self.dataset):
            self._refuse(problem)
        is_readable = not self.outcome.is_wrong
        cleaner = Cleaner(self.dataset, places_of(names, self.dataset), len(table.header), context)
        for batch in _batches(
            (cleaner.row(number, cells) for number, cells in table.rows), self.dataset.batch
        ):
            self._batch(batch, context if is_readable else None)
            if self.outcome.problem_count > MOST_PROBLEMS:
                self._refuse(
                    Problem(0, "", "", MORE.format(most=MOST_PROBLEMS, row=batch[-1].number))
                )
                break
        if not self.rows:
            self._refuse(Problem(0, "", "", "it has no rows beneath the header."))
        if self.has_written and not self.outcome.is_wrong:
            self.dataset.finish(context)
            _settle()

    def _batch(self, batch: list[Row], context: Context | None) -> None:
        """Plan, report and write a batch.

        Where the header is wrong, only the cells are checked; after any error nothing is written.
        """
        if context is not None:
            for row in batch:
                row.cells |= self.answers.get(row.number, {})
            others = recognise(batch, self.dataset)
            if not (self.is_check or self.outcome.is_wrong):
                self.dataset.hold(batch, context)
            with transaction.atomic():
                self.dataset.plan(batch, context)
                refuse_stated(batch, context, self.dataset)
            for row, written, known in others:
                if not row.wrong:
                    context.remark(MERGED.format(said=written, known=known))
        for row in batch:
            self._tell(row)
        if context is not None and not self.outcome.is_wrong:
            self._write([row for row in batch if row.kind in (NEW, CHANGED)], context, len(batch))
            if not self.is_check:
                self.dataset.confirm([row for row in batch if row.kind == UNCHANGED], context)
        self.rows += len(batch)
        self.listener.progress(self.rows)

    def _write(self, rows: list[Row], context: Context, read: int) -> None:
        """Write what was planned. In a check of a file planned as a whole, write it in pieces that are undone at once."""
        if self.is_check and not self.rows and read < self.dataset.batch:
            for piece in _pieces(rows, self.dataset):
                self._rehearse(piece, context)
        elif rows:
            self.dataset.write(rows, context)
            self.has_written = True

    def _rehearse(self, piece: list[Row], context: Context) -> None:
        """Write a piece, check every constraint, and undo it: rolling back the savepoint releases its locks."""
        own = replace(context, memory=dict(context.memory))
        try:
            with transaction.atomic():
                self.dataset.write(piece, own)
                self.dataset.finish(own)
                _settle()
                raise _RolledBack
        except _RolledBack:
            pass

    def _tell(self, row: Row) -> None:
        result = row.result
        if result:
            self.outcome.counts[result] += 1
        for problem in row.problems:
            self._refuse(problem)
        if row.question is not None:
            self._ask(row.question)
        self.digest.update(
            f"{row.number}{result}{sorted(row.before.items())}{sorted(row.after.items())}".encode()
        )
        self.listener.row(row)
        if result == CHANGED:
            for change in changes_of(row, self.dataset):
                self._change(change)

    def _change(self, change: Change) -> None:
        self.outcome.keep(change)
        self.listener.change(change)

    def _ask(self, question: Question) -> None:
        self.outcome.open_questions += not question.answer
        self.listener.question(question)

    def _refuse(self, problem: Problem) -> None:
        self.outcome.refuse(problem)
        self.listener.problem(problem)


def take_turn(dataset: Dataset, *, patient: bool) -> None:
    """Let imports of a dataset run one after another, so that what is compared is what will be overwritten.

    A `patient` import waits as long as needed; others raise NotYet, which frees their worker. After that nothing waits for
    another lock longer than `patience` (milliseconds).
    """
    key = f"import:{dataset.name}"
    with connection.cursor() as cursor:
        if patient:
            cursor.execute("SET LOCAL lock_timeout = 0")
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [key])
        else:
            cursor.execute("SELECT pg_try_advisory_xact_lock(hashtextextended(%s, 0))", [key])
            if not cursor.fetchone()[0]:
                raise NotYet(NEXT, AGAIN_IN)
        cursor.execute("SET LOCAL lock_timeout = %s", [f"{limits().patience}ms"])


@contextmanager
def _let_go() -> Iterator[None]:
    """Enclose the transaction: raise NotYet where somebody else holds a record too long, which is no fault of the file."""
    try:
        yield
    except OperationalError as error:
        if getattr(error.__cause__, "pgcode", None) in NOT_TO_BE_HAD:
            raise NotYet(BUSY, AGAIN_IN) from error
        raise


def _settle() -> None:
    """Let the database run its deferred checks now instead of at commit, so that a check includes them."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


def _pieces(rows: list[Row], dataset: Dataset) -> Iterator[list[Row]]:
    """Yield the rows in pieces of about `PIECE`, such that no rule involves rows of two pieces."""
    together: dict[Hashable, list[Row]] = {}
    for row in rows:
        together.setdefault(dataset.independence_key(row), []).append(row)
    piece: list[Row] = []
    for own in together.values():
        if piece and len(piece) + len(own) > PIECE:
            yield piece
            piece = []
        piece += own
    if piece:
        yield piece


def _batches(rows: Iterator[Row], size: int) -> Iterator[list[Row]]:
    while batch := list(islice(rows, size)):
        yield batch


__all__ = ["Change", "Listener", "Outcome", "apply", "check", "reach"]
