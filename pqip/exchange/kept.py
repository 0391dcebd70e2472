"""What is kept of an import on disk: the file under a generated name, and the findings of its check.

There is one folder for each import under `imports/` of the files folder, which no web server exposes. All of it is personal
data and is deleted together (`actions/purge.py`).
"""

from __future__ import annotations

import csv
import hashlib
import json
import os
import shutil
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import astuple
from itertools import islice
from pathlib import Path
from typing import Any, TextIO
from uuid import UUID

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile

from pqip.core.files.writing import write_file
from pqip.exchange.datasets import GIVEN, NEW, Problem, Question, Row
from pqip.exchange.escaping import escape
from pqip.exchange.outcome import Change, Listener

CHANGE_COLUMNS = ["row", "key", "column", "before", "after"]


def folder(public_id: UUID) -> Path:
    """Return the folder of an import's files."""
    return Path(settings.MEDIA_ROOT) / "imports" / str(public_id)


def keep(upload: UploadedFile, public_id: UUID) -> str:
    """Store an uploaded file and return its SHA-256.

    Raises RuleBroken (field `file`) where there is no room, and leaves nothing.
    """
    try:
        return write_file(upload.chunks(), uploaded(public_id), "file")
    except BaseException:
        forget(public_id)
        raise


def forget(public_id: UUID) -> None:
    """Delete everything stored of an import; nothing happens where there is nothing."""
    shutil.rmtree(folder(public_id), ignore_errors=True)


def uploaded(public_id: UUID) -> Path:
    """Return the path of the file as it was uploaded."""
    return folder(public_id) / "file"


def is_same(public_id: UUID, sha256: str) -> bool:
    """Return whether the stored file is still exactly the one that was uploaded."""
    try:
        with uploaded(public_id).open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest() == sha256
    except FileNotFoundError:
        return False


class Findings(Listener):
    """Writes the findings of a check, row by row: `new.csv`, `changes.csv`, `errors.jsonl`, `questions.jsonl`,
    `rows.jsonl`.

    They have temporary names until the end, so that an interrupted check leaves no incomplete findings.
    """

    NAMES = ("new.csv", "changes.csv", "errors.jsonl", "questions.jsonl", "rows.jsonl")

    def __init__(self, public_id: UUID, token: object) -> None:
        self.place, self.token = folder(public_id), token
        self.files: dict[str, TextIO] = {}

    def __enter__(self) -> Findings:
        self.files = {
            name: open(self._beside(name), "w", encoding="utf-8", newline="", opener=_private)  # noqa: SIM115  (closed below)
            for name in self.NAMES
        }
        self.changes = csv.writer(self.files["changes.csv"])
        self.changes.writerow(CHANGE_COLUMNS)
        self.new = csv.writer(self.files["new.csv"])
        self.columns: list[str] = []
        return self

    def __exit__(self, failed: object, *_rest: object) -> None:
        try:
            with (
                ExitStack() as closing
            ):  # close each, whatever happened to the others: buffered data is written only now, and the disk may be full
                for file in self.files.values():
                    closing.callback(file.close)
            if not failed:
                for name in self.files:
                    self._beside(name).replace(self.place / name)
        finally:
            for name in self.files:
                self._beside(name).unlink(missing_ok=True)

    def change(self, change: Change) -> None:
        self.changes.writerow(
            [change.row, *map(escape, (change.key, change.column, change.before, change.after))]
        )

    def problem(self, problem: Problem) -> None:
        values = [problem.row, problem.column, problem.value, problem.message]
        self.files["errors.jsonl"].write(json.dumps(values) + "\n")

    def question(self, question: Question) -> None:
        self.files["questions.jsonl"].write(json.dumps(astuple(question)) + "\n")

    def row(self, row: Row) -> None:
        if row.result == NEW:
            self._new(row)
        values = [
            row.number,
            row.result,
            [f"{each.column}: {each.message}".removeprefix(": ") for each in row.problems],
        ]
        self.files["rows.jsonl"].write(json.dumps(values) + "\n")

    def _new(self, row: Row) -> None:
        """Write the cells of a new row as they are in the file; for a sensitive column only that a value was given."""
        if not self.columns:
            self.columns = list(row.texts)
            self.new.writerow(["row", *self.columns])
        cells = ((row.text(name), name in row.sensitive) for name in self.columns)
        self.new.writerow(
            [row.number, *(escape(GIVEN if hidden and text else text) for text, hidden in cells)]
        )

    def _beside(self, name: str) -> Path:
        return self.place / f"{name}.{self.token}"


def changes(public_id: UUID, most: int) -> list[list[str]]:
    """Return the first changed cells: row, key, column, before, after."""
    with (folder(public_id) / "changes.csv").open(encoding="utf-8", newline="") as file:
        return list(islice(csv.reader(file), 1, most + 1))


def new_rows(public_id: UUID, most: int) -> list[list[str]]:
    """Return the names of the columns, then the first new rows: each the row's number and its cells.

    Empty where there are none.
    """
    try:
        with (folder(public_id) / "new.csv").open(encoding="utf-8", newline="") as file:
            return list(islice(csv.reader(file), most + 1))
    except FileNotFoundError:  # checked by an earlier release, which did not store new rows
        return []


def questions(public_id: UUID) -> list[Question]:
    """Return the rows that may be about somebody known, whether or not the file answers."""
    try:
        rows = list(_lines(public_id, "questions.jsonl"))
    except FileNotFoundError:
        return []
    return [
        Question(row, about, alike, [(number, name) for number, name in choices], answer)
        for row, about, alike, choices, answer in rows
    ]


def errors(public_id: UUID, most: int) -> list[Problem]:
    """Return the first errors."""
    return [Problem(*values) for values in islice(_lines(public_id, "errors.jsonl"), most)]


def results(public_id: UUID) -> Iterator[tuple[int, str, list[str]]]:
    """Yield for each row of the file its number, its result and its errors."""
    return (
        (number, result, messages) for number, result, messages in _lines(public_id, "rows.jsonl")
    )


def _lines(public_id: UUID, name: str) -> Iterator[Any]:
    with (folder(public_id) / name).open(encoding="utf-8") as file:
        for line in file:
            yield json.loads(line)


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)
