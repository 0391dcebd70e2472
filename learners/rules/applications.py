"""What may follow what in an application, what has come of it, and how long its stages took."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from learners.rules.dates import add_months
from pqip.core.errors import RuleBroken
from pqip.core.formats import date_gov
from pqip.core.words import folded

#: The stages in order. Checks and vetting go on side by side: both come after the provisional offer.
STAGES = (
    "sifted",
    "assessed",
    "provisional_offer",
    "checks",
    "vetting",
    "confirmed_offer",
    "started",
)
RANK = {
    "sifted": 1,
    "assessed": 2,
    "provisional_offer": 3,
    "checks": 4,
    "vetting": 4,
    "confirmed_offer": 5,
    "started": 6,
}
#: Stages that are passed or not; whoever comes to another has passed it.
WITH_RESULT = ("sifted", "assessed", "checks", "vetting")
#: What ends an application beside a stage that was not passed, and a start.
ENDS = ("rejected", "withdrew")
FEEDBACK = "feedback"
#: Before an application's number in the staff number of a learner who is not on the payroll yet.
NOT_ON_PAYROLL = "APP:"
NAMED = {
    "sifted": "the sift",
    "assessed": "the assessment centre",
    "provisional_offer": "the provisional offer",
    "checks": "the checks",
    "vetting": "the vetting",
    "confirmed_offer": "the confirmed offer",
    "started": "the start",
    "rejected": "the rejection",
    "withdrew": "the withdrawal",
    "feedback": "the feedback",
}
IN_PROGRESS, REJECTED, WITHDREW, STARTED = "in_progress", "rejected", "withdrew", "started"
OUTCOMES = (IN_PROGRESS, REJECTED, WITHDREW, STARTED)
#: Whoever passed the assessment centre and has no place yet may be offered one for so many months (W25e, an older page).
MERIT_MONTHS = 12


class StageRow(Protocol):
    """A stage as the rules read it."""

    @property
    def stage(self) -> str: ...

    @property
    def effective_on(self) -> dt.date: ...

    @property
    def passed(self) -> bool | None: ...


@dataclass(frozen=True)
class StageFact:
    """A stage on a day, with its result where it has one."""

    stage: str
    effective_on: dt.date
    passed: bool | None = None


def in_order(rows: Iterable[Any]) -> list[Any]:
    """Return stages as they followed: by day, those of one day as the stages come, feedback last."""
    last = len(STAGES) + 1
    return sorted(
        rows, key=lambda row: (row.effective_on, RANK.get(row.stage, last), row.stage == FEEDBACK)
    )


def check_come(today: dt.date, applied_on: dt.date, rows: Iterable[StageRow]) -> None:
    """Raise RuleBroken for an application, or a stage of it, of a day to come; `field` is the stage, or `applied_on`."""
    if applied_on > today:
        raise RuleBroken("They cannot have applied on a day to come.", "applied_on")
    for row in rows:
        if row.effective_on > today:
            raise RuleBroken("This cannot have happened on a day to come.", row.stage)


def check_earlier(number: str, previous: str) -> None:
    """Raise RuleBroken where an application names itself as an earlier one."""
    if folded(number) == folded(previous):
        raise RuleBroken("This is the number of this application itself.", "previous_number")


def check_stages(applied_on: dt.date, rows: Iterable[StageRow]) -> None:
    """Raise RuleBroken where the stages of an application do not follow from each other.

    Stages may be left out: not every campaign has a sift, and a merit list may be of an earlier one. `field` of the
    error is the stage at fault.
    """
    rows = list(rows)
    for row in rows:
        if row.effective_on < applied_on:
            raise RuleBroken("This is before the application was made.", row.stage)
        if row.passed is None and row.stage in WITH_RESULT:
            raise RuleBroken(f"Say whether they passed {NAMED[row.stage]}.", row.stage)
    by_stage = {row.stage: row for row in rows}
    _check_days(by_stage)
    _check_merit(by_stage)
    _check_ends(by_stage)


def _check_days(by_stage: Mapping[str, StageRow]) -> None:
    reached = [by_stage[stage] for stage in STAGES if stage in by_stage]
    for row in reached:
        for earlier in reached:
            if RANK[earlier.stage] < RANK[row.stage] and row.effective_on < earlier.effective_on:
                raise RuleBroken(f"This is before {NAMED[earlier.stage]}.", row.stage)


def _check_merit(by_stage: Mapping[str, StageRow]) -> None:
    """A place is offered while the assessment centre counts; after that it is taken again, in a new application."""
    assessed, offer = by_stage.get("assessed"), by_stage.get("provisional_offer")
    if assessed is None or offer is None:
        return
    until = add_months(assessed.effective_on, MERIT_MONTHS)
    if offer.effective_on > until:
        raise RuleBroken(f"They were on the merit list until {date_gov(until)}.", offer.stage)


def _check_ends(by_stage: Mapping[str, StageRow]) -> None:
    ends = [by_stage[stage] for stage in (*ENDS, STARTED) if stage in by_stage]
    if len(ends) > 1:
        one, other = in_order(ends)[-2:]
        raise RuleBroken(f"The application had ended with {NAMED[one.stage]}.", other.stage)
    failed = [row for row in by_stage.values() if row.passed is False]
    for row in in_order(by_stage.values()):
        if row.stage == FEEDBACK:
            if all(
                other.stage == FEEDBACK or other.effective_on > row.effective_on
                for other in by_stage.values()
            ):
                raise RuleBroken("There is nothing to give feedback on yet.", FEEDBACK)
            continue
        for not_passed in failed:
            if row.stage != not_passed.stage and _comes_after(row, not_passed):
                raise RuleBroken(f"They did not pass {NAMED[not_passed.stage]}.", row.stage)
        for end in ends:
            if row.stage != end.stage and row.effective_on > end.effective_on:
                raise RuleBroken(f"The application had ended with {NAMED[end.stage]}.", row.stage)


def _comes_after(row: StageRow, other: StageRow) -> bool:
    """Return True for an end, and for a stage after another; checks and vetting may both be failed."""
    return row.stage in ENDS or RANK[row.stage] > RANK[other.stage]


def outcome(rows: Iterable[StageRow], on: dt.date | None = None) -> str:
    """Return what has come of an application by a day (None: by any): `OUTCOMES`."""
    reached = [row for row in rows if on is None or row.effective_on <= on]
    stages = {row.stage for row in reached}
    if STARTED in stages:
        return STARTED
    if WITHDREW in stages:
        return WITHDREW
    if REJECTED in stages or any(row.passed is False for row in reached):
        return REJECTED
    return IN_PROGRESS


def latest_stage(rows: Iterable[StageRow], on: dt.date | None = None) -> str:
    """Return the furthest stage reached by a day; an empty text before the sift."""
    reached = {row.stage for row in rows if on is None or row.effective_on <= on}
    return next((stage for stage in reversed(STAGES) if stage in reached), "")


def is_offered(rows: Iterable[StageRow]) -> bool:
    """Return whether an offer was confirmed, or they have started, and the application has not ended otherwise."""
    rows = list(rows)
    stages = {row.stage for row in rows}
    return bool(stages & {"confirmed_offer", STARTED}) and outcome(rows) not in (REJECTED, WITHDREW)


def check_led(applied_on: dt.date, starts_on: dt.date | None) -> None:
    """Raise RuleBroken for a place on the programme that began before the application."""
    if starts_on is None or starts_on < applied_on:
        raise RuleBroken("Their place on the programme began before this application.")


def days_in_stages(
    applied_on: dt.date, rows: Iterable[StageRow], paused_days: int
) -> dict[str, int]:
    """Return, by stage reached, calendar days since the stage before it.

    Of the checks the clock is stopped for `paused_days`, in which the applicant's information was missing (S3 §2.6).
    """
    by_stage = {row.stage: row.effective_on for row in rows if row.stage in RANK}
    found = {}
    for stage, on in by_stage.items():
        before = [day for each, day in by_stage.items() if RANK[each] < RANK[stage]]
        days = (on - max(before, default=applied_on)).days
        found[stage] = max(days - paused_days, 0) if stage == "checks" else days
    return found


def days_of_notice(rows: Iterable[StageRow]) -> int | None:
    """Return the days from the confirmed offer to the start; None until both are known."""
    by_stage = {row.stage: row.effective_on for row in rows}
    if STARTED not in by_stage or "confirmed_offer" not in by_stage:
        return None
    return (by_stage[STARTED] - by_stage["confirmed_offer"]).days


def merit_until(rows: Iterable[StageRow]) -> dt.date | None:
    """Return the last day on which whoever passed the assessment centre may be offered a place; None for others.

    An offer takes them off the list, and so does the end of the application.
    """
    rows = list(rows)
    if outcome(rows) != IN_PROGRESS or any(row.stage == "provisional_offer" for row in rows):
        return None
    passed = next((row for row in rows if row.stage == "assessed" and row.passed), None)
    return None if passed is None else add_months(passed.effective_on, MERIT_MONTHS)


#: Columns of a file, by stage; and the column of the result.
DAYS = {
    "sifted": "sifted_on",
    "assessed": "assessed_on",
    "provisional_offer": "provisional_offer_on",
    "checks": "checks_completed_on",
    "vetting": "vetting_completed_on",
    "confirmed_offer": "confirmed_offer_on",
    "started": "started_on",
}
RESULTS = {"sifted": "sift_passed", "assessed": "assessment_passed"}


def stated(values: Mapping[str, Any], recorded: Mapping[str, StageRow]) -> list[StageFact]:
    """Return the stages that a row of a file states, by its columns (`applied_on`, `DAYS`, `RESULTS`, `outcome`).

    A blank leaves what is `recorded` (by stage). A file has no day of a rejection or withdrawal: the one recorded
    counts if nothing is later, else
    the latest day of all. Checks and vetting have no result there: whoever was rejected with one of them as the last
    stage did not pass it.
    Raises RuleBroken for an outcome that does not fit, with the column as `field`.
    """
    said = values["outcome"]
    if said is None:
        said = next((end for end in ENDS if end in recorded), None)
    facts = [fact for stage in DAYS if (fact := _stated_stage(stage, values, recorded))]
    if said == REJECTED and outcome(facts) == IN_PROGRESS and REJECTED not in recorded:
        last = latest_stage(facts)
        facts = [
            StageFact(last, fact.effective_on, False)
            if fact.stage == last and last in ("checks", "vetting")
            else fact
            for fact in facts
        ]
    follows = outcome(facts)
    if said == STARTED and follows != STARTED:
        raise RuleBroken("Give started_on as well.", "outcome")
    if said not in (None, follows) and follows != IN_PROGRESS:
        raise RuleBroken(f"By the other columns it is {follows}.", "outcome")
    if said in ENDS and follows == IN_PROGRESS:
        day = max([values["applied_on"], *(fact.effective_on for fact in facts)])
        known = recorded[said].effective_on if said in recorded else day
        facts.append(StageFact(said, max(day, known)))
    return facts


def _stated_stage(
    stage: str, values: Mapping[str, Any], recorded: Mapping[str, StageRow]
) -> StageFact | None:
    """Return one stage of a row; None where neither the row nor the record has it."""
    known = recorded.get(stage)
    day = values[DAYS[stage]] or (known.effective_on if known else None)
    result = values[RESULTS[stage]] if stage in RESULTS else None
    if day is None:
        if result is not None:
            raise RuleBroken(f"Give {DAYS[stage]} as well.", RESULTS[stage])
        return None
    if result is None and known is not None:
        result = known.passed
    if result is None and stage in ("checks", "vetting"):
        result = True
    if (
        stage in ("checks", "vetting")
        and result is False
        and values["outcome"] not in (None, REJECTED)
    ):
        result = True
    return StageFact(stage, day, result)
