"""Made-up statements of learners on what is wrong in their record, and the answers."""

from __future__ import annotations

from learners.models import Challenge, Enrolment
from pqip.demo.load import Load
from pqip.demo.world import World, later

STATEMENTS = [
    ("Core skills and key concepts", "I attended on both days; it says that I did not."),
    ("Line manager", "My manager has changed since the summer."),
    ("Planned end", "My return from the break was a week earlier."),
]


def voice(world: World) -> None:
    """Add in each region one learner who waits for an answer and one who has one."""
    chance, rows = (
        world.chance,
        Load(
            Challenge,
            "public_id",
            "enrolment_id",
            "item",
            "says",
            "effective_on",
            "outcome",
            "answer",
            "answered_on",
            "recorded_at",
        ),
    )
    places: dict[int, list[int]] = {}
    for key, region in (
        Enrolment.objects.filter(status="active").order_by("pk").values_list("pk", "region_id")
    ):
        places.setdefault(region, []).append(key)
    for among in places.values():
        for is_answered, key in zip(
            (False, True), chance.random.sample(among, min(2, len(among))), strict=False
        ):
            (item, statement), said_on = (
                chance.pick(STATEMENTS),
                later(world.as_at, -chance.between(9, 20)),
            )
            if is_answered:
                day = later(said_on, chance.between(1, 7))
                content = (
                    chance.pick(["corrected", "stands"]),
                    "Looked up, and told them.",
                    day,
                    world.recorded(day),
                )
            else:
                content = ("", "", None, world.recorded(said_on))
            rows.add(chance.uuid(), key, item, statement, said_on, *content)
    rows.write()
