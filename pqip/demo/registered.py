"""Made-up entries in the professional register: officers, managers and assessors who qualified before it began, or by
another award.
"""

from __future__ import annotations

import datetime as dt

from learners.models import Event
from pqip.demo.load import Load
from pqip.demo.world import World, later
from workforce.models import RegisterChange, RegisterEntry, Spell

#: The start of the interim register (S3 §3.8), and the number of days within which everybody was to be entered.
REGISTER_BEGINS, ENTERED_WITHIN = dt.date(2023, 4, 1), 150
GRADES = ["PO", "SPO", "PTA", "SPTA"]
#: The award by the year of qualifying (FACTS B4): the first whose last year is not earlier.
AWARDS = [(1993, "CQSW"), (1997, "DIPSW"), (2009, "DIPPS"), (2016, "PQF"), (9999, "PQIP")]
#: The shares of those in post who were never entered; of entries that lapsed; and whose development was declared in the
#: year.
MISSED, LAPSED, DECLARED = 0.01, 0.005, 0.9


class Registered:
    """Collects entries and their changes."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.entries = Load(
            RegisterEntry, "person_id", "award_type", "qualified_on", "effective_on", "recorded_at"
        )
        self.changes = Load(
            RegisterChange,
            "public_id",
            "person_id",
            "award_type",
            "kind",
            "effective_on",
            "recorded_at",
        )

    def enter(self, person: int, qualified: dt.date, since: dt.date) -> None:
        """Enter a person in post since a day, who qualified on or before it."""
        world, chance = self.world, self.world.chance
        award = next(code for last, code in AWARDS if qualified.year <= last)
        on = later(max(since, REGISTER_BEGINS), chance.between(1, ENTERED_WITHIN))
        if on < world.as_at and not chance.happens(MISSED):
            self.entries.add(
                person, award, qualified, on, world.recorded(on, chance.between(1, 14))
            )
            self.followed(person, award, on)

    def followed(self, person: int, award: str, entered: dt.date) -> None:
        """Add what follows an entry: most declare their development within the year; a few entries lapse."""
        world, chance = self.world, self.world.chance
        day = later(world.as_at, -chance.between(1, 360))
        if day > later(entered, 300):
            kind = "lapsed" if chance.happens(LAPSED) else "cpd_declared"
            if kind == "lapsed" or chance.happens(DECLARED):
                self.changes.add(
                    chance.uuid(),
                    person,
                    award,
                    kind,
                    day,
                    world.recorded(day, chance.between(1, 14)),
                )

    def write(self) -> None:
        self.entries.write()
        self.changes.write()


def registered(world: World) -> None:
    """Enter everybody in a post that requires the qualification.

    Those who joined by the programme have an entry already.
    """
    made, chance = Registered(world), world.chance
    if world.as_at <= REGISTER_BEGINS:
        return
    ours = dict(
        RegisterEntry.objects.live().order_by("person_id").values_list("person_id", "effective_on")
    )
    completed = _completed()
    posts = Spell.objects.live().filter(
        grade__code__in=GRADES, ended_on=None, effective_on__lte=world.as_at
    )
    rows = posts.order_by("person_id").values_list(
        "person_id", "effective_on", "person__date_of_birth"
    )
    for person, since, born in rows:
        if person in ours:
            made.followed(person, "PQIP", ours[person])
            continue
        grown = later(born, 22 * 365) if born else since
        before = later(since, -int(chance.random.random() ** 2 * 25 * 365))
        made.enter(person, completed.get(person) or min(max(grown, before), since), since)
    made.write()


def _completed() -> dict[int, dt.date]:
    """Return the day on which each person who came through the programme completed it."""
    rows = Event.objects.live().filter(kind="completed")
    return dict(rows.values_list("enrolment__person_id", "effective_on"))
