"""What if: a description of what would be otherwise, and the inputs changed by it. The forecast itself knows of no *what if*.

To compare, both are drawn from the same chances: `forecast(applied(scenario, inputs), drawn_from=inputs.digest)`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from reports.rules.forecast_inputs import MONTHS, Changes, Inputs, Intake, Region

YEAR = 12


@dataclass(frozen=True)
class Scenario:
    """What would be otherwise, in `regions` (none named: in all); as it stands, nothing.

    - `places`: intakes added to those planned in each of the regions; negative places take away from those of the same pathway
      and month, down to none.
    - `lengths`: (months, months instead) of intakes still to start; the part-time length changes in proportion.
    - `leaving`, `withdrawing`: what the rates are multiplied by. `part_time`: the share of starters part time.
    - `delay_months`: everybody who has not completed does so later by so many months, as when assessors are short.
    - `carried_on`: where nothing is planned yet, the last twelve months' plan is repeated to the end.
    """

    name: str
    regions: tuple[str, ...] = ()
    places: tuple[Intake, ...] = ()
    lengths: tuple[tuple[int, int], ...] = ()
    leaving: float = 1.0
    withdrawing: float = 1.0
    part_time: float | None = None
    delay_months: int = 0
    carried_on: bool = False

    def __post_init__(self) -> None:
        if min(self.leaving, self.withdrawing) < 0:
            raise ValueError("A rate is multiplied by 0 or more.")
        if self.part_time is not None and not 0 <= self.part_time <= 1:
            raise ValueError("A share lies between 0 and 1.")
        if self.delay_months < 0:
            raise ValueError("A delay is 0 months or more.")


def applied(scenario: Scenario, inputs: Inputs) -> Inputs:
    """The inputs as they would be. Raises LookupError where the scenario names a region that is not there."""
    known = {one.code for one in inputs.regions}
    if strangers := sorted(set(scenario.regions) - known):
        raise LookupError(f"The inputs have no region {strangers[0]}.")
    return replace(
        inputs,
        regions=tuple(
            _changed(scenario, one) if not scenario.regions or one.code in scenario.regions else one
            for one in inputs.regions
        ),
    )


def _changed(scenario: Scenario, region: Region) -> Region:
    before = region.changes
    intakes = carried_on(region.intakes) if scenario.carried_on else region.intakes
    return replace(
        region,
        intakes=tuple(_of_length(scenario, one) for one in _with_places(intakes, scenario.places)),
        changes=Changes(
            leaving=before.leaving * scenario.leaving,
            withdrawing=before.withdrawing * scenario.withdrawing,
            part_time=before.part_time if scenario.part_time is None else scenario.part_time,
            delay_months=before.delay_months + scenario.delay_months,
        ),
    )


def carried_on(intakes: Iterable[Intake], months: int = MONTHS) -> tuple[Intake, ...]:
    """The plan, repeated year by year from its last twelve months to the end of the months asked for."""
    planned = tuple(intakes)
    last = max((one.starts_in for one in planned), default=0)
    year = [one for one in planned if one.starts_in > last - YEAR]
    later = [
        replace(one, starts_in=one.starts_in + YEAR * years)
        for years in range(1, months // YEAR + 1)
        for one in year
        if last < one.starts_in + YEAR * years <= months
    ]
    return (*planned, *later)


def _with_places(planned: Iterable[Intake], extra: Iterable[Intake]) -> list[Intake]:
    found = list(planned)
    for more in extra:
        same = [
            at
            for at, one in enumerate(found)
            if (one.pathway, one.starts_in) == (more.pathway, more.starts_in)
        ]
        if more.places > 0 and not same:
            found.append(more)
        change = more.places
        for at in same if change < 0 else same[:1]:
            places = max(found[at].places + change, 0)
            change -= places - found[at].places
            found[at] = replace(found[at], places=places)
    return found


def _of_length(scenario: Scenario, intake: Intake) -> Intake:
    months = dict(scenario.lengths).get(intake.months)
    if months is None:
        return intake
    slower = intake.part_time_months
    return replace(
        intake,
        months=months,
        part_time_months=None if slower is None else round(months * slower / intake.months),
    )
