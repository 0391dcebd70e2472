"""What the supply forecast answers, per region and for the nation. FTE throughout, but for people who qualify, leave or learn."""

from __future__ import annotations

from dataclasses import dataclass

NATION = "NAT"
#: Where an assumption comes from: mostly from the region's own past, from the nation's, or from no experience at all.
OWN, SHARED, ASSUMED = "region", "nation", "assumed"


@dataclass(frozen=True)
class Month:
    """A month after D (1, 2, …), at its end. `gap_median` is target − in post, below 0 where there are more than the target.

    What depends on a target is None where none is set. Leaving counts people who leave the Service, the region or the grade.
    """

    month: int
    target_fte: float | None
    in_post_p10: float
    in_post_median: float
    in_post_p90: float
    expected_qualifying: float
    expected_leaving: float
    expected_joining: float
    gap_median: float | None
    probability_target_met: float | None


@dataclass(frozen=True)
class Quarter:
    """People who take up their first officer post in a calendar quarter, which lies between two months after D (both in it)."""

    first_month: int
    last_month: int
    qualifying_p10: float
    qualifying_median: float
    qualifying_p90: float
    expected_leaving: float


@dataclass(frozen=True)
class LearnersAhead:
    """Learners of one pathway and band of `PROGRAMME_BANDS` expected on the programme at the end of each month from month 1."""

    pathway: str
    band: int
    heads: tuple[float, ...]


@dataclass(frozen=True)
class Place:
    """The answer for a region, or for the nation (`NATION`): the sum of its regions, run by run."""

    code: str
    months: tuple[Month, ...]
    quarters: tuple[Quarter, ...]
    learners: tuple[LearnersAhead, ...]
    #: The first month from which the median gap is closed and stays so to the end; None: not within the months of the forecast.
    gap_closes_in: int | None
    #: The last month in which a planned intake starts; None where none is planned.
    planned_until: int | None


@dataclass(frozen=True)
class Assumption:
    """One of the numbers the runs are drawn from: of a region, with its range over the runs.

    `name` is a key of `forecast_defaults.USUAL`; `part` is the pathway, band or grade. A rate is per person-month (of joining:
    per month and person in post, and one more), a share per person or place; what takes time is in months. `events` and
    `exposure` are the region's own experience, all years together.
    """

    region: str
    name: str
    part: str
    p10: float
    median: float
    p90: float
    events: int
    exposure: float
    source: str


@dataclass(frozen=True)
class Forecast:
    """Answers of `forecast.forecast(inputs, grade, runs=…)`: in the order of the inputs' regions, and the nation."""

    grade: str
    digest: str
    runs: int
    regions: tuple[Place, ...]
    nation: Place
    assumptions: tuple[Assumption, ...]

    def place(self, code: str) -> Place:
        """Raises LookupError where the forecast has no such region."""
        for one in (self.nation, *self.regions):
            if one.code == code:
                return one
        raise LookupError(f"The forecast has no region {code}.")


@dataclass(frozen=True)
class Effect:
    """What an assumption matters: FTE in post at a horizon with it low and high, while all others stand at their median.

    `low`, `high`: its 10th and 90th percentile, or 20% less and more (`is_range` False) where it has no distribution.
    """

    name: str
    low: float
    high: float
    is_range: bool
    in_post: float
    in_post_low: float
    in_post_high: float

    @property
    def size(self) -> float:
        """The most by which it moves the number in post, either way."""
        return max(abs(self.in_post_low - self.in_post), abs(self.in_post_high - self.in_post))
