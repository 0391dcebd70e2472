"""Make a run's files: temporary name, sync, hash, move; then, with the job's finish, the row that says ready."""

from __future__ import annotations

import datetime as dt
import os
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import partial
from hashlib import file_digest
from pathlib import Path

from django.conf import settings
from django.db import transaction

from pqip.core.clock import now
from pqip.core.snapshot import snapshot
from pqip.files.writing import making, put
from reports.actions.announce import announce
from reports.answers import Answer, answer, definitions_version
from reports.catalogue import find
from reports.figures.asking import Question
from reports.kept import keep, page_version
from reports.models import Run, RunFile
from reports.models.run import PAGE
from reports.patience import in_its_turn
from reports.places import VIEW, names_of, place_within, question_for, rights_of, unnamed_question
from reports.render.files import write

#: Days a file is kept, for a run somebody asked for, a month's, and a page's; the row stays.
KEEP_DAYS, KEEP_DAYS_SCHEDULED, KEEP_DAYS_PAGE = 7, 400, 1


@dataclass(frozen=True)
class Made:
    """A file in its place, not yet known to anybody."""

    format: str
    path: str
    sha256: str
    size: int
    rows: int


def make_run(run: Run, *, finishing: AbstractContextManager[None]) -> None:
    """Make a waiting run's files and, within `finishing`, say that they are ready. Doing it twice makes no second effect.

    Raises NotAllowed where whoever asked may no longer see the place.
    """
    if run.state != Run.State.WAITING:
        with finishing:
            return
    by = run.requested_by  # read before, since within the snapshot no account is read whole
    with snapshot(run.known_at) as instant:
        run.definitions = _definitions(run)
        question = _question(run, instant)
        if by:
            run.cover(question.place, names_of(question.place))
        with in_its_turn():
            answered = _answer(run, question)
        made = _files(run, answered)
    with finishing:
        _ready(run, instant, made)


def _answer(run: Run, question: Question) -> Answer:
    report = find(run.report)
    by = f"{run.requested_by}" if run.requested_by else "Monthly schedule"
    return answer(report, question, place=run.place, by=by, suppressed=run.suppressed)


def _definitions(run: Run) -> str:
    """Of a page, with what whoever asked may see as it is made."""
    report = find(run.report)
    return page_version(report, run.requested_by) if run.is_page else definitions_version(report)


def _question(run: Run, instant: dt.datetime) -> Question:
    """What whoever asked may see today; for a scheduled run, what everybody it reaches may see."""
    from pqip.core.scope import Scope

    scope = run.requested_by.scope(VIEW) if run.requested_by else Scope(everywhere=True)
    place = place_within(
        scope, region=run.region_id, pdu=run.pdu_id, pdu_region=run.pdu.region_id if run.pdu else None
    )
    by_pdu = bool(run.region_id)
    if run.requested_by is None:
        return unnamed_question(run.as_at, instant, place, by_pdu=by_pdu)
    return question_for(run.requested_by, run.as_at, instant, place, by_pdu=by_pdu)


def _files(run: Run, made: Answer) -> list[Made]:
    """Every format's file. Its name holds its hash, so that a worker taken for dead overwrites nothing."""
    folder = Path(settings.MEDIA_ROOT) / "reports" / str(run.public_id)
    return [_file(run, folder, made, format) for format in run.formats]


def _file(run: Run, folder: Path, made: Answer, format: str) -> Made:
    with making(folder) as stream:
        keep(made, stream, rights_of(run.requested_by)) if format == PAGE else write(made, format, stream)
        size = stream.seek(0, os.SEEK_END)
        stream.seek(0)
        digest = file_digest(stream, "sha256").hexdigest()
        path = folder / f"{digest[:16]}.{format}"
        put(stream, path)
    return Made(format, str(path.relative_to(settings.MEDIA_ROOT)), digest, size, len(made.main.rows))


def _ready(run: Run, instant: dt.datetime, made: list[Made]) -> None:
    """The row that says ready, in the transaction that finishes the job.

    Runs announced together are held together, in order: two that are ready at once never wait for each other.
    """
    together = Run.objects.told_with(run).select_for_update().order_by("pk")
    locked = next(one for one in together if one.pk == run.pk)
    if locked.state != Run.State.WAITING:
        return
    RunFile.objects.bulk_create(
        RunFile(run=locked, format=one.format, path=one.path, sha256=one.sha256, size=one.size, rows=one.rows) for one in made
    )
    locked.state, locked.known_at, locked.ready_at = Run.State.READY, instant, now()
    locked.expires_at = now() + dt.timedelta(days=keep_days(locked))
    locked.definitions, locked.regions, locked.pdus, locked.covers = run.definitions, run.regions, run.pdus, run.covers
    locked.save(update_fields=["state", "known_at", "ready_at", "expires_at", "definitions", "regions", "pdus", "covers"])
    if not locked.is_page:
        announce(locked)
    transaction.on_commit(partial(_tidy, [Path(settings.MEDIA_ROOT) / one.path for one in made]))


def _tidy(kept: list[Path]) -> None:
    """Remove what a worker that was killed left beside the run's files."""
    for path in kept[0].parent.iterdir():
        if path not in kept:
            path.unlink(missing_ok=True)


def keep_days(run: Run) -> int:
    """Days the run's files are kept."""
    if run.is_page:
        return KEEP_DAYS_PAGE
    if run.is_scheduled:
        return getattr(settings, "PQIP_REPORT_KEEP_DAYS_SCHEDULED", KEEP_DAYS_SCHEDULED)
    return getattr(settings, "PQIP_REPORT_KEEP_DAYS", KEEP_DAYS)
