"""What is kept of an import on disk: the file under a name of ours, and what checking it found.

One folder for each import under `imports/` of the files folder, which no web server shows. All of it is personal data
and goes together (`actions/purge.py`).
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

from pqip.exchange.datasets import GIVEN, NEW, Problem, Question, Row
from pqip.exchange.escaping import escape
from pqip.exchange.outcome import Change, Listener
from pqip.files.writing import keep_whole

CHANGE_COLUMNS = ["row", "key", "column", "before", "after"]


def folder(public_id: UUID) -> Path:
    """Where an import's files are."""
    return Path(settings.MEDIA_ROOT) / "imports" / str(public_id)


def keep(upload: UploadedFile, public_id: UUID) -> str:
    """Keep an uploaded file; returns its SHA-256. Raises RuleBroken (field `file`) where there is no room, and leaves nothing."""
    try:
        return keep_whole(upload.chunks(), uploaded(public_id), "file")
    except BaseException:
        forget(public_id)
        raise


def forget(public_id: UUID) -> None:
    """Delete everything kept of an import; nothing happens where it is gone already."""
    shutil.rmtree(folder(public_id), ignore_errors=True)


def uploaded(public_id: UUID) -> Path:
    """The file as it came."""
    return folder(public_id) / "file"


def is_same(public_id: UUID, sha256: str) -> bool:
    """Whether the kept file is still the very one that was brought."""
    try:
        with uploaded(public_id).open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest() == sha256
    except FileNotFoundError:
        return False


class Findings(Listener):
    """Writes down what a check finds, row by row: `new.csv`, `changes.csv`, `errors.jsonl`, `questions.jsonl`, `rows.jsonl`.

    Written under other names and put in place at the end, so that a check cut off leaves no half of it.
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
        self.new, self.columns = csv.writer(self.files["new.csv"]), []
        return self

    def __exit__(self, failed: object, *_rest: object) -> None:
        try:
            with ExitStack() as closing:  # each, however the others went: what was held back is written now, and may find no room
                for file in self.files.values():
                    closing.callback(file.close)
            if not failed:
                for name in self.files:
                    self._beside(name).replace(self.place / name)
        finally:
            for name in self.files:
                self._beside(name).unlink(missing_ok=True)

    def change(self, change: Change) -> None:
        self.changes.writerow([change.row, *map(escape, (change.key, change.column, change.before, change.after))])

    def problem(self, problem: Problem) -> None:
        said = [problem.row, problem.column, problem.value, problem.message]
        self.files["errors.jsonl"].write(json.dumps(said) + "\n")

    def question(self, question: Question) -> None:
        self.files["questions.jsonl"].write(json.dumps(astuple(question)) + "\n")

    def row(self, row: Row) -> None:
        if row.result == NEW:
            self._new(row)
        said = [row.number, row.result, [f"{each.column}: {each.message}".removeprefix(": ") for each in row.problems]]
        self.files["rows.jsonl"].write(json.dumps(said) + "\n")

    def _new(self, row: Row) -> None:
        """The cells of a new row as the file has them; of a sensitive column only that it was given."""
        if not self.columns:
            self.columns = list(row.texts)
            self.new.writerow(["row", *self.columns])
        cells = ((row.text(name), name in row.sensitive) for name in self.columns)
        self.new.writerow([row.number, *(escape(GIVEN if hidden and text else text) for text, hidden in cells)])

    def _beside(self, name: str) -> Path:
        return self.place / f"{name}.{self.token}"


def changes(public_id: UUID, most: int) -> list[list[str]]:
    """The first changed cells: row, key, column, before, after."""
    with (folder(public_id) / "changes.csv").open(encoding="utf-8", newline="") as file:
        return list(islice(csv.reader(file), 1, most + 1))


def new_rows(public_id: UUID, most: int) -> list[list[str]]:
    """The first new rows beneath the names of their columns: the row's number, then its cells. Nothing where there is none."""
    try:
        with (folder(public_id) / "new.csv").open(encoding="utf-8", newline="") as file:
            return list(islice(csv.reader(file), most + 1))
    except FileNotFoundError:  # checked before new rows were kept
        return []


def questions(public_id: UUID) -> list[Question]:
    """Rows that may be about somebody known, answered in the file or not."""
    try:
        said = list(_lines(public_id, "questions.jsonl"))
    except FileNotFoundError:
        return []
    return [Question(row, about, alike, [(number, name) for number, name in choices], answer)
            for row, about, alike, choices, answer in said]


def errors(public_id: UUID, most: int) -> list[Problem]:
    """The first errors."""
    return [Problem(*said) for said in islice(_lines(public_id, "errors.jsonl"), most)]


def results(public_id: UUID) -> Iterator[tuple[int, str, list[str]]]:
    """For each row of the file: its number, its result, and its errors."""
    return ((number, result, said) for number, result, said in _lines(public_id, "rows.jsonl"))


def _lines(public_id: UUID, name: str) -> Iterator[Any]:
    with (folder(public_id) / name).open(encoding="utf-8") as file:
        for line in file:
            yield json.loads(line)


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)
