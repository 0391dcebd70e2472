"""Made-up requests for more time from the university, and its answers."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from learners.models import ExtensionRequest
from pqip.demo.load import Load
from pqip.demo.world import World, later

#: The shares who ask: of those who submit late or not yet, and of the others.
LATE, IN_TIME = 0.4, 0.01
#: Nobody asks earlier than this number of days before the due day.
AHEAD = 30


@dataclass(frozen=True)
class Agreed:
    """The day agreed, and when that was recorded."""

    until: dt.date
    recorded_at: dt.datetime


class MoreTime:
    """Collects requests, as attempts at modules are made."""

    def __init__(self, world: World) -> None:
        self.world = world.separate("more time")
        self.requests = Load(
            ExtensionRequest,
            "public_id",
            "enrolment_id",
            "module_id",
            "attempt",
            "effective_on",
            "asked_until",
            "answer",
            "answered_on",
            "recorded_at",
        )

    def of(
        self, enrolment: int, module: int, attempt: int, due: dt.date, handed: dt.date | None
    ) -> Agreed | None:
        """Decide whether a learner asks before the due day; return the new day where it is agreed, else None.

        `handed` is the day of submission, None while it is in the future.
        """
        world, chance = self.world, self.world.chance
        yesterday, asked = later(world.as_at, -1), later(due, -chance.between(2, AHEAD))
        late = handed is None or handed > due
        if (
            asked > yesterday
            or (handed and handed < asked)
            or not chance.happens(LATE if late else IN_TIME)
        ):
            return None
        until, answered = later(due, 28 if late else 14), later(asked, chance.between(1, 14))
        answer = "agreed" if chance.happens(0.8) else "refused"
        if answered > yesterday:
            answer, answered = "", None
        recorded = world.recorded(answered or asked)
        self.requests.add(
            chance.uuid(), enrolment, module, attempt, asked, until, answer, answered, recorded
        )
        return Agreed(until, recorded) if answer == "agreed" else None
