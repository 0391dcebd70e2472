"""Tenure of leavers beside cohort outcomes and curves of attrition, of random nations: nobody is found out from all together."""

from __future__ import annotations

import random
from collections import Counter
from typing import Any

import numpy as np
import pytest

from reports.figures.attrition import KINDS, curve
from reports.figures.cohort_outcomes import with_rates
from reports.figures.tenure_of_leavers import BANDS, LATER
from reports.suppression.curves import thin
from reports.suppression.outcomes import everywhere, hidden_everywhere, hidden_there
from reports.suppression.tenure import curves_of_regions, together
from tests.reports.attacker import (
    BAND_EDGES,
    NEAR,
    Attacker,
    read_curves,
    read_outcomes,
    read_tenure,
    truth_of,
)

THRESHOLD = 5
#: Region, pathway, outcome, days on the programme.
Person = tuple[str, str, str, int]
OUTCOMES = ("completed", "left_service", "withdrew", "deferred", "active")


def people(seed: int) -> list[Person]:
    chance = random.Random(seed)
    found = []
    for region in range(chance.randint(1, 4)):
        ends = [chance.random() ** 2 + 0.02 for _ in OUTCOMES]
        pathways = [chance.random() ** 2 + 0.05 for _ in range(3)]
        soon = chance.choice([40, 120, 300])
        for _one in range(chance.choice([8, 30, 90, 250])):
            outcome = chance.choices(OUTCOMES, ends)[0]
            days = int(chance.expovariate(1 / soon))
            if outcome == "completed":
                days = chance.randint(440, 700)
            elif outcome in ("deferred", "active"):
                days = chance.randint(1, 900)
            pathway = chance.choices(("P13", "P15", "P21"), pathways)[0]
            found.append((f"R{region}", pathway, outcome, days))
    return found


def outcomes_of(every: list[Person], breakdown: str, group: str) -> dict[str, Any]:
    counts = Counter(outcome for _region, _pathway, outcome, _days in every)
    return with_rates(
        {
            "breakdown": breakdown,
            "group": group,
            "starters": len(every),
            "completed": counts["completed"],
            "withdrawn": counts["left_service"] + counts["withdrew"],
            "left_service": counts["left_service"],
            "deferred": counts["deferred"],
            "active": counts["active"],
            "days_to_complete": 600 if counts["completed"] else None,
        }
    )


def by_pathway(every: list[Person]) -> list[dict[str, Any]]:
    groups = sorted({pathway for _region, pathway, _outcome, _days in every})
    return [
        outcomes_of(every, "all", "all"),
        *(
            outcomes_of([one for one in every if one[1] == group], "pathway", group)
            for group in groups
        ),
    ]


def band_of(days: int) -> str:
    return next((band for band, last in BANDS.items() if days <= last), LATER)


def tenure_of(every: list[Person]) -> list[dict[str, Any]]:
    rows: dict[tuple[str, str, str], dict[str, Any]] = {}
    starters = Counter((region, pathway) for region, pathway, _outcome, _days in every)
    of_region = Counter(region for region, *_rest in every)
    order = [*BANDS, LATER]
    gone = [one for one in every if one[2] in ("left_service", "withdrew")]
    for region, pathway, outcome, days in sorted(
        gone, key=lambda one: (one[0], one[1], order.index(band_of(one[3])))
    ):
        row = rows.setdefault(
            (region, pathway, band_of(days)),
            {
                "region": region,
                "pathway": pathway,
                "band": band_of(days),
                "withdrawn": 0,
                "left_service": 0,
                "starters": starters[region, pathway],
                "of_region": of_region[region],
            },
        )
        row["withdrawn"] += 1
        row["left_service"] += outcome == "left_service"
    return [
        row | {"share_of_starters": round(100 * row["withdrawn"] / row["starters"], 1)}
        for row in rows.values()
    ]


def curves_of(every: list[Person]) -> list[dict[str, Any]]:
    kinds = {
        **KINDS,
        "left_service": KINDS["withdrawn"],
        "withdrew": KINDS["withdrawn"],
        "active": 0,
    }

    def rows(some: list[Person]) -> list[dict[str, Any]]:
        return list(
            curve(
                np.array([one[3] for one in some], dtype=np.int64),
                np.array([kinds[one[2]] for one in some], dtype=np.int64),
            )
        )

    regions = sorted({one[0] for one in every})
    return [
        *({"breakdown": "all", "group": "all", **row} for row in rows(every)),
        *(
            {"breakdown": "region", "group": region, **row}
            for region in regions
            for row in rows([one for one in every if one[0] == region])
        ),
    ]


def attack(
    every: list[Person], *, with_curves: bool = True
) -> tuple[Attacker, list[Any], dict[Any, int]]:
    regions = sorted({one[0] for one in every})
    in_region = {region: [one for one in every if one[0] == region] for region in regions}
    by_region = [
        {**row, "region": region} for region in regions for row in by_pathway(in_region[region])
    ]
    hides = hidden_everywhere(everywhere(by_region), THRESHOLD)
    of_regions = [outcomes_of(in_region[region], "region", region) for region in regions]
    full = {"": [*by_pathway(every), *of_regions]} | {
        region: [*by_pathway(own), outcomes_of(own, "region", region)]
        for region, own in in_region.items()
    }
    outcomes = {
        place: hidden_there(rows, [place] if place else None, hides) for place, rows in full.items()
    }
    curves = curves_of(every)
    thinned = thin(curves, THRESHOLD)
    shown = together(tenure_of(every), hides, THRESHOLD, curves_of_regions(curves, thinned))
    attacker = Attacker()
    read_outcomes(attacker, outcomes)
    read_tenure(attacker, shown, outcomes)
    if with_curves:
        read_curves(attacker, thinned, curves)
    truth = dict(truth_of(full))
    for region, own in in_region.items():
        counts = Counter(band_of(one[3]) for one in own if one[2] in ("left_service", "withdrew"))
        for band in BAND_EDGES:
            truth["", region, "all", "all", "tenure", band] = counts[band]
    return attacker, shown, truth


def narrow(attacker: Attacker, truth: dict[Any, int]) -> dict[Any, float]:
    """Small bands and hidden numbers that are known too well."""
    small = {
        name
        for name, nth in attacker.names.items()
        if name[-2:-1] == ("tenure",)
        and 0 < truth.get(name, 0) < THRESHOLD
        and nth not in attacker.shown
    }
    asked = {attacker.names[name]: name for name in small}
    asked |= {nth: name for name, nth in attacker.names.items() if nth in attacker.secret}
    # Where bands are one row, who left the Service is the number of cohort outcomes: told nowhere where starters are not.
    asked = {nth: name for nth, name in asked.items() if name[-2:] != ("tenure left", ("rest", 0))}
    found = {name: attacker.width(nth) for nth, name in asked.items()}
    return {name: width for name, width in found.items() if width < THRESHOLD - NEAR}


@pytest.mark.parametrize("seed", range(40))
def test_nobody_is_found_out_from_tenure_outcomes_and_curves(seed: int) -> None:
    attacker, shown, truth = attack(people(seed))
    assert not attacker.told_in_both_ways()
    assert not narrow(attacker, truth)
    for row in shown:
        assert not (isinstance(row["withdrawn"], int) and 0 < row["withdrawn"] < THRESHOLD), row
        assert not (isinstance(row["left_service"], int) and 0 < row["left_service"] < THRESHOLD), (
            row
        )
