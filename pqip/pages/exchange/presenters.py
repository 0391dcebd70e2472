"""Imports in words and tables."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.urls import reverse

from pqip.core.formats import datetime_gov, lower_first, number, plural, short_datetime
from pqip.exchange import kept, returned
from pqip.exchange.datasets import TO_CHECK, Dataset, Question, shortened
from pqip.exchange.models import ImportRun
from pqip.exchange.progress import rows_done
from pqip.govuk.pages import Action, Download, Empty, SummaryRow, Tag
from pqip.govuk.tables import Cell, Column, Sorting, Table

SHOWN = 1_000
EMPTY, FILLED = ("csv", "xlsx", "ods"), ("csv", "xlsx")
REFRESH_SECONDS = 3
State = ImportRun.State
COLOURS = {
    State.CHECKING: "blue",
    State.ASKED: "yellow",
    State.READY: "yellow",
    State.REFUSED: "red",
    State.UNCHANGED: "grey",
    State.APPLYING: "blue",
    State.DONE: "green",
    State.FAILED: "red",
}
TITLES = {
    State.CHECKING: "Checking your file",
    State.ASKED: "Some rows may be the same person as somebody known",
    State.READY: "Check what will change",
    State.REFUSED: "The file has errors",
    State.UNCHANGED: "Nothing to change",
    State.APPLYING: "Importing your file",
    State.DONE: "File imported",
    State.FAILED: "The import did not finish",
}
ASKED = "These rows are new, but look like somebody on record or in another row. Say of each whether they are the same person."
#: The most rows about which one page asks.
ASKED_AT_ONCE = 50
LEADS = {
    State.ASKED: f"Nothing has been changed yet. {ASKED}",
    State.READY: "Nothing has been changed yet. Look through the changes, then import them.",
    State.REFUSED: "Nothing has been changed. Put the errors right, then bring the file again.",
    State.UNCHANGED: "The records already say all that this file says.",
    State.FAILED: "Nothing has been changed.",
}


def tag(run: ImportRun) -> Tag:
    """Return the state as a tag."""
    return Tag(run.get_state_display(), COLOURS[State(run.state)])


def datasets(listed: list[Dataset]) -> Table:
    """Return the table of datasets that the user may import."""
    rows = [
        (Cell(each.title, reverse("exchange:bring", args=[each.name])), each.name)
        for each in listed
    ]
    return Table(
        "What you can import",
        [Column("Records"), Column("Name of the dataset")],
        rows,
        empty=Empty("You cannot import anything."),
    )


def runs(listed: list[ImportRun], sorting: Sorting) -> Table:
    """Return the table of the user's own imports."""
    columns = [Column("File"), Column("Records"), Column("Brought", sort="when"), Column("State")]
    rows = [
        (
            Cell(run.original_name, _url("run", run)),
            run.dataset,
            short_datetime(run.requested_at),
            tag(run),
        )
        for run in listed
    ]
    return Table(
        "Your imports",
        columns,
        rows,
        sorting=sorting,
        empty=Empty("You have not imported anything yet."),
    )


def columns(dataset: Dataset) -> Table:
    """Return the table of a file's columns, with templates to download."""
    templates = [
        Download(
            "Template", reverse("exchange:template", args=[dataset.name, format]), format.upper()
        )
        for format in ("xlsx", "ods", "csv")
    ]
    templates += [
        Download(
            "With current rows",
            reverse("exchange:filled", args=[dataset.name, format]),
            format.upper(),
        )
        for format in (FILLED if dataset.can_be_filled else ())
    ]
    rows = [(name, returned.meaning(dataset, name)) for name in dataset.columns]
    shown = [Column("Column"), Column("Meaning")]
    note = "In any order. Leave optional columns out, or blank."
    return Table("Columns of the file", shown, rows, downloads=templates, note=note)


def templates(listed: list[Dataset]) -> Table:
    """Return the table of files to fill in for each dataset, empty and with what is recorded now."""
    rows = [
        (
            Cell(each.title, reverse("exchange:bring", args=[each.name])),
            each.name,
            Cell(actions=_files(each, "template", EMPTY)),
            Cell(
                actions=_files(each, "filled", FILLED) if each.can_be_filled else [],
                empty="Empty only",
            ),
        )
        for each in listed
    ]
    shown = [
        Column("Records"),
        Column("Name of the dataset"),
        Column("Empty"),
        Column("With current rows"),
    ]
    note = (
        "Workbooks have a sheet of notes: what each column means, how it is written, and the codes it takes. Rows that "
        "could not come back as they are, such as those of people without an e-mail address, are left out. Equality answers "
        "are never filled in. Each file with current rows is logged."
    )
    return Table(
        "Templates",
        shown,
        rows,
        caption_hidden=True,
        note=note,
        empty=Empty("You cannot import anything."),
    )


def _files(dataset: Dataset, name: str, formats: Sequence[str]) -> list[Action]:
    hidden = lower_first(dataset.title) + (", with current rows" if name == "filled" else ", empty")
    return [
        Action(
            format.upper(),
            reverse(f"exchange:{name}", args=[dataset.name, format]),
            "link",
            hidden=hidden,
        )
        for format in formats
    ]


def page(run: ImportRun) -> dict[str, Any]:
    """Return everything that the page of an import shows, by its state."""
    state = State(run.state)
    shown: dict[str, Any] = {
        "page_title": TITLES[state],
        "lead": LEADS.get(state, ""),
        "rows": facts(run),
        "said": run.message,
    }
    shown |= {"refresh": 0, "progress": "", "tables": [], "confirm": []}
    if state in (State.REFUSED, State.FAILED):
        shown["actions"] = [
            Action("Bring the file again", reverse("exchange:bring", args=[run.dataset]))
        ]
    if state in (State.CHECKING, State.APPLYING):
        shown |= {"refresh": REFRESH_SECONDS, "progress": progress(run)}
    if run.file_deleted_at or not run.checked_at:
        return shown
    if state == State.REFUSED:
        shown["tables"] = [problems(run)]
    elif state in (State.READY, State.DONE):
        shown["tables"] = [
            make(run)
            for count, make in ((run.new, new_rows), (run.changed_cells, changes))
            if count
        ]
    if state == State.READY:
        shown["confirm"] = [
            Action(
                f"Import {plural(run.new + run.changed, 'row')}",
                _url("confirm", run),
                kind="",
                post=True,
            )
        ]
    return shown


def to_answer(run: ImportRun) -> list[Question]:
    """Return the first rows without an answer to whether they are about somebody known; for a file that is ready, all
    questions.
    """
    asked = kept.questions(run.public_id)
    if run.state == State.ASKED:
        return [each for each in asked if not each.answer and str(each.row) not in run.answers][
            :ASKED_AT_ONCE
        ]
    if run.state == State.READY:
        return [each for each in asked if str(each.row) in run.answers][:ASKED_AT_ONCE]
    return []


def progress(run: ImportRun) -> str:
    """Return in a sentence how far a worker is."""
    done = rows_done(run)
    if not done:
        return "It will start in a moment."
    if run.state == State.APPLYING:
        return f"{number(done)} of {plural(run.rows, 'row')} done."
    return f"{plural(done, 'row')} checked so far."


def facts(run: ImportRun) -> list[SummaryRow]:
    """Return summary rows of what an import is and what it does."""
    rows = [
        SummaryRow("File", run.original_name),
        SummaryRow("Records", run.described.title),
        SummaryRow("State", tag=tag(run)),
    ]
    if run.checked_at:
        rows += [
            SummaryRow("New rows", number(run.new)),
            SummaryRow("Changed rows", number(run.changed)),
            SummaryRow("Unchanged rows", number(run.unchanged)),
        ]
        rows += _unsettled(run)
        rows += [
            SummaryRow("To check", " ".join(names))
            if kind == TO_CHECK
            else SummaryRow(f"New {kind}", ", ".join(names))
            for kind, names in run.news.items()
        ]
    if run.note:
        rows.append(SummaryRow("Encoding", run.note))
    if run.finished_at:
        rows.append(SummaryRow("Finished", datetime_gov(run.finished_at)))
    return rows


def _unsettled(run: ImportRun) -> list[SummaryRow]:
    """Return summary rows of rows without an answer or with errors, and of the answers given."""
    if run.state == State.ASKED:
        given = f", of which {number(len(run.answers))} answered" if run.answers else ""
        return [SummaryRow("May be the same person", f"{plural(run.questions, 'row')}{given}")]
    rows = [SummaryRow("Rows with errors", number(run.wrong))]
    if run.answers:
        change = _url("answers", run) if run.state == State.READY else ""
        text = f"{plural(len(run.answers), 'row')} answered here"
        rows.append(SummaryRow("The same person or not", text, change_url=change, hidden="answers"))
    return rows


def own_file(run: ImportRun) -> list[Download]:
    """Return the user's file, for those who prefer to answer in it."""
    return [Download("Your file, to answer in it", _url("results", run), run.kind.upper())]


def new_rows(run: ImportRun) -> Table:
    """Return the table of new rows as in the file, without columns that are blank in all of them."""
    (_, *names), *rows = kept.new_rows(run.public_id, SHOWN) or [["row"]]
    used = [
        place
        for place, name in enumerate(names, 1)
        if name in run.described.key or any(row[place] for row in rows)
    ]
    shown = [Column("Row"), *(Column(names[place - 1]) for place in used)]
    everything = [Download("All new rows", _url("new", run), "CSV")]
    cells = [[row[0], *(shortened(row[place]) for place in used)] for row in rows]
    return Table(
        plural(run.new, "new row"),
        shown,
        cells,
        downloads=everything,
        note=_rest(run.new, "new rows"),
    )


def problems(run: ImportRun) -> Table:
    """Return the table of errors, with the user's file for correcting them."""
    found = kept.errors(run.public_id, SHOWN)
    rows = [
        (number(each.row) if each.row else "The file", each.column, each.value, each.message)
        for each in found
    ]
    shown = [Column("Row"), Column("Column"), Column("Value"), Column("What is wrong")]
    own = (
        [
            Download(
                "Your file with a result and an errors column",
                _url("results", run),
                run.kind.upper(),
            )
        ]
        if run.rows
        else []
    )
    return Table(
        plural(run.errors, "error"), shown, rows, downloads=own, note=_rest(run.errors, "errors")
    )


def changes(run: ImportRun) -> Table:
    """Return the table of changed cells, before and after."""
    shown = [Column("Row"), Column("Record"), Column("Column"), Column("Before"), Column("After")]
    everything = [
        Download("All changes", _url("changes", run), "CSV"),
        Download("Your file with a result for each row", _url("results", run), run.kind.upper()),
    ]
    rows = kept.changes(run.public_id, SHOWN)
    caption = plural(run.changed_cells, "changed cell")
    return Table(
        caption, shown, rows, downloads=everything, note=_rest(run.changed_cells, "changes")
    )


def _rest(count: int, what: str) -> str:
    return (
        f"The first {number(SHOWN)} {what} are shown. The download has all of them."
        if count > SHOWN
        else ""
    )


def _url(name: str, run: ImportRun) -> str:
    return reverse(f"exchange:{name}", args=[run.public_id])
