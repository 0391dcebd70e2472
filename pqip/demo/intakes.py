"""Planned intakes: of every intake that began, near what came of it; and those of the next two years."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from django.db.models import Count, Min

from learners.models import Event, PlannedIntake
from learners.rules.dates import add_months
from pqip.demo.load import Load
from pqip.demo.world import WEIGHTS, World, later, the_next_intakes

#: So far ahead intakes are planned, in months.
AHEAD = 24
#: The share of each pathway among those who enrol now (`pqip/demo/journeys.py`).
SHARES = {"PQIP15": 0.42, "PQIP21": 0.33, "PQIP27": 0.25}


def planned_intakes(world: World) -> None:
    """What was planned of the intakes that have begun or are about to, and what is planned beyond."""
    plans = Load(
        PlannedIntake,
        "public_id",
        "cohort_id",
        "region_id",
        "pathway_id",
        "effective_on",
        "places",
        "recorded_at",
    )
    chance = world.chance
    for cohort, region, pathway, begins, places in [*_begun(world), *_to_come(world)]:
        known = min(later(begins, -chance.between(120, 200)), later(world.as_at, -20))
        plans.add(
            chance.uuid(),
            cohort,
            region,
            pathway,
            begins,
            places,
            world.recorded(max(known, world.begins)),
        )
    plans.write()


def _begun(world: World) -> Iterator[tuple[int, int, int, dt.date, int]]:
    """By the first terms of everybody enrolled: a few more were planned than came, and now and then a few fewer."""
    chance = world.separate("places of intakes").chance
    enrolled = Event.objects.live().filter(kind="enrolled").order_by()
    grouped = enrolled.values_list("to_cohort", "to_region", "to_pathway").annotate(
        begins=Min("effective_on"), came=Count("pk")
    )
    for *of, begins, came in grouped.order_by("to_cohort", "to_region", "to_pathway"):
        yield *of, begins, max(round(came * (100 + chance.between(-5, 15)) / 100), 1)


def _to_come(world: World) -> Iterator[tuple[int, int, int, dt.date, int]]:
    """By the weight of each region; whoever is to come is not known yet."""
    total = sum(WEIGHTS.values())
    for intake in the_next_intakes(world.as_at, add_months(world.as_at, AHEAD)):
        for region, weight in WEIGHTS.items():
            for pathway, share in SHARES.items():
                places = round(intake.size * world.scale * share * weight / total)
                if places:
                    yield (
                        intake.key,
                        world.regions[region],
                        world.pathways[pathway],
                        intake.starts_on,
                        places,
                    )
