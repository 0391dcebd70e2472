"""What the supply forecast asks of the service: assessors, line managers, mentors, university places and hours of countersigning,
at the end of each quarter, against what is there.

People are counted at the quarter's end, as the forecast and the assessors' capacity count them; places at a university, in the
whole quarter. What is there stays as it is on the day D of the forecast, but for what is recorded of later days.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from assessments.rules import countersigning_capacity as countersigning
from reports.rules.forecast_answers import Assumption, LearnersAhead, Place, Quarter
from reports.rules.forecast_draws import Posts, Size
from reports.rules.forecast_inputs import TRAINEE, Inputs
from reports.rules.forecast_levels import post_levels

#: Quarters looked ahead: nothing is planned for longer, so that later demand would be of nobody.
QUARTERS = 8
#: What is asked for, in the order of the table.
VQ5, VQ3, AWARD, ALL = "vq5_assessors", "vq3_assessors", "award_assessors", "all_assessors"
MANAGERS, MENTORS, HOURS = "line_managers", "mentors", "countersigning"
LEVEL5, LEVEL6, LEVEL_UNKNOWN = "level5_places", "level6_places", "other_places"
RESOURCES = (VQ5, VQ3, AWARD, ALL, MANAGERS, MENTORS, HOURS, LEVEL5, LEVEL6, LEVEL_UNKNOWN)
#: The qualification that each kind of assessor is counted for; all together under none.
QUALIFICATIONS = {VQ5: "VQ5", VQ3: "VQ3", AWARD: "TAQA3", ALL: ""}
#: In what each is counted.
FULL_TIME, PEOPLE, WEEKLY, PLACES = "full_time", "people", "hours_a_week", "places"
UNITS = dict.fromkeys((VQ5, VQ3, AWARD, ALL, MANAGERS), FULL_TIME) | {
    MENTORS: PEOPLE,
    HOURS: WEEKLY,
    LEVEL5: PLACES,
    LEVEL6: PLACES,
    LEVEL_UNKNOWN: PLACES,
}
#: The level at which a pathway begins at the university: who is on the short ones holds three of the four level 5 modules, who is
#: on the others does not (S4; S3 §2.4).
BEGINS_AT = {"PQIP13": LEVEL6, "PQIP15": LEVEL6, "PQIP21": LEVEL5, "PQIP27": LEVEL5}
#: Draws enough to tell the middle of a rate.
DRAWS = 1000


@dataclass(frozen=True)
class Ratios:
    """How many one can look after, how long somebody counts (months), and minutes a countersignature takes."""

    caseload: int
    learners_per_manager: int
    people_per_mentor: int
    protected_months: int
    vq3_months: int
    award_months: int
    minutes: int


@dataclass(frozen=True)
class Pace:
    """How often something happens that the forecast of officers does not tell, as learned or seen up to D.

    - `joining`: people a month who join as PSOs from elsewhere and are no learners. `promoted`: per month and officer, who
      becomes a practice tutor assessor.
    - `decisions`: in the weeks of `countersigning_capacity.RATE_WEEKS`; `to_countersign`: of these, such as need a
      countersignature. `assessed`: people to assess on D.
    """

    joining: float = 0.0
    promoted: float = 0.0
    decisions: int = 0
    to_countersign: int = 0
    assessed: int = 0


@dataclass(frozen=True)
class There:
    """What is there at the end of a quarter of what was there on D, as far as recorded; None where it is not known.

    - `psos`, `trainees`: on the VQ3 and on the award since D or before. `keeping`: newly qualified who keep their practice tutor
      assessor; `protected`: all who are protected.
    - `places`: with assessors, by qualification, and all together under "". `managers`: full-time equivalent; `mentors`: people;
      `hours`: a week for countersigning. `university`: the region's.
    """

    psos: int = 0
    trainees: int = 0
    keeping: int = 0
    protected: int = 0
    places: Mapping[str, int] | None = None
    managers: float | None = None
    mentors: int | None = None
    hours: float | None = None
    university: str = ""


@dataclass(frozen=True)
class Need:
    """How much of something is needed, and how much of it is there; None where it is not known."""

    resource: str
    needed: float
    there: float | None
    pathway: str = ""
    university: str = ""

    @property
    def short(self) -> float | None:
        """What is missing, never below 0; None where what is there is not known."""
        return None if self.there is None else max(self.needed - self.there, 0.0)


@dataclass(frozen=True)
class Ahead:
    """A place's people at the end of a month of its forecast (1, 2, …)."""

    place: Place
    month: int
    pace: Pace
    ratios: Ratios
    there: There

    @property
    def learners(self) -> float:
        """Learners on the programme, those on a break too."""
        return sum(one.heads[self.month - 1] for one in self.place.learners)

    @property
    def qualified(self) -> float:
        """People expected to have taken their first officer post since D who are protected still."""
        return self._within(
            self.ratios.protected_months, lambda at: self.place.months[at].expected_qualifying
        )

    @property
    def for_vq5(self) -> float:
        """Learners, and newly qualified officers: each who is to come keeps their practice tutor assessor (S3 §3.6)."""
        return self.learners + self.there.keeping + self.qualified

    @property
    def for_vq3(self) -> float:
        """PSOs on the VQ3: those of D who are not due by then, and whoever joins is on it for as long as it may take."""
        return self.there.psos + self._within(self.ratios.vq3_months, lambda _: self.pace.joining)

    @property
    def for_award(self) -> float:
        """Assessors in training: those of D who are not due by then, and each officer who becomes one."""
        return self.there.trainees + self._within(
            self.ratios.award_months,
            lambda at: self.pace.promoted * self.place.months[at].in_post_median,
        )

    def _within(self, months: int, of: Callable[[int], float]) -> float:
        """The sum over so many months up to this one, of those after D."""
        return sum(of(at) for at in range(max(self.month - months, 0), self.month))


def needs(ahead: Ahead) -> list[Need]:
    """What is needed at the end of a quarter, in the order of `RESOURCES`."""
    ratios, there = ahead.ratios, ahead.there
    people = {VQ5: ahead.for_vq5, VQ3: ahead.for_vq3, AWARD: ahead.for_award}
    people[ALL] = sum(people.values())
    mentored = ahead.learners + there.protected + ahead.qualified
    return [
        *(_assessors(resource, people[resource], ahead) for resource in QUALIFICATIONS),
        Need(MANAGERS, ahead.learners / ratios.learners_per_manager, there.managers),
        Need(MENTORS, mentored / ratios.people_per_mentor, there.mentors),
        Need(HOURS, float(hours(ahead.pace, people[ALL], ratios.minutes)), there.hours),
        *places(ahead.place.learners, ahead.month, there.university),
    ]


def _assessors(resource: str, people: float, ahead: Ahead) -> Need:
    """Full-time assessors of the usual caseload: for so many people, and as many as there are places for."""
    caseload, there = ahead.ratios.caseload, ahead.there.places
    code = QUALIFICATIONS[resource]
    return Need(resource, people / caseload, None if there is None else there[code] / caseload)


def hours(pace: Pace, people: float, minutes: int) -> Decimal:
    """Hours a week that countersigning takes: the decisions a week for each person assessed, by how many there are to assess, by
    the share of decisions that needs a countersignature. Where nobody is to be assessed on D, as many decisions as there were.
    """
    if not pace.decisions:
        return countersigning.hours(Decimal(0), minutes)
    coming = countersigning.weekly(pace.decisions)
    if pace.assessed:
        coming = coming * Decimal(repr(float(people))) / pace.assessed
    return countersigning.hours(coming * pace.to_countersign / pace.decisions, minutes)


def places(learners: Sequence[LearnersAhead], month: int, university: str) -> list[Need]:
    """Places at the university that are begun in the quarter that ends with a month, by level and pathway.

    Who began in the quarter is in the first band of time on the programme at its end; who withdrew within it is not counted.
    """
    found = [
        Need(
            BEGINS_AT.get(one.pathway, LEVEL_UNKNOWN),
            one.heads[month - 1],
            None,
            one.pathway,
            university,
        )
        for one in learners
        if one.band == 0
    ]
    return sorted(found, key=lambda one: (RESOURCES.index(one.resource), one.pathway))


def quarters(place: Place) -> tuple[Quarter, ...]:
    """The calendar quarters looked at; the first is that of the month after D."""
    return place.quarters[:QUARTERS]


def joining(inputs: Inputs) -> dict[str, float]:
    """By region, the middle of how many people a month join as PSOs from elsewhere, learners not among them."""
    learned = Posts(inputs, TRAINEE, Size(DRAWS, 3 * QUARTERS, int(inputs.digest, 16)))
    return {
        region.code: _middle(
            [one.said(region.code) for one in post_levels(learned, learned.region(at), at)],
            "joined",
            TRAINEE,
        )
        for at, region in enumerate(inputs.regions)
    }


def promoted(assumptions: Sequence[Assumption], region: str, to: str) -> float:
    """The middle of the rate at which a region's officers are promoted to a grade, a month; 0 where none is known."""
    return _middle([one for one in assumptions if one.region == region], "promoted", to)


def _middle(found: Sequence[Assumption], name: str, part: str) -> float:
    return next((one.median for one in found if (one.name, one.part) == (name, part)), 0.0)
