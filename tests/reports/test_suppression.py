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
from reports.suppression.merging import in_regions, merged

THRESHOLD = 5
LEAVERS = st.lists(
    st.tuples(
        st.sampled_from("AB"), st.sampled_from("xy"), st.sampled_from("pqr"), st.integers(1, 12)
    ),
    max_size=14,
    unique_by=lambda one: one[:3],
)


def _together(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return merged(
        rows,
        THRESHOLD,
        block=("region",),
        details=("destination",),
        reason="reason",
        count="n",
        sums=("part",),
    )


@given(LEAVERS)
def test_rows_put_together_hold_everybody_and_are_enough(
    found: list[tuple[str, str, str, int]],
) -> None:
    rows = [
        {"region": region, "destination": place, "reason": reason, "n": count, "part": count // 2}
        for region, place, reason, count in sorted(found)
    ]
    shown = _together(rows)
    for region in "AB":
        own, told = ([row for row in every if row["region"] == region] for every in (rows, shown))
        for name in ("n", "part"):
            assert sum(row[name] for row in own) == sum(row[name] for row in told)
        enough = [row for row in own if row["n"] >= THRESHOLD]
        assert len(told) == min(len(told), 1) or all(row["n"] >= THRESHOLD for row in told)
        assert len(told) == len(enough) or len(enough) < len(own), (
            "what is enough stands by itself where all is"
        )
        keys = [(row["destination"], row["reason"]) for row in told]
        assert len(keys) == len(set(keys))


def test_small_reasons_are_put_together_before_anything_is_hidden() -> None:
    """On paper: of 8 for x, 3 went to q and 5 to p. Two and one for y and z are 3, too few, and take the smallest other row."""

    def row(reason: str, destination: str, n: int) -> dict[str, Any]:
        return {"region": "A", "destination": destination, "reason": reason, "n": n, "part": 0}

    rows = [
        row("w", "p", 2),
        row("w", "q", 4),
        row("x", "p", 5),
        row("x", "q", 3),
        row("y", "p", 2),
    ]
    told = {(one["reason"], one["destination"]): one["n"] for one in _together(rows)}
    assert told == {("x", "p"): 5, ("w", "several"): 6, ("other_reasons", "several"): 5}
    few = [row("x", "p", 9), row("x", "q", 20), row("y", "p", 2)]
    told = {(one["reason"], one["destination"]): one["n"] for one in _together(few)}
    assert told == {("x", "q"): 20, ("several", "several"): 11}


def test_reasons_that_leavers_name_are_put_together_within_a_region() -> None:
    rows = [
        {"region": region, "reason": reason, "named": named, "named_first": first}
        for region, reason, named, first in (
            ("A", "pay", 9, 6),
            ("A", "travel", 3, 1),
            ("A", "work", 2, 2),
            ("B", "pay", 4, 4),
        )
    ]
    shown = in_regions("named", ("named_first",))(rows, THRESHOLD)
    assert [tuple(row.values()) for row in shown] == [
        ("A", "pay", 9, 6),
        ("A", "other_reasons", 5, SUPPRESSED),
        ("B", "other_reasons", SUPPRESSED, SUPPRESSED),
    ]


@given(st.lists(st.tuples(st.integers(0, 8), st.integers(0, 8)), min_size=1, max_size=8))
def test_between_two_points_of_a_curve_nobody_or_enough_left(steps: list[tuple[int, int]]) -> None:
    left = 100
    rows = []
    for nth, (withdrawn, completed) in enumerate(steps):
        left -= withdrawn + completed
        rows.append(
            {
                "breakdown": "all",
                "group": "all",
                "month_on_programme": 3 * nth,
                "later": {},
                "number_at_risk": max(left, 0),
                "withdrawn": withdrawn,
                "completed": completed,
                "deferred": 0,
                "retained_percent": 50.0,
            }
        )
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
        blank
        | {
            "region": "NE",
            "pdu": None if name == "whole" else name,
            "grade": "PO",
            "target_fte": 20,
            "in_post_fte": count,
            "in_post_headcount": count,
            "effective_fte": count,
            "non_effective_fte": 0,
            "shortfall_fte": 20 - count,
            "vacancy_rate": 5.0 * (20 - count),
            "joiners_12m": 0,
            "leavers_12m": 0,
            "leaving_rate": 0.0,
        }
        for name, count in headcounts.items()
    ]


def test_few_in_post_are_not_told_by_the_gap_to_target() -> None:
    (row,) = WORKFORCE.suppress(_posts(whole=3), THRESHOLD)
    shown = {name for name, value in row.items() if value is not None and value is not SUPPRESSED}
    assert shown == {"region", "grade", "target_fte", "joiners_12m", "leavers_12m"}


@given(st.lists(st.integers(0, 12), min_size=1, max_size=6))
def test_a_unit_is_not_its_region_less_the_others(counts: list[int]) -> None:
    rows = WORKFORCE.suppress(
        _posts(whole=sum(counts), **{f"U{nth}": count for nth, count in enumerate(counts)}),
        THRESHOLD,
    )
    whole, *units = [row["in_post_headcount"] for row in rows]
    hidden = [count for count, shown in zip(counts, units, strict=True) if shown is SUPPRESSED]
    assert all(
        shown is SUPPRESSED
        for count, shown in zip(counts, units, strict=True)
        if 0 < count < THRESHOLD
    )
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
    duration, ending = (
        np.minimum(generator.integers(0, 700, len(group)), longest),
        generator.integers(0, 4, len(group)),
    )
    rows = [{"breakdown": "all", "group": "all", **row} for row in curve(duration, ending)]
    for nth in range(len(sizes)):
        own = group == nth
        rows += [
            {"breakdown": "region", "group": f"G{nth}", **row}
            for row in curve(duration[own], ending[own])
        ]
    return rows


def told_of_groups(
    rows: list[dict[str, Any]], shown: list[dict[str, Any]], name: str
) -> list[tuple[int, float]]:
    """Each group's count at each month with how far apart it could be from what is shown: sums of all, and points of curves."""
    from scipy.optimize import linprog

    true = {
        (row["group"], row["month_on_programme"]): row[name]
        for row in rows
        if row["breakdown"] == "region"
    }
    for group in {
        group for group, _ in true
    }:  # what came after a curve's last row falls into the next step of all starters
        last = max(month for each, month in true if each == group)
        later = next(
            row for row in rows if (row["group"], row["month_on_programme"]) == (group, last)
        )["later"][name]
        true[group, last + 3] = later
    cells = sorted(true)
    lines: list[tuple[list[tuple[str, int]], int]] = []
    points: dict[str, int] = {}
    for one in shown:
        group, month = one["group"], one["month_on_programme"]
        own = [cell for cell in cells if (group in ("all", cell[0])) and cell[1] <= month]
        if one[name] is not SUPPRESSED:
            lines.append(
                (
                    [cell for cell in own if cell[1] == month],
                    sum(true[cell] for cell in own if cell[1] == month),
                )
            )
        if one["retained_percent"] is not SUPPRESSED:
            since = [cell for cell in own if cell[1] > points.get(group, -1)]
            lines.append((since, sum(true[cell] for cell in since)))
            points[group] = month
    lines = [(line, total) for line, total in lines if line]
    matrix = np.array([[float(cell in line) for cell in cells] for line, _ in lines]).reshape(
        len(lines), len(cells)
    )
    sums = np.array([total for _, total in lines], dtype=float)
    found = []
    for nth, cell in enumerate(cells):
        if 0 < true[cell] < THRESHOLD:
            aim = np.eye(len(cells))[nth]
            bound = (
                {"A_eq": matrix, "b_eq": sums, "bounds": (0, None)}
                if len(lines)
                else {"bounds": (0, None)}
            )
            least, most = linprog(aim, **bound), linprog(-aim, **bound)
            found.append((true[cell], np.inf if most.status == 3 else -most.fun - least.fun))
    return found


@settings(max_examples=60, deadline=None)
@given(followed())
def test_nobody_works_a_small_step_of_a_curve_out(rows: list[dict[str, Any]]) -> None:
    shown = thin(rows, THRESHOLD)
    for name in ("withdrawn", "completed"):
        assert all(width >= 1 for _, width in told_of_groups(rows, shown, name)), (rows, shown)
    everyone = {
        row["month_on_programme"]: row["number_at_risk"]
        for row in shown
        if row["breakdown"] == "all"
    }
    unsaid = dict.fromkeys(everyone, 0)
    for row, one in zip(rows, shown, strict=True):
        if row["breakdown"] == "region" and one["number_at_risk"] is SUPPRESSED:
            unsaid[row["month_on_programme"]] += row["number_at_risk"]
    assert all(
        not 0 < total < THRESHOLD or everyone[month] is SUPPRESSED
        for month, total in unsaid.items()
    )
