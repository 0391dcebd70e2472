"""Which counts are small, and how they are hidden: a hidden value is the mark [c] in every format."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from pqip.exchange.writing import SUPPRESSED
from reports.figures.asking import Row


def is_small(count: Any, threshold: int) -> bool:
    """Return whether a count is from 1 to one less than the threshold."""
    return isinstance(count, int) and 0 < count < threshold


def hide(row: Row, names: Iterable[str]) -> Row:
    """Return the row with these values hidden."""
    return row | dict.fromkeys(names, SUPPRESSED)


def hide_dependants(row: Row, columns: Sequence[Any]) -> Row:
    """Return the row with every value hidden from which a hidden one could be worked out."""
    return hide(
        row,
        [
            one.name
            for one in columns
            if any(row.get(name) is SUPPRESSED for name in one.hides_with)
        ],
    )
