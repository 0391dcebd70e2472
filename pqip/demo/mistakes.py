"""A few made-up errors, as in every service: people recorded twice, and posts undone and not recorded again."""

from __future__ import annotations

from pqip.demo.people import People
from pqip.demo.staffing import holders
from pqip.demo.world import World, later
from workforce.models import Person

#: Regions in which somebody is recorded twice, with another staff number, and in which a post was undone.
TWICE, UNDONE = ["NW", "LON", "WM"], ["NW", "EM", "SC"]


def mistakes(world: World, people: People) -> None:
    """Add the errors, each of which a check of data quality finds."""
    chance, there = world.chance, holders("CA")
    for region in TWICE:
        begins = later(world.as_at, -chance.between(40, 300))
        twin = Person.objects.get(pk=there[world.regions[region]][0])
        people.spell(people.person(begins, like=twin), "CA", region, begins)
    for region in UNDONE:
        begins = later(world.as_at, -chance.between(40, 300))
        people.spell(
            people.person(begins),
            "PSO",
            region,
            begins,
            recorded_at=world.recorded(begins, 3),
            voided_at=world.recorded(begins, 9),
            void_reason="Recorded for the wrong person",
        )
