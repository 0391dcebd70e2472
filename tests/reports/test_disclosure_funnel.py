"""What is told of the funnel, of the nation and of every region together: no hidden number can be worked out from the others."""

from __future__ import annotations

import random
from collections.abc import Mapping
from itertools import pairwise
from typing import Any

import pytest

from learners.facts.applications import FUNNEL
from learners.rules.applications import WITH_RESULT
from reports.catalogue.recruitment_funnel import COLUMNS, LIMITS
from reports.figures.recruitment_funnel import _of_breakdown, _with_limits
from reports.suppression.funnel import shown_there
from tests.reports.attacker import Attacker, is_hidden

THRESHOLD, CAMPAIGN = 5, "Cohort 17"
REFERENCES = {"sex": {"male"}, "ethnicity": {"e0", "e1"}}
GROUPS = {
    "sex": ["female", "male", "not_stated"],
    "ethnicity": [f"e{nth}" for nth in range(7)],
    "route": ["external", "pso"],
}
#: How far somebody came: each stage is reached and passed by who is further.
HALF = ["applied", "sifted", "sifted!", "assessed", "assessed!", "provisional_offer"]
STEPS = [*HALF, "both", "both!", "confirmed_offer", "started"]
Person = tuple[str, dict[str, str], int]


def people(seed: int, regions: int, most: int) -> list[Person]:
    chance = random.Random(seed)
    weights = {name: [chance.random() ** 2 + 0.02 for _ in own] for name, own in GROUPS.items()}
    found = []
    for nth in range(regions):
        ends = [chance.random() ** 3 + 0.01 for _ in STEPS]
        for _ in range(chance.randint(1, most)):
            groups = {name: chance.choices(own, weights[name])[0] for name, own in GROUPS.items()}
            found.append((f"R{nth}", groups, chance.choices(range(len(STEPS)), ends)[0]))
    return found


def counted(every: list[Person]) -> tuple[tuple[int, ...], tuple[int, ...]]:
    def least(stage: str, passed: bool) -> int:
        name = "both" if stage in ("checks", "vetting") else stage
        return STEPS.index(f"{name}!" if passed and stage in WITH_RESULT else name)

    reached, passed = (
        tuple(sum(one[2] >= least(stage, was) for one in every) for stage in FUNNEL)
        for was in (False, True)
    )
    return reached, passed


def by_region(every: list[Person]) -> dict[tuple[str, str, str], Any]:
    found: dict[tuple[str, str, str], list[Person]] = {}
    for one in every:
        for breakdown, group in [("all", "all"), *one[1].items()]:
            found.setdefault((breakdown, group, one[0]), []).append(one)
    return {key: counted(own) for key, own in sorted(found.items())}


def rows_of(every: list[Person]) -> list[dict[str, Any]]:
    rows = []
    for breakdown in ("all", *GROUPS, "region"):
        groups: dict[str, list[Person]] = {}
        for one in every:
            name = {"all": "all", "region": one[0]}.get(breakdown) or one[1][breakdown]
            groups.setdefault(name, []).append(one)
        base = []
        for name, own in sorted(groups.items()):
            reached, passed = counted(own)
            row: dict[str, Any] = {"campaign": CAMPAIGN, "breakdown": breakdown, "group": name}
            for before, stage in pairwise(("applied", *FUNNEL)):
                nth = FUNNEL.index(stage)
                row |= {
                    f"reached_{stage}": reached[nth],
                    f"passed_{stage}": passed[nth],
                    f"median_{stage}": 3,
                }
                row[f"both_{stage}"] = min(reached[nth], reached[FUNNEL.index(before)])
            base.append(row)
        rows += _of_breakdown(base, REFERENCES)
    return rows


def editions(every: list[Person], columns: Any = COLUMNS, finish: Any = dict) -> dict[str, Any]:
    places = {
        "": every,
        **{
            name: [one for one in every if one[0] == name]
            for name in sorted({one[0] for one in every})
        },
    }
    told = {CAMPAIGN: by_region(every)}
    return {
        place: shown_there(
            [finish(row) for row in rows_of(own)], columns, [place] if place else None, told, REFERENCES, THRESHOLD
        )
        for place, own in places.items()
    }  # fmt: skip


def attacked(shown: Mapping[str, Any]) -> Attacker:
    """What somebody knows who has the nation's table and that of every region."""
    attacker = Attacker()
    groups: dict[str, list[tuple[str, str, str]]] = {}
    seen = set()
    for place, edition in shown.items():
        for row in edition.rows:
            own = (place, row["breakdown"], row["group"])
            own = (row["group"], "all", "all") if row["breakdown"] == "region" else own
            for kind in ("reached", "passed"):
                if kind == "passed" and row["stage"] not in WITH_RESULT:
                    continue
                attacker.told((*own, row["stage"], kind), row[kind])
            if own not in seen:
                seen.add(own)
                groups.setdefault(row["breakdown"] if not place else "", []).append(own)
    for own in seen:
        for more, fewer in pairwise(FUNNEL):
            if (more, fewer) != ("checks", "vetting"):
                attacker.at_most((*own, fewer, "reached"), (*own, more, "reached"))
        attacker.at_most((*own, "checks", "reached"), (*own, "provisional_offer", "reached"))
        attacker.at_most((*own, "vetting", "reached"), (*own, "provisional_offer", "reached"))
        attacker.at_most((*own, "confirmed_offer", "reached"), (*own, "checks", "passed"))
        for stage in WITH_RESULT:
            attacker.at_most((*own, stage, "passed"), (*own, stage, "reached"))
        attacker.at_most((*own, "assessed", "reached"), (*own, "sifted", "passed"))
        attacker.at_most((*own, "provisional_offer", "reached"), (*own, "assessed", "passed"))
        attacker.at_most((*own, "confirmed_offer", "reached"), (*own, "vetting", "passed"))
    names = [(stage, "reached") for stage in FUNNEL] + [(stage, "passed") for stage in WITH_RESULT]
    for breakdown in ("region", *GROUPS):
        if breakdown in groups:
            for name in names:
                attacker.adds_up(
                    ("", "all", "all", *name), [(*own, *name) for own in groups[breakdown]]
                )
    return attacker


@pytest.mark.parametrize("seed", range(24))
def test_no_hidden_number_can_be_worked_out(seed: int) -> None:
    every = people(seed, regions=1 + seed % 5, most=(12, 40, 160)[seed % 3])
    shown = editions(every)
    attacker = attacked(shown)
    assert not attacker.told_in_both_ways()
    names = {nth: name for name, nth in attacker.names.items()}
    for nth in sorted(attacker.secret):
        assert attacker.width(nth) >= THRESHOLD - 1e-6, names[nth]
    for place, edition in shown.items():
        for row in edition.rows:
            for kind in ("reached", "passed"):
                assert is_hidden(row[kind]) or not 0 < row[kind] < THRESHOLD, (place, row)


@pytest.mark.parametrize("seed", range(6))
def test_no_rate_is_told_of_a_hidden_number(seed: int) -> None:
    every = people(seed, regions=3, most=40)
    shown = editions(every, LIMITS, _with_limits)[""].rows
    hidden = {
        (row["breakdown"], row["group"], row["stage"])
        for row in editions(every)[""].rows
        if is_hidden(row["reached"])
    }
    assert hidden
    for row in shown:
        breakdown, stage = row["breakdown"], row["stage"]
        own = {(breakdown, row["group"], stage), (breakdown, row["group"], "applied")}
        rates = (
            "rate_from_application",
            "rate_lower",
            "rate_upper",
            "relative_rate",
            "relative_lower",
            "relative_upper",
        )
        if own & hidden:
            assert all(is_hidden(row[name]) for name in rates)
        compared = {
            (breakdown, group, when)
            for group in REFERENCES.get(breakdown, ())
            for when in (stage, "applied")
        }
        if compared & hidden:
            assert all(is_hidden(row[name]) for name in rates if name.startswith("relative"))
        if (breakdown, "not_stated", "applied") in hidden:
            assert is_hidden(row["declared_percent"])


def test_groups_within_a_region_are_told_only_in_full() -> None:
    shown = editions(people(3, regions=3, most=160))
    assert {row["breakdown"] for row in shown["R0"].rows} == {"all", "region"}
    assert shown["R0"].only_whole
    assert {row["breakdown"] for row in shown[""].rows} >= {"all", "region", "route"}


def test_of_a_place_that_is_no_region_nothing_is_told() -> None:
    every = people(3, regions=1, most=160)
    shown = shown_there(rows_of(every), COLUMNS, [], {CAMPAIGN: by_region(every)}, REFERENCES, 5)
    assert all(is_hidden(row["reached"]) for row in shown.rows)
