"""What the supply forecast is made from: counts of groups and of what has happened to groups, never a person.

Time is counted in calendar months from the day D of the forecast: month 0 is the month of D, month 1 the next. Where D is not
a month's last day, what is left of its month counts as part of month 1. Equal inputs have equal digests.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field, fields, is_dataclass
from functools import cached_property

MONTHS = 60
#: Lower bounds, in whole months, of the bands of time on the programme: under 3 months, 3 to 5, … 24 or more.
PROGRAMME_BANDS = (0, 3, 6, 12, 18, 24)
#: Lower bounds, in whole months, of the bands of service in the grade: under 1 year, 1, 2 to 3, 4 to 9, 10 or more.
SERVICE_BANDS = (0, 12, 24, 48, 120)
#: Completions are counted by months late, from this many months early (or earlier) to `LATEST` months late (or later).
EARLIEST, LATEST = -3, 20
LATE_PLACES = LATEST - EARLIEST + 1
#: Months from completion to the first day as an officer: 0 to 12 (or later).
WAIT_PLACES = 13
OFFICER, TRAINEE = "PO", "PSO"


@dataclass(frozen=True)
class Experience:
    """How often something happened among how many chances, by twelve months before D: the last twelve months first.

    `events` are whole numbers; `exposure` is what each field of this module says: person-months for what happens to people in a
    month, else the number of people or places it could have happened to. Years without a chance hold 0 and 0. Empty: nothing is
    known.
    """

    events: tuple[int, ...] = ()
    exposure: tuple[float, ...] = ()

    def __post_init__(self) -> None:
        if len(self.events) != len(self.exposure):
            raise ValueError("Each year of experience has its events and its exposure.")
        if any(number < 0 for number in (*self.events, *self.exposure)):
            raise ValueError("Nothing happens less often than never.")


NOTHING_KNOWN = Experience()
BANDS_UNKNOWN = (NOTHING_KNOWN,) * len(PROGRAMME_BANDS)
SERVICE_UNKNOWN = (NOTHING_KNOWN,) * len(SERVICE_BANDS)


@dataclass(frozen=True)
class Learners:
    """Learners on the programme at D who are alike: active or on a break, started and not ended.

    `months_on` are months from the month of the start to that of D, breaks included; `months_to_end` from the month of D to that
    of the planned end as it stands at D (deferred days up to D are in it), below 0 when it has passed. None where no planned end
    is known: they may withdraw, and are not expected to complete in any month.
    """

    pathway: str
    months_on: int
    months_to_end: int | None
    on_break: bool
    heads: int


@dataclass(frozen=True)
class Intake:
    """Places planned to start in a month after D: `starts_in` is 1 for the month after that of D.

    `months` is the whole months of the pathway full time, `part_time_months` part time (None: part time not offered, or its
    length unknown). `already_pso` is the share of its places expected to go to people who hold a PSO post already.
    """

    pathway: str
    starts_in: int
    places: int
    months: int
    part_time_months: int | None = None
    already_pso: float = 0.0


@dataclass(frozen=True)
class PathwayPast:
    """Withdrawals of a region's learners on one pathway, by band of `PROGRAMME_BANDS`: events ÷ person-months on the programme.

    Those on a break stay at risk, on calendar time; a withdrawal counts in the band it happens in.
    """

    pathway: str
    withdrawn: tuple[Experience, ...] = BANDS_UNKNOWN


@dataclass(frozen=True)
class TrainingPast:
    """What happened to a region's learners.

    - `completed_late[i]`: completions by months from the month of the planned end to that of completing, at place i for
      `EARLIEST` + i months late; what is earlier or later than the ends is counted at them. The planned end as at completion.
    - `still_there[i]`: active learners at D whose planned end lies `EARLIEST` + i months before D's month (below 0: still to
      come). Those whose planned end is more than 3 months ahead are not counted here.
    - `withdrawn_late[i]`: withdrawals by months from the month of the planned end to that of withdrawing, in the same places;
      earlier ones are not counted here.
    - `breaks_begun`: breaks begun ÷ person-months active. `breaks_ended`: returns ÷ person-months on a break.
    - `filled`: places of past intakes that were started (at most the places) ÷ places planned.
    - `accepted`: officer posts accepted ÷ completions that were settled (accepted, refused, or no post after 12 months).
    - `moved`: accepted in another region ÷ accepted, by the region that trained them. `received`: people who qualified elsewhere
      and took their first officer post here, in all (a weight between regions).
    - `months_to_post[i]`: of those who took a post, months from the month of completing to that of the first day as an officer
      (before completing counts at 0).
    - `part_time`: starters part time ÷ starters. `left_service`: withdrawn who left the Service ÷ withdrawn.
    - `waiting[i]`: people who completed i months before D's month, have no officer post yet and have not refused one.
    """

    pathways: tuple[PathwayPast, ...] = ()
    completed_late: tuple[int, ...] = (0,) * LATE_PLACES
    still_there: tuple[int, ...] = (0,) * LATE_PLACES
    withdrawn_late: tuple[int, ...] = (0,) * LATE_PLACES
    breaks_begun: Experience = NOTHING_KNOWN
    breaks_ended: Experience = NOTHING_KNOWN
    filled: Experience = NOTHING_KNOWN
    accepted: Experience = NOTHING_KNOWN
    moved: Experience = NOTHING_KNOWN
    received: int = 0
    months_to_post: tuple[int, ...] = (0,) * WAIT_PLACES
    part_time: Experience = NOTHING_KNOWN
    left_service: Experience = NOTHING_KNOWN
    waiting: tuple[int, ...] = (0,) * WAIT_PLACES


@dataclass(frozen=True)
class Target:
    """The posts a region is to have, full-time equivalent, from a month on (0 or less: in force at D)."""

    from_month: int
    fte: float


@dataclass(frozen=True)
class Grade:
    """A grade's people in a region at D and what happened to people of that grade. Of PSOs, learners are in `heads` and `fte`.

    - `heads`, `fte`: people in post at D by band of `SERVICE_BANDS` (whole months of service in the grade).
    - `left`: by the same bands, people who left the Service, went to another region, or went to a grade that `promoted` does not
      name ÷ person-months in post. Of PSOs: without learners, and without going on the programme or qualifying.
    - `promoted`: (grade, promotions ÷ person-months in post) for each grade to which people of this one go on: SPO and PTA of
      officers. It never names PO or PSO: who goes back to them has left one grade and joined the other.
    - `joined`: people who came from outside the Service, from another region, or from a grade whose `promoted` does not name this
      one (returners; not those who qualify, nor learners who start) ÷ months of this region observed (12 for each whole year).
    - `targets`: in order of `from_month`; those already set for later months too.
    """

    grade: str
    heads: tuple[int, ...] = (0,) * len(SERVICE_BANDS)
    fte: tuple[float, ...] = (0.0,) * len(SERVICE_BANDS)
    left: tuple[Experience, ...] = SERVICE_UNKNOWN
    promoted: tuple[tuple[str, Experience], ...] = ()
    joined: Experience = NOTHING_KNOWN
    targets: tuple[Target, ...] = ()


@dataclass(frozen=True)
class Changes:
    """What a *what if* takes to be otherwise than was learned (`forecast_scenarios`); as it stands here, nothing.

    `leaving`, `withdrawing`: what the rates are multiplied by. `part_time`: the share of starters part time. `delay_months`:
    months by which everybody who has not completed completes later.
    """

    leaving: float = 1.0
    withdrawing: float = 1.0
    part_time: float | None = None
    delay_months: int = 0


@dataclass(frozen=True)
class Region:
    """All that the forecast knows of a region. `code` is the region's own, such as `NE`.

    `no_length`: places planned of a pathway whose length is not known. They are in no month of the forecast.
    """

    code: str
    learners: tuple[Learners, ...] = ()
    intakes: tuple[Intake, ...] = ()
    training: TrainingPast = field(default_factory=TrainingPast)
    grades: tuple[Grade, ...] = ()
    changes: Changes = Changes()
    no_length: int = 0

    def grade(self, grade: str) -> Grade:
        """What is known of a grade; nobody and nothing where the region does not name it."""
        return next((one for one in self.grades if one.grade == grade), Grade(grade))


@dataclass(frozen=True)
class Inputs:
    """A forecast's whole question: the day D and its regions, in the order in which they are answered.

    Learning goes from region to nation, so a question about one region takes all of them and reads one answer.
    """

    as_at: dt.date
    regions: tuple[Region, ...]

    @cached_property
    def digest(self) -> str:
        """The same for equal inputs, on any machine: what results may be kept by, and what the runs are drawn from."""
        return hashlib.sha256("\x1f".join(_said(self)).encode()).hexdigest()


def _said(value: object) -> Iterator[str]:
    """Every value with where it begins and ends, numbers by their shortest exact form (1 and 1.0 alike)."""
    if is_dataclass(value) and not isinstance(value, type):
        yield f"{type(value).__name__}("
        for one in fields(value):
            yield one.name
            yield from _said(getattr(value, one.name))
        yield ")"
    elif isinstance(value, tuple):
        yield "["
        for item in value:
            yield from _said(item)
        yield "]"
    elif isinstance(value, int | float) and not isinstance(value, bool):
        yield repr(float(value))
    else:
        yield repr(value)
