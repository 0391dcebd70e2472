"""Make a run's files: write under a temporary name, sync, hash and rename; then, together with the end of the job, mark the
run ready.
"""

from __future__ import annotations

import datetime as dt
import os
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from functools import partial
from hashlib import file_digest
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction

from pqip.core.clock import now
from pqip.core.files.writing import making, put
from pqip.core.snapshot import snapshot
from pqip.core.turns import alone, turn
from reports.actions.announce import announce
from reports.actions.places import place_within
from reports.catalogue import find
from reports.figures.asking import OFFICER, Question
from reports.models import Run, RunFile
from reports.models.run import PAGE
from reports.queries.answers import Answer, answer, definitions_version
from reports.queries.kept import keep, page_version
from reports.queries.places import VIEW, names_of, question_for, rights_of, unnamed_question
from reports.render.files import write

#: The number of days a file is kept: for a run that a user asked for, a month's run, and a page. The row stays.
KEEP_DAYS, KEEP_DAYS_SCHEDULED, KEEP_DAYS_PAGE = 7, 400, 1
#: How long (seconds) a worker waits for its turn; then it goes on without one.
WAIT_SECONDS = 120


@dataclass(frozen=True)
class MadeFile:
    """A file that is in place but not recorded yet."""

    format: str
    path: str
    sha256: str
    size: int
    rows: int


def make_run(run: Run, *, finishing: AbstractContextManager[None]) -> None:
    """Make the files of a waiting run and, within `finishing`, mark it ready. Doing it twice has no second effect.

    Raises NotAllowed where the user who asked may no longer see the place.
    """
    if run.state != Run.State.WAITING:
        with finishing:
            return
    by = run.requested_by  # read before, since within the snapshot no account is read in full
    with _after_the_same(run), snapshot(run.known_at) as instant:
        run.definitions = _definitions(run)
        question = _question(run, instant)
        if by:
            run.cover(question.place, names_of(question.place))
        with turn(settings.HEAVY_REPORTS_AT_ONCE, WAIT_SECONDS):
            answered = _answer(run, question)
        made = _files(run, answered)
    with finishing:
        _ready(run, instant, made)


def _after_the_same(run: Run) -> AbstractContextManager[Any]:
    """What is worked out once and kept is made by one at a time: whoever waited finds it kept, in a snapshot of its own."""
    keeps = find(run.report).at_once is not None
    return alone(f"kept answers of {run.report}", WAIT_SECONDS) if keeps else nullcontext()


def _answer(run: Run, question: Question) -> Answer:
    report = find(run.report)
    by = f"{run.requested_by}" if run.requested_by else "Monthly schedule"
    answered = answer(report, question, place=run.place, by=by, suppressed=run.suppressed)
    if run.is_page and report.with_its_page:
        report.with_its_page(question)
    return answered


def _definitions(run: Run) -> str:
    """Return the version of the report's definitions; for a page, also of what the user may see as it is made."""
    report = find(run.report)
    return page_version(report, run.requested_by) if run.is_page else definitions_version(report)


def _question(run: Run, instant: dt.datetime) -> Question:
    """Return the question: what the user who asked may see today or, for a scheduled run, what everybody told of it may
    see.
    """
    from pqip.core.scope import Scope

    scope = run.requested_by.scope(VIEW) if run.requested_by else Scope(everywhere=True)
    place = place_within(
        scope,
        region=run.region_id,
        pdu=run.pdu_id,
        pdu_region=run.pdu.region_id if run.pdu else None,
    )
    more: dict[str, Any] = {"by_pdu": bool(run.region_id), "grade": run.grade or OFFICER}
    if run.requested_by is None:
        return unnamed_question(run.as_at, instant, place, **more)
    return question_for(run.requested_by, run.as_at, instant, place, **more)


def _files(run: Run, made: Answer) -> list[MadeFile]:
    """Write a file in each format.

    Each name holds the file's hash, so that a worker presumed dead cannot overwrite another file.
    """
    folder = Path(settings.MEDIA_ROOT) / "reports" / str(run.public_id)
    return [_file(run, folder, made, format) for format in run.formats]


def _file(run: Run, folder: Path, made: Answer, format: str) -> MadeFile:
    with making(folder) as stream:
        keep(made, stream, rights_of(run.requested_by)) if format == PAGE else write(
            made, format, stream
        )
        size = stream.seek(0, os.SEEK_END)
        stream.seek(0)
        digest = file_digest(stream, "sha256").hexdigest()
        path = folder / f"{digest[:16]}.{format}"
        put(stream, path)
    return MadeFile(
        format, str(path.relative_to(settings.MEDIA_ROOT)), digest, size, len(made.main.rows)
    )


def _ready(run: Run, instant: dt.datetime, made: list[MadeFile]) -> None:
    """Mark the run ready, in the transaction that finishes the job.

    Runs that are announced together are locked together, in order, so that two which become ready at once do not wait for
    each other.
    """
    together = Run.objects.announced_with(run).select_for_update().order_by("pk")
    locked = next(one for one in together if one.pk == run.pk)
    if locked.state != Run.State.WAITING:
        return
    RunFile.objects.bulk_create(
        RunFile(
            run=locked,
            format=one.format,
            path=one.path,
            sha256=one.sha256,
            size=one.size,
            rows=one.rows,
        )
        for one in made
    )
    locked.state, locked.known_at, locked.ready_at = Run.State.READY, instant, now()
    locked.expires_at = now() + dt.timedelta(days=keep_days(locked))
    locked.definitions, locked.regions, locked.pdus, locked.covers = (
        run.definitions,
        run.regions,
        run.pdus,
        run.covers,
    )
    locked.save(
        update_fields=[
            "state",
            "known_at",
            "ready_at",
            "expires_at",
            "definitions",
            "regions",
            "pdus",
            "covers",
        ]
    )
    if not locked.is_page:
        announce(locked)
    transaction.on_commit(partial(_tidy, [Path(settings.MEDIA_ROOT) / one.path for one in made]))


def _tidy(kept: list[Path]) -> None:
    """Delete the files that a killed worker left in the run's folder, except `kept`."""
    for path in kept[0].parent.iterdir():
        if path not in kept:
            path.unlink(missing_ok=True)


def keep_days(run: Run) -> int:
    """Return the number of days for which the run's files are kept."""
    if run.is_page:
        return KEEP_DAYS_PAGE
    if run.is_scheduled:
        return getattr(settings, "PQIP_REPORT_KEEP_DAYS_SCHEDULED", KEEP_DAYS_SCHEDULED)
    return getattr(settings, "PQIP_REPORT_KEEP_DAYS", KEEP_DAYS)
