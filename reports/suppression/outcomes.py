"""For cohort outcomes: the same people grouped many ways, each with the same totals.

A hidden count is safe when people could be exchanged between hidden counts without changing anything that is shown.
For each small count such an exchange is sought, wide enough that the count could be `threshold` different numbers, and
all that takes part in it is hidden. Where there is none, every count of the table is hidden.
"""

from __future__ import annotations

from collections.abc import Iterator

from reports.catalogue.base import Rows
from reports.figures.asking import Row
from reports.suppression.declared import declared
from reports.suppression.marks import hide, is_small

#: Counts that add up to the starters of a row. Those who withdrew are in two: left the Service, and others.
PARTS = ("completed", "left_service", "other", "deferred", "active")
BASE = "starters"
RATES = {
    "completion_rate": ("completed", BASE), "completion_lower": ("completed", BASE), "completion_upper": ("completed", BASE),
    "withdrawal_rate": ("withdrawn", BASE), "left_service_rate": ("left_service", BASE),
    "left_service_of_withdrawn_percent": ("left_service", "withdrawn"), "still_on_programme": ("active", "deferred"),
    "cohort_finished": ("active", "deferred"), "median_months_to_complete": ("completed",),
}
#: Hiding a count of the total row weighs as much as hiding so many counts of groups.
TOTAL_COST = 6
Key = tuple[str, str]
Cell = tuple[Key, str]
#: What takes part in an exchange, and how far apart the least and the most are that the count could then be.
Exchange = tuple[frozenset[Cell], int]


def protect(rows: Rows, threshold: int) -> Rows:
    """The rows with small counts, and what would give them away, hidden."""
    rows = declared(rows, lambda row: row[BASE])
    table = {(row["breakdown"], row["group"]): row | {"other": row["withdrawn"] - row["left_service"]} for row in rows}
    hidden = hidden_cells(table, threshold)
    return [_shown(row, {name for key, name in hidden if key == (row["breakdown"], row["group"])}) for row in rows]


def hidden_cells(table: dict[Key, Row], threshold: int) -> set[Cell]:
    """The cells to hide: key of the row and name of the count."""
    small = [(key, name) for key, row in table.items() for name in (BASE, *PARTS) if is_small(row[name], threshold)]
    hidden: set[Cell] = set()
    for key, name in small:
        if name == BASE:
            hidden |= {(key, each) for each in (BASE, *PARTS)}
    for cell in small:
        wide = [(cells, width) for cells, width in _exchanges(table, cell) if width >= threshold]
        if not wide:
            return {(key, name) for key in table for name in (BASE, *PARTS)}
        hidden |= min(wide, key=lambda one: (_cost(one[0] - hidden), -one[1], sorted(one[0])))[0]
    return hidden


def _cost(cells: frozenset[Cell]) -> int:
    """What it costs to hide these too: a total is missed more than a group."""
    return sum(TOTAL_COST if key[0] == "all" else 1 for key, _name in cells)


def _exchanges(table: dict[Key, Row], cell: Cell) -> Iterator[Exchange]:
    """Every exchange that changes the cell."""
    key, name = cell
    breakdown = key[0]
    others = [other for other in table if other[0] == breakdown and other != key]
    if name == BASE:
        for other in others:
            for part in PARTS:
                yield _transfer(table, key, other, part)
        return
    for other in others:
        yield _transfer(table, key, other, name)
        for part in PARTS:
            if part != name:
                yield _rectangle(table, key, other, name, part)
    for part in PARTS:
        if part != name:
            yield _switch(table, key, name, part)


def _transfer(table: dict[Key, Row], one: Key, other: Key, part: str) -> Exchange:
    """Somebody belongs to the other group instead."""
    cells = frozenset({(one, part), (other, part), (one, BASE), (other, BASE)})
    return cells, table[one][part] + table[other][part]


def _rectangle(table: dict[Key, Row], one: Key, other: Key, part: str, instead: str) -> Exchange:
    """Two people of two groups have each other's outcome."""
    cells = frozenset((key, name) for key in (one, other) for name in (part, instead))
    up = min(table[one][instead], table[other][part])
    down = min(table[one][part], table[other][instead])
    return cells, up + down


def _switch(table: dict[Key, Row], one: Key, part: str, instead: str) -> Exchange:
    """Somebody has another outcome, in the total and in one group of every breakdown."""
    chosen = [one]
    for breakdown in sorted({breakdown for breakdown, _ in table} - {one[0]}):
        groups = [key for key in table if key[0] == breakdown]
        chosen.append(max(groups, key=lambda key: (min(table[key][instead], 99), table[key][part], key)))
    up, down = (min(table[key][name] for key in chosen) for name in (instead, part))
    return frozenset((key, name) for key in chosen for name in (part, instead)), up + down


def _shown(row: Row, hidden: set[str]) -> Row:
    if hidden & {"left_service", "other"}:
        hidden = hidden | {"withdrawn"}
    names = [name for name, needs in RATES.items() if hidden & set(needs)]
    return hide(row, [*hidden - {"other"}, *names])
