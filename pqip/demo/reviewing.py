"""Made-up reviews with what was said and agreed, referrals to the progression board, and looks at breaks."""

from __future__ import annotations

import datetime as dt

from learners.derived import enrolments
from learners.models import (
    BoardOutcome,
    BoardPaper,
    BreakReview,
    Enrolment,
    Event,
    Manageable,
    ReturnPlan,
    Review,
    ReviewAction,
    ReviewPart,
)
from learners.models.enrolments import Status
from learners.rules.dates import add_months
from pqip.core.bulk import take_keys
from pqip.demo.load import Load
from pqip.demo.world import World, later

#: What was said is kept of reviews held within this number of days.
SINCE = 200
STATEMENTS = {
    "learner": [
        "I would like more time for the essays.",
        "Going well, and the study days are kept.",
        "I want to see a court placement.",
    ],
    "pta": [
        "Ready for the next unit.",
        "Evidence for unit 2 is nearly whole.",
        "A plan for the next assessments is agreed.",
    ],
    "line_manager": [
        "Doing well in the team.",
        "Study days to be kept from now on.",
        "Cases to be added slowly.",
    ],
}
TO_DO = [
    "Plan the assessment of the next unit.",
    "Keep the study day free.",
    "Book the course that is due.",
    "Find a placement in court.",
]
CONCERN = "Two units behind, and a module failed twice."


class Reviewing:
    """Collects the reviews of everybody on the programme."""

    def __init__(self, world: World) -> None:
        self.world, self.yesterday = world, later(world.as_at, -1)
        self.reviews = Load(Review, "person_id", "effective_on", "kind", "recorded_at")
        self.parts = Load(
            ReviewPart,
            "person_id",
            "due_on",
            "party",
            "said",
            "agreed_on",
            "effective_on",
            "recorded_at",
        )
        self.tasks = Load(
            ReviewAction,
            "public_id",
            "person_id",
            "due_on",
            "owner",
            "what",
            "do_by",
            "done_on",
            "effective_on",
            "recorded_at",
        )
        self.answers = Load(
            Manageable, "person_id", "due_on", "answer", "effective_on", "recorded_at"
        )
        self.events = Load(
            Event,
            "id",
            "public_id",
            "enrolment_id",
            "kind",
            "effective_on",
            "reason",
            "board_outcome",
            "note",
            "recorded_at",
        )
        self.papers = Load(
            BoardPaper,
            "public_id",
            "enrolment_id",
            "title",
            "kept_at",
            "effective_on",
            "recorded_at",
        )
        self.looks = Load(
            BreakReview, "public_id", "enrolment_id", "effective_on", "held_on", "recorded_at"
        )
        self.plans = Load(
            ReturnPlan, "public_id", "enrolment_id", "effective_on", "plan", "recorded_at"
        )
        self.outcomes = [
            (row.title, list(row.reasons.order_by("order", "pk").values_list("code", flat=True)))
            for row in BoardOutcome.objects.order_by("order", "pk")
        ]
        self.referred: list[int] = []

    def held(self, place: Enrolment, due: dt.date, held_on: dt.date) -> None:
        """Add a review that was held: each party says something; most agree."""
        world, chance, who = self.world, self.world.chance, place.person_id
        for party, words in STATEMENTS.items():
            if (party == "pta" and not place.pta_id) or (
                party == "line_manager" and not place.line_manager_id
            ):
                continue
            agreed = later(held_on, chance.between(0, 6)) if chance.happens(0.85) else None
            agreed = agreed if agreed and agreed <= self.yesterday else None
            self.parts.add(
                who,
                due,
                party,
                chance.pick(words),
                agreed,
                held_on,
                world.recorded(agreed or held_on),
            )
        if chance.happens(0.7):
            by, done = later(held_on, chance.between(10, 45)), None
            if chance.happens(0.7):
                done = later(held_on, chance.between(5, 50))
            done = done if done and done <= self.yesterday else None
            owner = chance.pick(list(STATEMENTS))
            self.tasks.add(
                chance.uuid(),
                who,
                due,
                owner,
                chance.pick(TO_DO),
                by,
                done,
                held_on,
                world.recorded(done or held_on),
            )
        if chance.happens(0.4):
            answer = chance.weighted(["well", "mostly", "hardly", "not"], [0.3, 0.5, 0.15, 0.05])
            self.answers.add(who, due, answer, held_on, world.recorded(held_on))

    def ahead(self, place: Enrolment, latest: dt.date | None) -> None:
        """Add the next reviews, up to the planned end."""
        if latest is None or place.planned_end is None:
            return
        due = add_months(latest, 3)
        while due <= place.planned_end:
            if due > self.world.as_at:
                self.reviews.add(place.person_id, due, "three_way", self.world.recorded(latest))
            due = add_months(due, 3)

    def board(self, place: Enrolment) -> None:
        """Refer one learner in forty to the board, which has decided on most."""
        world, chance = self.world, self.world.chance
        if (
            place.start_date is None
            or place.start_date > later(world.as_at, -200)
            or not chance.happens(0.025)
        ):
            return
        day = later(world.as_at, -chance.between(10, 90))
        self.event(place.pk, "referred_to_board", day, note=CONCERN)
        for title in ("Summary by the assessor", "Module results"):
            put = later(day, 2)
            self.papers.add(
                chance.uuid(),
                place.pk,
                title,
                "Regional learning services, shared drive",
                put,
                world.recorded(put),
            )
        decided = later(day, chance.between(14, 40))
        if self.outcomes and decided <= self.yesterday and chance.happens(0.7):
            title, reasons = chance.pick(self.outcomes[:3])
            self.event(
                place.pk,
                "board_decision",
                decided,
                reason=chance.pick(reasons) if reasons else "",
                board_outcome=title,
            )

    def event(
        self,
        enrolment: int,
        kind: str,
        day: dt.date,
        reason: str = "",
        board_outcome: str = "",
        note: str = "",
    ) -> None:
        [key], chance = take_keys(Event, 1), self.world.chance
        self.events.add(
            key,
            chance.uuid(),
            enrolment,
            kind,
            day,
            reason,
            board_outcome,
            note,
            self.world.recorded(day, 1),
        )
        self.referred.append(enrolment)

    def away(self, place: Enrolment, since: dt.date, back: dt.date | None) -> None:
        """Add a look at a break; for half of the breaks the return is planned."""
        world, chance = self.world, self.world.chance
        look = later(since, 28)
        held = later(look, chance.between(0, 5)) if chance.happens(0.8) else None
        held = held if held and held <= self.yesterday else None
        self.looks.add(chance.uuid(), place.pk, look, held, world.recorded(held or since))
        if back is not None and chance.happens(0.5):
            arranged = "Meet on the first morning; fewer cases for four weeks."
            self.plans.add(chance.uuid(), place.pk, back, arranged, world.recorded(since, 10))

    def write(self) -> None:
        for load in (
            self.reviews,
            self.parts,
            self.tasks,
            self.answers,
            self.events,
            self.papers,
            self.looks,
            self.plans,
        ):
            load.write()
        enrolments.refresh(sorted(set(self.referred)))


def reviewing(world: World) -> None:
    """Add the reviews of everybody on the programme."""
    made, since = Reviewing(world), later(world.as_at, -SINCE)
    held: dict[int, list[tuple[dt.date, dt.date | None]]] = {}
    rows = (
        Review.objects.live()
        .order_by("effective_on", "pk")
        .values_list("person_id", "effective_on", "held_on")
    )
    for person, due, on in rows:
        held.setdefault(person, []).append((due, on))
    breaks = {
        event.enrolment_id: event
        for event in Event.objects.live().filter(kind="deferred").order_by("effective_on")
    }
    for place in Enrolment.objects.on_programme().order_by("pk"):
        own = held.get(place.person_id, [])
        for due, on in own:
            if on is not None and on >= since:
                made.held(place, due, on)
        made.ahead(place, own[-1][0] if own else place.start_date)
        if place.status == Status.DEFERRED and place.pk in breaks:
            made.away(place, breaks[place.pk].effective_on, breaks[place.pk].expected_return)
        elif place.status == Status.ACTIVE:
            made.board(place)
    made.write()
