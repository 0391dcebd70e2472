"""Runs in tables."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import urlencode

from django.urls import reverse

from pqip.core.formats import number, short_date, short_datetime
from pqip.govuk.pages import Action, Download, Empty, Tag
from pqip.govuk.tables import Cell, Column, Table
from reports.catalogue import REPORTS
from reports.models import Run
from reports.presenters.tables import FORMAT_NAMES
from reports.queries.asked import question_of

STATES = {
    Run.State.WAITING: Tag("Being made", "blue"),
    Run.State.READY: Tag("Ready", "green"),
    Run.State.FAILED: Tag("Could not be made", "red"),
    Run.State.EXPIRED: Tag("Files deleted", "grey"),
}
COLUMNS = [
    Column("Report"),
    Column("As at"),
    Column("Place"),
    Column("Known at"),
    Column("State"),
    Column("Files"),
]


def title_of(run: Run) -> str:
    """Return the report's title; its name where the report no longer exists."""
    return REPORTS[run.report].title if run.report in REPORTS else run.report


def runs_table(caption: str, runs: Iterable[Run], empty: str) -> Table:
    """Return the table of runs with their downloads."""
    return Table(
        caption, COLUMNS, [_row(run) for run in runs], caption_hidden=True, empty=Empty(empty)
    )


def month_tables(runs: Iterable[Run]) -> list[Table]:
    """Return the tables of a month's reports: one for each report, its rows the places, the nation first."""
    listed = list(runs)
    return [
        _places(title, [run for run in listed if run.report == name])
        for name, title in _reports(listed).items()
    ]


def latest_by_report(runs: Iterable[Run]) -> dict[str, Run]:
    """Return the latest ready run of each report, by the report's name."""
    latest: dict[str, Run] = {}
    for run in runs:
        if run.state == Run.State.READY:
            latest.setdefault(run.report, run)
    return latest


def ready_words(run: Run | None) -> object:
    """Return a cell that says when a report was last made and links to it."""
    if run is None:
        return "Not yet"
    return Cell(
        short_datetime(run.ready_at),
        url=reverse("reports:run", args=[run.public_id]),
        second=f"{run.place}, as at {short_date(run.as_at)}",
    )


def downloads(run: Run) -> list[Download]:
    """Return the files of a ready run."""
    if run.state != Run.State.READY:
        return []
    return [
        Download(
            title_of(run),
            reverse("reports:download", args=[run.public_id, one.format]),
            FORMAT_NAMES[one.format],
            f"{number(max(one.size // 1024, 1))} KB",
        )
        for one in run.files.all()
    ]


def _reports(runs: list[Run]) -> dict[str, str]:
    """Return the titles of these runs' reports in the order of the catalogue; reports it no longer has come last."""
    found = {run.report: title_of(run) for run in runs}
    return {name: found[name] for name in sorted(found, key=[*REPORTS, *found].index)}


def _places(title: str, runs: list[Run]) -> Table:
    rows = [
        [
            Cell(
                run.place,
                url=f"{reverse('reports:report', args=[run.report])}?{urlencode(question_of(run))}",
                hidden=title,
            ),
            Cell(
                short_datetime(run.known_at),
                url=reverse("reports:run", args=[run.public_id]),
                hidden=f"{title}, {run.place}",
            ),
            _links(run, title),
        ]
        for run in runs
    ]
    return Table(title, [Column("Place"), Column("Known at"), Column("Download")], rows)


def _links(run: Run, title: str) -> Cell:
    return Cell(
        actions=[
            Action(f"{one.kind} ({one.size})", one.url, "link", f"{title}, {run.place}")
            for one in downloads(run)
        ]
    )


def _row(run: Run) -> list[object]:
    files = Cell(", ".join(one.kind for one in downloads(run)), empty="None")
    return [
        Cell(title_of(run), url=reverse("reports:run", args=[run.public_id])),
        short_date(run.as_at),
        run.place,
        short_datetime(run.known_at),
        STATES[Run.State(run.state)],
        files,
    ]
