"""Made-up details of withdrawals: the dates, who proposed and approved, who checked the coding, and what leavers said."""

from __future__ import annotations

import datetime as dt

from learners.models import (
    CodingCheck,
    Enrolment,
    Event,
    LeaverWords,
    Reason,
    WithdrawalDetail,
    WithdrawalProposal,
    WithdrawalVerdict,
)
from pqip.core.acting import PER_ROW, Job, acting_as
from pqip.demo.load import Keys, Load
from pqip.demo.world import WEIGHTS, World, later

#: Who approves and who checks; never the person who records.
ANOTHER = Job("demonstration, somebody else")
#: Proposals are on record for this number of days.
PROPOSED_SINCE = 730
#: The number of proposals that wait today, at scale 1, at least one in each region. Of those decided recently some were
#: refused, at least one in every other region.
WAITING, REFUSED = 36, 18
WORDS = [
    "I liked the work and my team. The travel to the office was too much beside the studying.",
    "I did not know before how much there was to write. Protected days were often lost.",
    "My manager listened, but there were too many cases for somebody who is learning.",
    "I found a post nearer to home. I would come back if the hours could be fewer.",
    "The university deadlines and the assessment came in the same weeks.",
]


class Endings:
    """Collects the details of withdrawals, and writes them as two different people."""

    def __init__(self, world: World) -> None:
        self.world, self.yesterday = world, later(world.as_at, -1)
        self.details = Load(
            WithdrawalDetail,
            "enrolment_id",
            "effective_on",
            "told_on",
            "last_activity_on",
            "would_return",
            "recorded_at",
        )
        self.proposals = Load(
            WithdrawalProposal,
            "id",
            "public_id",
            "enrolment_id",
            "effective_on",
            "told_on",
            "last_activity_on",
            "reason",
            "destination",
            "note",
            "ended_by",
            "recorded_at",
        )
        self.verdicts = Load(
            WithdrawalVerdict, "proposal_id", "effective_on", "approved", "note", "recorded_at"
        )
        self.checks = Load(CodingCheck, "event_id", "effective_on", "agreed", "recorded_at")
        self.words = Load(
            LeaverWords,
            "public_id",
            "enrolment_id",
            "effective_on",
            "reasons",
            "words",
            "recorded_at",
        )
        self.keys = Keys(WithdrawalProposal)
        lists = Reason.objects.filter(reason_set__kind="driver").order_by("id")
        self.drivers = list(
            lists.values_list("code", "reason_set__from_date", "reason_set__to_date")
        )

    def of(self, event: Event) -> None:
        """Add everything about one live withdrawal."""
        world, chance = self.world, self.world.chance
        known_on, last = (
            later(event.effective_on, -chance.between(0, 30)),
            later(event.effective_on, -chance.between(0, 25)),
        )
        held = event.exit_interview_held_on
        would = (
            chance.weighted(["yes", "no", "not_sure"], [0.45, 0.25, 0.3]) if held else "not_asked"
        )
        self.details.add(
            event.enrolment_id, event.effective_on, known_on, last, would, event.known_from
        )
        if event.ended_by == "service":
            self._was_proposed(event, known_on, last)
        elif (
            event.effective_on > later(world.as_at, -365) and event.reason and chance.happens(0.88)
        ):
            day = min(later(event.known_from.date(), chance.between(1, 20)), self.yesterday)
            self.checks.add(event.pk, day, True, max(world.recorded(day), event.known_from))
        if (held and chance.happens(0.8)) or chance.happens(0.1):
            self._said(event, held or later(event.effective_on, 10))

    def _was_proposed(self, event: Event, known_on: dt.date, last: dt.date) -> None:
        if event.effective_on < later(self.world.as_at, -PROPOSED_SINCE):
            return
        key, approved = next(self.keys), event.known_from
        self.proposals.add(
            key,
            self.world.chance.uuid(),
            event.enrolment_id,
            event.effective_on,
            known_on,
            last,
            event.reason,
            event.destination,
            event.note,
            "service",
            approved - dt.timedelta(days=self.world.chance.between(1, 9)),
        )
        self.verdicts.add(key, approved.date(), True, "", approved)

    def propose(self, place: Enrolment, *, refused: bool) -> None:
        """Add a proposal by the Service to end the programme of a current learner, refused or not decided yet."""
        world, chance = self.world, self.world.chance
        proposed = later(self.yesterday, -chance.between(0, 12) - (60 if refused else 0))
        on, known_on, last = (
            later(proposed, chance.between(7, 28)),
            proposed,
            later(proposed, -chance.between(3, 20)),
        )
        reason, key = (
            chance.pick([code for code in world.programme_reasons if not code.startswith("other")]),
            next(self.keys),
        )
        self.proposals.add(
            key,
            chance.uuid(),
            place.pk,
            on,
            known_on,
            last,
            reason,
            "left_service",
            "",
            "service",
            world.recorded(proposed),
        )
        if refused:
            day = later(proposed, chance.between(2, 10))
            self.verdicts.add(key, day, False, "Another attempt was agreed.", world.recorded(day))

    def _said(self, event: Event, on: dt.date) -> None:
        chance = self.world.chance
        if on > self.yesterday:
            return
        in_force = [
            code
            for code, since, until in self.drivers
            if since <= event.effective_on <= (until or dt.date.max)
        ]
        named = chance.random.sample(in_force, chance.pick([1, 2, 2, 3])) if in_force else []
        words = chance.pick(WORDS) if chance.happens(0.75) or not named else ""
        self.words.add(
            chance.uuid(), event.enrolment_id, on, named, words, self.world.recorded(on, 2)
        )

    def write(self) -> None:
        for load in (self.details, self.proposals, self.words):
            load.write()
        with acting_as(by=ANOTHER, reason="Made-up data", recorded_at=PER_ROW):
            self.verdicts.write()
            self.checks.write()


def endings(world: World) -> None:
    """Add the details of every withdrawal, and each region's waiting or refused proposals."""
    made, total = Endings(world), sum(WEIGHTS.values())
    for event in Event.objects.live().filter(kind="withdrawn").order_by("pk"):
        made.of(event)
    places: dict[str, list[Enrolment]] = {}
    begun = Enrolment.objects.filter(status="active", start_date__lt=later(world.as_at, -150))
    for place in begun.select_related("region").order_by("pk"):
        if place.region is not None:
            places.setdefault(place.region.code, []).append(place)
    for number, (region, among) in enumerate(places.items()):
        share = world.scale * WEIGHTS[region] / total
        waiting, refused = max(round(WAITING * share), 1), max(round(REFUSED * share), number % 2)
        chosen = world.chance.random.sample(among, min(waiting + refused, len(among)))
        for order, each in enumerate(chosen):
            made.propose(each, refused=order >= waiting)
    made.write()
