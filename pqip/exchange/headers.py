"""The first row of a file: which columns it has, and what is wrong with it."""

from __future__ import annotations

import difflib

from pqip.exchange.datasets import Dataset, Problem, shortened
from pqip.exchange.writing.xlsx import letter

#: The columns added to a returned file (`returned.py`); ignored when it is imported again.
OURS = ["result", "errors"]
#: From this likeness on, a name is taken for a known name that is misspelt.
LIKE = 0.6


def names_of(header: list[str]) -> list[str]:
    """Return column names as they are compared: without case and surrounding space, and without the two columns we add."""
    names = [cell.strip().lower() for cell in header]
    return names[:-2] if names[-2:] == OURS else names


def places_of(names: list[str], dataset: Dataset) -> dict[str, int]:
    """Return the index of each of the dataset's columns."""
    return {name: names.index(name) for name in dataset.columns if name in names}


def problems_of(names: list[str], dataset: Dataset) -> list[Problem]:
    """Return unknown, duplicate and missing columns, each with the nearest known name."""
    problems, known = [], list(dataset.columns)
    for place, name in enumerate(names):
        if not name:
            at = f"column {letter(place)}"
            problems.append(Problem(1, at, "", "the column has no name. Name it, or delete it."))
        elif name not in known:
            shown = shortened(name)
            problems.append(
                Problem(
                    1,
                    shown,
                    shown,
                    f'"{shown}" is not a column of {dataset.name}. {_meant(name, known)}',
                )
            )
        elif name in names[:place]:
            problems.append(Problem(1, name, name, "the column stands twice. Keep one."))
    absent = [
        name for name, column in dataset.columns.items() if column.required and name not in names
    ]
    strange = [name for name in names if name and name not in known]
    return problems + [
        Problem(1, name, "", _missing(name, dataset.name, strange)) for name in absent
    ]


def _meant(name: str, known: list[str]) -> str:
    nearest = max(known, key=lambda each: _likeness(name, each))
    if _likeness(name, nearest) >= LIKE:
        return f"Did you mean {nearest}?"
    return f"The nearest is {nearest}. Use only {', '.join(known)}."


def _missing(name: str, dataset: str, strange: list[str]) -> str:
    message = f"the column is missing. {dataset} needs it."
    nearest = max(strange, key=lambda each: _likeness(each, name), default="")
    return (
        f'{message} The nearest here is "{shortened(nearest)}".'
        if nearest and _likeness(nearest, name) >= LIKE
        else message
    )


def _likeness(name: str, known: str) -> float:
    """Return from 0 to 1 how alike two names are; higher where one contains the other, as *email address* contains *email*."""
    written = name.replace(" ", "_").replace("-", "_")
    held = known in written or (len(written) > 2 and written in known)
    return difflib.SequenceMatcher(None, written, known).ratio() + held
