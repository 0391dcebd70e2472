"""Small counts are hidden, and nobody can work out a hidden one, however they add and subtract."""

from __future__ import annotations

from typing import Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from pqip.exchange.writing import SUPPRESSED
from reports.catalogue.workforce_position import REPORT as WORKFORCE
from reports.figures.attrition import curve
from reports.suppression.curves import thin
from reports.suppression.listing import within_blocks
from reports.suppression.outcomes import BASE, PARTS, hidden_cells, protect

THRESHOLD = 5
Table = dict[tuple[str, str], dict[str, int]]


def bounds(table: Table, hidden: set[tuple[Any, str]]) -> list[float]:
    """How far apart the least and the most are that each hidden count could be, from what is shown: by linear programming."""
    from scipy.optimize import linprog

    cells = sorted(hidden)
    place = {cell: nth for nth, cell in enumerate(cells)}
    lines: list[list[tuple[int, tuple[Any, str]]]] = [[(1, (key, part)) for part in PARTS] + [(-1, (key, BASE))] for key in table]
    for breakdown in {key[0] for key in table} - {"all"}:
        groups = [key for key in table if key[0] == breakdown]
        lines += [[(1, (key, name)) for key in groups] + [(-1, (("all", "all"), name))] for name in (BASE, *PARTS)]
    matrix, sums = np.zeros((len(lines), len(cells))), np.zeros(len(lines))
    for nth, line in enumerate(lines):
        for sign, (key, name) in line:
            if (key, name) in place:
                matrix[nth, place[key, name]] += sign
            else:
                sums[nth] -= sign * table[key][name]
    widths = []
    for nth in range(len(cells)):
        aim = np.zeros(len(cells))
        aim[nth] = 1
        least = linprog(aim, A_eq=matrix, b_eq=sums, bounds=(0, None))
        most = linprog(-aim, A_eq=matrix, b_eq=sums, bounds=(0, None))
        widths.append(np.inf if most.status == 3 else -most.fun - least.fun)
    return widths


@st.composite
def tables(draw: Any) -> Table:
    """People in two breakdowns, each with an outcome; sparse and crowded."""
    people = draw(st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from("xyz"), st.sampled_from(PARTS)), min_size=1,
                           max_size=90))
    table: Table = {}
    for one, two, part in people:
        for key in (("all", "all"), ("one", one), ("two", two)):
            row = table.setdefault(key, dict.fromkeys((BASE, *PARTS), 0))
            row[BASE] += 1
            row[part] += 1
    return table


@settings(max_examples=60, deadline=None)
@given(tables())
def test_no_small_count_of_outcomes_can_be_worked_out(table: Table) -> None:
    hidden = hidden_cells(table, THRESHOLD)
    small = {(key, name) for key, row in table.items() for name in (BASE, *PARTS) if 0 < row[name] < THRESHOLD}
    assert small <= hidden
    if len(hidden) < len(table) * (len(PARTS) + 1):  # where everything is hidden there is nothing to work from
        widths = dict(zip(sorted(hidden), bounds(table, hidden), strict=True))
        assert all(widths[cell] >= THRESHOLD - 1e-6 for cell in small)


def test_outcomes_hide_what_a_hidden_count_gives_away() -> None:
    """40 starters, 3 of them withdrawn (1 left the Service): the row's withdrawn, rates and left are hidden everywhere."""
    def row(breakdown: str, group: str, completed: int, withdrawn: int, left: int, active: int) -> dict[str, Any]:
        starters = completed + withdrawn + active
        return {"breakdown": breakdown, "group": group, "starters": starters, "completed": completed, "withdrawn": withdrawn,
                "deferred": 0, "active": active, "left_service": left, "withdrawal_rate": 7.5, "completion_rate": 50.0}

    rows = [row("all", "all", 50, 23, 11, 40), row("region", "NE", 20, 3, 1, 17), row("region", "WAL", 30, 20, 10, 23)]
    shown = protect(rows, THRESHOLD)
    assert shown[1]["withdrawn"] is SUPPRESSED
    assert shown[1]["withdrawal_rate"] is SUPPRESSED
    assert shown[2]["withdrawn"] is SUPPRESSED  # else the total less this one would tell
    assert shown[0]["starters"] == 113


@given(st.lists(st.tuples(st.sampled_from("ab"), st.integers(1, 12), st.integers(0, 12)), max_size=12))
def test_lists_hide_at_least_two_of_a_block_that_sum_to_enough(found: list[tuple[str, int, int]]) -> None:
    rows = [{"block": block, "n": count, "part": min(part, count)} for block, count, part in sorted(found)]
    shown = within_blocks(("block",), "n", ("part",))(rows, THRESHOLD)
    for block in "ab":
        own = [(row["n"], one["n"] is SUPPRESSED) for row, one in zip(rows, shown, strict=True) if row["block"] == block]
        hidden = [count for count, is_hidden in own if is_hidden]
        assert all(is_hidden for count, is_hidden in own if count < THRESHOLD)
        assert not hidden or len(hidden) == len(own) or (len(hidden) >= 2 and sum(hidden) >= THRESHOLD)


@given(st.lists(st.tuples(st.integers(0, 8), st.integers(0, 8)), min_size=1, max_size=8))
def test_between_two_points_of_a_curve_nobody_or_enough_left(steps: list[tuple[int, int]]) -> None:
    left = 100
    rows = []
    for nth, (withdrawn, completed) in enumerate(steps):
        left -= withdrawn + completed
        rows.append({
            "breakdown": "all", "group": "all", "month_on_programme": 3 * nth, "later": {}, "number_at_risk": max(left, 0),
            "withdrawn": withdrawn, "completed": completed, "deferred": 0, "retained_percent": 50.0,
        })
    gone = {"withdrawn": 0, "completed": 0}
    for row, shown in zip(rows, thin(rows, THRESHOLD), strict=True):
        for name in gone:
            gone[name] += row[name]
            assert shown[name] is SUPPRESSED or not 0 < row[name] < THRESHOLD
        if shown["retained_percent"] is not SUPPRESSED:
            assert all(count == 0 or count >= THRESHOLD for count in gone.values())
            gone = dict.fromkeys(gone, 0)


def _posts(**headcounts: int) -> list[dict[str, Any]]:
    """A region (`whole`) and its units with so many in post, each full time."""
    blank = dict.fromkeys(one.name for one in WORKFORCE.columns)
    return [
        blank | {"region": "NE", "pdu": None if name == "whole" else name, "grade": "PO", "target_fte": 20, "in_post_fte": count,
                 "in_post_headcount": count, "effective_fte": count, "non_effective_fte": 0, "shortfall_fte": 20 - count,
                 "vacancy_rate": 5.0 * (20 - count), "joiners_12m": 0, "leavers_12m": 0, "leaving_rate": 0.0}
        for name, count in headcounts.items()
    ]


def test_few_in_post_are_not_told_by_the_gap_to_target() -> None:
    (row,) = WORKFORCE.suppress(_posts(whole=3), THRESHOLD)
    shown = {name for name, value in row.items() if value is not None and value is not SUPPRESSED}
    assert shown == {"region", "grade", "target_fte", "joiners_12m", "leavers_12m"}


@given(st.lists(st.integers(0, 12), min_size=1, max_size=6))
def test_a_unit_is_not_its_region_less_the_others(counts: list[int]) -> None:
    rows = WORKFORCE.suppress(_posts(whole=sum(counts), **{f"U{nth}": count for nth, count in enumerate(counts)}), THRESHOLD)
    whole, *units = [row["in_post_headcount"] for row in rows]
    hidden = [count for count, shown in zip(counts, units, strict=True) if shown is SUPPRESSED]
    assert all(shown is SUPPRESSED for count, shown in zip(counts, units, strict=True) if 0 < count < THRESHOLD)
    if hidden and whole is not SUPPRESSED:
        assert len(hidden) > 1
        assert sum(hidden) >= THRESHOLD


@st.composite
def followed(draw: Any) -> list[dict[str, Any]]:
    """Curves of all starters and of the groups they fall into, some small, some followed briefly."""
    sizes = draw(st.lists(st.integers(1, 60), min_size=2, max_size=4))
    generator = np.random.default_rng(draw(st.integers(0, 10**6)))
    group = np.repeat(np.arange(len(sizes)), sizes)
    longest = generator.integers(60, 700, len(sizes))[group]
    duration, ending = np.minimum(generator.integers(0, 700, len(group)), longest), generator.integers(0, 4, len(group))
    rows = [{"breakdown": "all", "group": "all", **row} for row in curve(duration, ending)]
    for nth in range(len(sizes)):
        own = group == nth
        rows += [{"breakdown": "region", "group": f"G{nth}", **row} for row in curve(duration[own], ending[own])]
    return rows


def told_of_groups(rows: list[dict[str, Any]], shown: list[dict[str, Any]], name: str) -> list[tuple[int, float]]:
    """Each group's count at each month with how far apart it could be from what is shown: sums of all, and points of curves."""
    from scipy.optimize import linprog

    true = {(row["group"], row["month_on_programme"]): row[name] for row in rows if row["breakdown"] == "region"}
    for group in {group for group, _ in true}:  # what came after a curve's last row falls into the next step of all starters
        last = max(month for each, month in true if each == group)
        later = next(row for row in rows if (row["group"], row["month_on_programme"]) == (group, last))["later"][name]
        true[group, last + 3] = later
    cells = sorted(true)
    lines: list[tuple[list[tuple[str, int]], int]] = []
    points: dict[str, int] = {}
    for one in shown:
        group, month = one["group"], one["month_on_programme"]
        own = [cell for cell in cells if (group in ("all", cell[0])) and cell[1] <= month]
        if one[name] is not SUPPRESSED:
            lines.append(([cell for cell in own if cell[1] == month], sum(true[cell] for cell in own if cell[1] == month)))
        if one["retained_percent"] is not SUPPRESSED:
            since = [cell for cell in own if cell[1] > points.get(group, -1)]
            lines.append((since, sum(true[cell] for cell in since)))
            points[group] = month
    lines = [(line, total) for line, total in lines if line]
    matrix = np.array([[float(cell in line) for cell in cells] for line, _ in lines]).reshape(len(lines), len(cells))
    sums = np.array([total for _, total in lines], dtype=float)
    found = []
    for nth, cell in enumerate(cells):
        if 0 < true[cell] < THRESHOLD:
            aim = np.eye(len(cells))[nth]
            bound = {"A_eq": matrix, "b_eq": sums, "bounds": (0, None)} if len(lines) else {"bounds": (0, None)}
            least, most = linprog(aim, **bound), linprog(-aim, **bound)
            found.append((true[cell], np.inf if most.status == 3 else -most.fun - least.fun))
    return found


@settings(max_examples=60, deadline=None)
@given(followed())
def test_nobody_works_a_small_step_of_a_curve_out(rows: list[dict[str, Any]]) -> None:
    shown = thin(rows, THRESHOLD)
    for name in ("withdrawn", "completed"):
        assert all(width >= 1 for _, width in told_of_groups(rows, shown, name)), (rows, shown)
    everyone = {row["month_on_programme"]: row["number_at_risk"] for row in shown if row["breakdown"] == "all"}
    unsaid = dict.fromkeys(everyone, 0)
    for row, one in zip(rows, shown, strict=True):
        if row["breakdown"] == "region" and one["number_at_risk"] is SUPPRESSED:
            unsaid[row["month_on_programme"]] += row["number_at_risk"]
    assert all(not 0 < total < THRESHOLD or everyone[month] is SUPPRESSED for month, total in unsaid.items())
