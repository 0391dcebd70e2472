"""The first row of a file: which columns it has, and what is wrong with it."""

from __future__ import annotations

import difflib

from pqip.exchange.datasets import Dataset, Problem
from pqip.exchange.writing.xlsx import letter

#: What a file handed back has at its end (`returned.py`); left out when it comes in again.
OURS = ["result", "errors"]


def names_of(header: list[str]) -> list[str]:
    """Column names as they are compared: case and surrounding space ignored; without the two columns we add."""
    names = [cell.strip().lower() for cell in header]
    return names[:-2] if names[-2:] == OURS else names


def places_of(names: list[str], dataset: Dataset) -> dict[str, int]:
    """Where in a row each of the dataset's columns stands."""
    return {name: names.index(name) for name in dataset.columns if name in names}


def problems_of(names: list[str], dataset: Dataset) -> list[Problem]:
    """Unknown, duplicated and missing columns, each with the nearest known name."""
    problems, known = [], list(dataset.columns)
    for place, name in enumerate(names):
        if not name:
            at = f"column {letter(place)}"
            problems.append(Problem(1, at, "", "the column has no name. Name it, or delete it."))
        elif name not in known:
            problems.append(Problem(1, name, name, f'"{name}" is not a column of {dataset.name}. {_meant(name, known)}'))
        elif name in names[:place]:
            problems.append(Problem(1, name, name, "the column stands twice. Keep one."))
    absent = [name for name, column in dataset.columns.items() if column.required and name not in names]
    return problems + [Problem(1, name, "", f"the column is missing. {dataset.name} needs it.") for name in absent]


def _meant(name: str, known: list[str]) -> str:
    if ";" in name or "\t" in name:
        return "Separate the columns with commas."
    nearest = difflib.get_close_matches(name, known, 1, 0.6)
    return f"Did you mean {nearest[0]}?" if nearest else f"Use only {', '.join(known)}."
