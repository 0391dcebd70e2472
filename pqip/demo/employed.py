"""Made-up posts of learners: the PSO's post of the programme and, after completion, the officer's."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from learners.rules.posts import DESTINATION, LEAVE_REASON
from pqip.demo.people import People
from pqip.demo.world import World, later

if TYPE_CHECKING:
    from pqip.demo.journeys import Journey


class Employed:
    """Adds posts as they follow from the journey. `officers` counts, by region, the officers still in post."""

    def __init__(self, world: World, people: People) -> None:
        self.world, self.people = world, people
        self.officers: dict[str, int] = {}

    def ahead(self, journey: Journey, route: str) -> None:
        """Add the posts of a future starter: the one held until then, if any, and the learner's from the first day."""
        if route == "pso_progression":
            self._before(journey, None)
        else:
            self._learning(journey, None)

    def removed(self, journey: Journey) -> None:
        """Add the post of a learner who did not start, which ends when that was recorded."""
        (day, region, pdu), world = journey.places[0], self.world
        self.people.spell(
            journey.person,
            "PSO",
            region,
            day,
            pdu=pdu,
            fte=journey.fte,
            follows=day,
            recorded_at=world.recorded(day, -30),
            voided_at=world.recorded(day, 3),
            void_reason="Did not start",
        )

    def of(self, journey: Journey, route: str) -> None:
        """Add the posts of a learner who has started."""
        if route == "pso_progression":
            self._before(journey, later(journey.start, -1))
        if journey.outcome == "completed" and journey.ended is not None:
            self._promoted(journey, later(journey.ended, self.world.chance.between(5, 45)))
        elif journey.outcome == "left_service" and journey.ended is not None:
            last = max(later(journey.ended, -1), journey.start)
            self._learning(journey, last, leave_reason=LEAVE_REASON, destination=DESTINATION)
        else:
            self._learning(journey, None)

    def _before(self, journey: Journey, last: dt.date | None) -> None:
        begins = later(journey.start, -self.world.chance.between(200, 1500))
        _, region, pdu = journey.places[0]
        self.people.spell(
            journey.person,
            "PSO",
            region,
            begins,
            last,
            function="sentence_management",
            pdu=pdu,
            fte=journey.fte,
        )

    def _learning(self, journey: Journey, last: dt.date | None, **gone: str) -> None:
        """Add a post for each place in which the learner was."""
        for (day, region, pdu), after in zip(
            journey.places, [*journey.places[1:], None], strict=True
        ):
            ends = later(after[0], -1) if after else last
            self.people.spell(
                journey.person,
                "PSO",
                region,
                day,
                ends,
                pdu=pdu,
                fte=journey.fte,
                follows=journey.start,
                **({} if after else gone),
            )

    def _promoted(self, journey: Journey, day: dt.date) -> None:
        """Make a learner an officer some weeks after completion, mostly in the same place; some leave later.

        Until then they stay a PSO.
        """
        world, chance = self.world, self.world.chance
        if day > world.as_at:
            self._learning(journey, None)
            return
        self._learning(journey, later(day, -1))
        region = journey.region if chance.happens(0.85) else world.region()
        leaves = later(day, int(chance.random.expovariate(0.08) * 365) + 60)
        stays = leaves >= world.as_at
        gone: dict[str, Any] = {} if stays else {"leave_reason": "resignation"}
        self.people.spell(journey.person, "PO", region, day, None if stays else leaves, **gone)
        self.officers[region] = self.officers.get(region, 0) + stays
