"""Every suppressed table of the nation and of every region together: no hidden count can be worked out, and none is hidden
that need not be."""

from __future__ import annotations

import itertools
import random
import time
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import pytest

from reports.figures.cohort_outcomes import with_rates
from reports.suppression.outcomes import everywhere, hidden_everywhere, hidden_there
from reports.suppression.withdrawals import hidden_quarters, together
from tests.reports.attacker import NEAR, STATED, Attacker, is_hidden, read_outcomes, truth_of

THRESHOLD = 5
#: A person: region, group of each breakdown, outcome.
Person = tuple[str, dict[str, str], str]
OUTCOMES = ("completed", "left_service", "withdrew", "deferred", "active")


def people(seed: int, regions: int, most: int, breakdowns: Mapping[str, int]) -> list[Person]:
    """A random nation: regions of up to `most` starters; groups and outcomes each with a chance of its own."""
    chance = random.Random(seed)
    weights = {
        name: [chance.random() ** 2 + 0.02 for _ in range(size)]
        for name, size in breakdowns.items()
    }
    found: list[Person] = []
    for nth in range(regions):
        ends = [chance.random() ** 3 + 0.01 for _ in OUTCOMES]
        for _starter in range(chance.randint(1, most)):
            groups = {
                name: f"{name} {chance.choices(range(size), weights[name])[0]}"
                for name, size in breakdowns.items()
            }
            found.append((f"R{nth}", groups, chance.choices(OUTCOMES, ends)[0]))
    return found


def counted(every: Iterable[Person], breakdown: str) -> dict[str, Counter[str]]:
    """Outcomes by group of a breakdown."""
    groups: dict[str, Counter[str]] = {}
    for region, own, outcome in every:
        group = {"all": "all", "region": region}.get(breakdown) or own[breakdown]
        groups.setdefault(group, Counter())[outcome] += 1
    return dict(sorted(groups.items()))


def rows_of(every: Sequence[Person], breakdowns: Iterable[str]) -> list[dict[str, Any]]:
    """Cohort outcomes in full."""
    return [
        with_rates(
            {
                "breakdown": breakdown,
                "group": group,
                "starters": outcomes.total(),
                "completed": outcomes["completed"],
                "withdrawn": outcomes["left_service"] + outcomes["withdrew"],
                "left_service": outcomes["left_service"],
                "deferred": outcomes["deferred"],
                "active": outcomes["active"],
                "days_to_complete": 600 if outcomes["completed"] else None,
            }
        )
        for breakdown in ("all", "region", *breakdowns)
        for group, outcomes in counted(every, breakdown).items()
    ]


def editions_of(
    every: Sequence[Person], breakdowns: Iterable[str]
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Cohort outcomes of the nation and of every region: in full, and as they are published."""
    breakdowns = list(breakdowns)
    by_region = [
        {**row, "region": region}
        for region in sorted({region for region, _groups, _outcome in every})
        for row in rows_of([one for one in every if one[0] == region], breakdowns)
        if row["breakdown"] != "region"
    ]
    hides = hidden_everywhere(everywhere(by_region), THRESHOLD)
    assert not hides.too_many
    full = {"": rows_of(every, breakdowns)}
    for region in sorted({row["region"] for row in by_region}):
        full[region] = rows_of([one for one in every if one[0] == region], breakdowns)
    shown = {
        place: hidden_there(rows, [place] if place else None, hides) for place, rows in full.items()
    }
    return full, shown


def check(full: Mapping[str, Any], shown: Mapping[str, Any], *, needed: bool) -> int:
    """Attack what is shown; return how many counts are hidden."""
    attacker = Attacker()
    read_outcomes(attacker, shown)
    assert not attacker.told_in_both_ways()
    widths = attacker.widths()
    narrow = {name: width for name, width in widths.items() if width < THRESHOLD - NEAR}
    assert not narrow, narrow
    truth = truth_of(full)
    small = {name for name in attacker.names if 0 < truth[name] < THRESHOLD}
    assert {name for name in small if name[-1] in STATED} <= widths.keys()
    if needed:
        assert not attacker.needless(truth, widths, THRESHOLD)
    return len(attacker.secret)


def test_three_on_a_break_hide_nobodys_completion() -> None:
    """On paper: of 1,477 starters three are on a break. They are hidden with the active, in this region and in the one beside it,
    whose numbers the nation's less these would tell. All else is told."""
    groups = {"pathway": "one"}
    every = [
        *[("R0", groups, "completed")] * 900,
        *[("R0", groups, "left_service")] * 120,
        *[("R0", groups, "withdrew")] * 80,
        *[("R0", groups, "deferred")] * 3,
        *[("R0", groups, "active")] * 374,
        *[("R1", groups, "completed")] * 400,
        *[("R1", groups, "left_service")] * 60,
        *[("R1", groups, "deferred")] * 21,
        *[("R1", groups, "active")] * 200,
    ]
    _full, shown = editions_of(every, ["pathway"])
    for place, rows in shown.items():
        for row in rows:
            hidden = {name for name, value in row.items() if is_hidden(value)}
            of_nation = place == "" and row["breakdown"] != "region"
            assert hidden == (set() if of_nation else {"deferred", "active"}), row
    assert shown["R0"][0]["completion_rate"] == 60.9
    assert shown["R0"][0]["still_on_programme"] == 377


def test_outcomes_hide_what_a_hidden_count_gives_away() -> None:
    """On paper: three of the 40 who started withdrew, and their share goes with them. The 17 who are on the programme are the
    fewest others of the row, and of the other region the same two."""
    groups = {"pathway": "one"}
    every = [
        *[("R0", groups, "completed")] * 20,
        *[("R0", groups, "withdrew")] * 3,
        *[("R0", groups, "active")] * 17,
        *[("R1", groups, "completed")] * 30,
        *[("R1", groups, "withdrew")] * 20,
        *[("R1", groups, "active")] * 23,
    ]
    full, shown = editions_of(every, ["pathway"])
    check(full, shown, needed=True)
    row = shown["R0"][0]
    assert is_hidden(row["withdrawn"])
    assert is_hidden(row["withdrawal_rate"])
    assert (row["starters"], row["completed"], row["completion_rate"]) == (40, 20, 50.0)
    assert is_hidden(shown["R1"][0]["withdrawn"])
    assert (shown[""][0]["starters"], shown[""][0]["withdrawn"]) == (113, 23)


@pytest.mark.parametrize("people", [0, 1, 4, 5, 60])
def test_one_region_alone_and_nobody(people: int) -> None:
    every = [("R0", {"pathway": "one"}, "active")] * people
    if not every:
        assert hidden_everywhere(everywhere([]), THRESHOLD).cells == frozenset()
        return
    full, shown = editions_of(every, ["pathway"])
    assert is_hidden(shown[""][0]["starters"]) is (people < THRESHOLD)
    check(full, shown, needed=True)


def test_the_same_numbers_hide_the_same() -> None:
    every = people(5, 3, 60, {"pathway": 3})
    assert editions_of(every, ["pathway"]) == editions_of(every, ["pathway"])


def test_withdrawals_of_a_nation_hide_nobody() -> None:
    """Twelve regions with a dozen or more withdrawals a quarter: everybody is told, though hardly a row alone has five people."""
    chance = random.Random(4)
    found: Counter[tuple[str, ...]] = Counter()
    for quarter, region in itertools.product(
        [f"202{nth // 4}-Q{nth % 4 + 1}" for nth in range(8)], range(12)
    ):
        for _one in range(chance.randint(12, 40)):
            detail = chance.choices("abcdefgh", [9, 6, 4, 3, 2, 1, 1, 1])[0], chance.choice("LPRU")
            found[quarter, f"R{region:02}", chance.choice(["P15", "P21"]), *detail] += 1
    keys = ("quarter", "region", "pathway", "reason", "destination")
    rows = [
        {
            **dict(zip(keys, key, strict=True)),
            "withdrawn": count,
            "interview_offered": count,
            "interview_held": 0,
        }
        for key, count in sorted(found.items())
    ]
    assert sum(row["withdrawn"] < THRESHOLD for row in rows) > len(rows) * 0.9
    blocks: Counter[tuple[str, str]] = Counter()
    for row in rows:
        blocks[row["quarter"], row["region"]] += row["withdrawn"]
    started = time.process_time()
    shown = together(rows, hidden_quarters(blocks, THRESHOLD), THRESHOLD)
    assert time.process_time() - started < 1
    assert not any(is_hidden(value) for row in shown for value in row.values())
    assert sum(row["withdrawn"] for row in shown) == found.total()
    told = Counter[str]()
    for row in shown:
        told[row["reason"]] += row["withdrawn"]
    assert told["a"] > found.total() / 5, "the main reason is told"
    assert told["several"] < found.total() / 3


SHAPES = [(1, 30, 3), (2, 40, 3), (3, 60, 2), (4, 90, 4)]


@pytest.mark.parametrize("seed", range(6))
def test_random_regions(seed: int) -> None:
    regions, most, groups = SHAPES[seed % len(SHAPES)]
    full, shown = editions_of(people(seed, regions, most, {"pathway": groups}), ["pathway"])
    check(full, shown, needed=True)


@pytest.mark.fault
@pytest.mark.parametrize("seed", range(6, 86))
def test_two_hundred_random_regions(seed: int) -> None:
    """Eighty nations of one to four regions: two hundred regions."""
    regions, most, groups = SHAPES[seed % len(SHAPES)]
    full, shown = editions_of(
        people(seed, regions, most, {"pathway": groups, "sex": 2}), ["pathway", "sex"]
    )
    check(full, shown, needed=True)
