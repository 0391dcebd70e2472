"""Made-up support conversations with learners to whom the service owes something, and what was agreed in them."""

from __future__ import annotations

import datetime as dt

from learners.facts.conversations import Called, calls_of
from learners.models import Conversation, ConversationAction, Enrolment
from learners.rules.conversations import (
    AGAIN_DAYS,
    DAYS_LOST,
    NO_ADJUSTMENT,
    NO_MENTOR,
    NO_PLACEMENT,
    NO_PTA,
    PTA_ABSENT,
    REVIEW_OVERDUE,
    WORK_WAITS,
)
from pqip.demo.load import Load
from pqip.demo.world import World, later

#: What is agreed about each thing that the service owes, and who does it.
AGREED = {
    NO_PTA: (
        "A practice tutor assessor is found, from another office if need be",
        "learning_manager",
    ),
    PTA_ABSENT: ("Somebody stands in for the practice tutor assessor", "learning_manager"),
    NO_MENTOR: ("A mentor is named from the team", "line_manager"),
    DAYS_LOST: ("No duty on study and VQ days for the next two months", "line_manager"),
    NO_PLACEMENT: ("A placement is planned with the court team", "learning_manager"),
    NO_ADJUSTMENT: ("What was agreed before the start is put in place", "line_manager"),
    REVIEW_OVERDUE: ("The review is held, with all three there", "line_manager"),
    WORK_WAITS: ("What waits is decided, oldest first", "pta"),
}
#: Of those who call for a conversation, the share who were offered one; of these, what came of it.
SHARE_OFFERED, SHARE_HELD, SHARE_DECLINED = 0.55, 0.7, 0.12


class Talking:
    """Collects conversations, and writes them at once."""

    def __init__(self, world: World) -> None:
        self.world, self.yesterday = world, later(world.as_at, -1)
        self.talks = Load(
            Conversation,
            "public_id",
            "enrolment_id",
            "effective_on",
            "offered_by_id",
            "held_on",
            "declined_on",
            "recorded_at",
        )
        self.agreed = Load(
            ConversationAction,
            "public_id",
            "enrolment_id",
            "offered_on",
            "effective_on",
            "what",
            "owner",
            "do_by",
            "done_on",
            "recorded_at",
        )

    def offered(self, place: Enrolment, called: Called) -> None:
        """Add a conversation offered for what calls for it, and what came of that by now."""
        chance, world = self.world.chance, self.world
        earliest = max(called.since, later(world.as_at, -AGAIN_DAYS))
        day = min(later(earliest, chance.between(0, 20)), self.yesterday)
        if day < earliest:
            return
        came = later(day, chance.between(1, 14))
        happened, share = came <= self.yesterday, chance.random.random()
        held = came if happened and share < SHARE_HELD else None
        declined = came if happened and SHARE_HELD <= share < SHARE_HELD + SHARE_DECLINED else None
        recorded = world.recorded(held or declined or day)
        self.talks.add(
            chance.uuid(), place.pk, day, place.line_manager_id, held, declined, recorded
        )
        if held and chance.happens(0.85):
            self._agreed(place, called, day, held)

    def _agreed(self, place: Enrolment, called: Called, offered: dt.date, held: dt.date) -> None:
        chance, world = self.world.chance, self.world
        what, owner = AGREED[called.call]
        do_by = later(held, chance.between(10, 35))
        done = later(held, chance.between(5, 40)) if chance.happens(0.6) else None
        done = done if done and done <= self.yesterday else None
        recorded = world.recorded(done or held)
        self.agreed.add(chance.uuid(), place.pk, offered, held, what, owner, do_by, done, recorded)

    def write(self) -> None:
        for load in (self.talks, self.agreed):
            load.write()


def conversations(world: World) -> None:
    """Add conversations with a good half of those who call for one."""
    made = Talking(world)
    places = {row.pk: row for row in Enrolment.objects.filter(status="active").order_by("pk")}
    for key, calls in sorted(calls_of(list(places), world.as_at).items()):
        if world.chance.happens(SHARE_OFFERED):
            made.offered(places[key], world.chance.pick(calls))
    made.write()
