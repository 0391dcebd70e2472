"""The first row of a file: which columns it has, and what is wrong with it."""

from __future__ import annotations

import difflib

from pqip.exchange.datasets import Dataset, Problem, shortened
from pqip.exchange.writing.xlsx import letter

#: What a file handed back has at its end (`returned.py`); left out when it comes in again.
OURS = ["result", "errors"]
#: From here on a name is taken for a known one misspelt.
LIKE = 0.6


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
            said = shortened(name)
            problems.append(Problem(1, said, said, f'"{said}" is not a column of {dataset.name}. {_meant(name, known)}'))
        elif name in names[:place]:
            problems.append(Problem(1, name, name, "the column stands twice. Keep one."))
    absent = [name for name, column in dataset.columns.items() if column.required and name not in names]
    strange = [name for name in names if name and name not in known]
    return problems + [Problem(1, name, "", _missing(name, dataset.name, strange)) for name in absent]


def _meant(name: str, known: list[str]) -> str:
    nearest = max(known, key=lambda each: _likeness(name, each))
    if _likeness(name, nearest) >= LIKE:
        return f"Did you mean {nearest}?"
    return f"The nearest is {nearest}. Use only {', '.join(known)}."


def _missing(name: str, dataset: str, strange: list[str]) -> str:
    said = f"the column is missing. {dataset} needs it."
    nearest = max(strange, key=lambda each: _likeness(each, name), default="")
    return f'{said} The nearest here is "{shortened(nearest)}".' if nearest and _likeness(nearest, name) >= LIKE else said


def _likeness(name: str, known: str) -> float:
    """From 0 to 1 how alike they are written; more where one holds the other, as *email address* does *email*."""
    written = name.replace(" ", "_").replace("-", "_")
    held = known in written or (len(written) > 2 and written in known)
    return difflib.SequenceMatcher(None, written, known).ratio() + held
