"""Forecasts, each worked out once: kept by what they are made from, and found again while nothing has been recorded since.

Nor loaded: a load may state that its facts were recorded long ago, so that they change what was known at an earlier instant.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from django.db import connection
from django.db.models import Exists, OuterRef, QuerySet

from pqip.core.snapshot import after_the_snapshot, once_a_snapshot, safe_known_at
from reports.actions.keep_forecast import keep_answer, keep_asked
from reports.figures.asking import Question
from reports.figures.forecast import inputs
from reports.figures.settings import FORECAST_RUNS, FORECAST_YEARS
from reports.models import ForecastAsked, ForecastKept
from reports.rules.forecast import forecast
from reports.rules.forecast_answers import (
    Assumption,
    Forecast,
    LearnersAhead,
    Month,
    Place,
    Quarter,
)
from reports.rules.forecast_inputs import OFFICER, TRAINEE, Inputs, Region

SUPPLY = "supply"
#: What demand is set against (`figures/support_there.py`): who is assessed and by whom, and who else is there.
ASSESSING, SUPPORTING = "assessing", "supporting"
#: Changes with the way in which an answer is worked out, so that what was kept before does not stand for it.
METHOD = "4"
#: So few runs that a page may wait for them.
FEW_RUNS = 1000
#: What a forecast is made from: where one of these changed, it may be another.
LEDGERS = (
    "learners_event",
    "learners_pathwaytiming",
    "learners_plannedintake",
    "learners_officerpost",
    "workforce_spell",
    "workforce_target",
    "workforce_staffingreturn",
    "workforce_recordscomplete",
    "workforce_personmerge",
)
#: Of an answer that is made from more, what else.
MORE_LEDGERS = {
    ASSESSING: (
        "assessments_assessorrecord",
        "assessments_countersignature",
        "assessments_countersignstamp",
        "assessments_decision",
        "assessments_registrationfact",
        "assessments_submission",
        "assessments_unitsignoff",
        "assessments_versionmove",
        "workforce_absence",
    ),
    SUPPORTING: (
        "assessments_assessorrecord",
        "learners_allocation",
        "learners_newlyqualified",
        "learners_newlyqualifiedworkshop",
    ),
}
RECORDED = """
EXISTS (SELECT FROM {table} WHERE recorded_at > %(since)s AND recorded_at <= %(until)s)
    OR EXISTS (SELECT FROM {table} WHERE voided_at > %(since)s AND voided_at <= %(until)s)
"""
#: What is loaded states when it was recorded or voided, which may lie long before (`pqip/core/sql/3_audit.sql`).
LOADED = "core_loaded_since(%(tables)s, %(made)s, %(until)s)"


@dataclass(frozen=True)
class Answered:
    """A forecast, and the regions (codes) of which anything is known of the grade: of others it says what is usual.

    `no_end`: by region, how many learners have no planned end, so that they are not expected to qualify in any month.
    `no_length`: how many places are planned of a pathway whose length is not known, from which nobody is expected to qualify.
    """

    forecast: Forecast
    known: tuple[str, ...]
    no_end: Mapping[str, int] = field(default_factory=dict)
    no_length: Mapping[str, int] = field(default_factory=dict)


@once_a_snapshot
def forecast_of(question: Question) -> Answered:
    """The forecast of the question's day and grade, as known at its instant, for every region."""
    digest = digest_of(question, SUPPLY)
    kept = None if digest is None else kept_answer(SUPPLY, digest, question.grade)
    if kept is not None:
        return read(kept)
    read_at = safe_known_at()
    made = inputs_of(question.as_at, question.known_at)
    if digest is None:
        remember(question, SUPPLY, made.digest, read_at=read_at)
    return forecast_from(made, question.grade)


def forecast_from(made: Inputs, grade: str) -> Answered:
    """The forecast from these inputs."""

    def work() -> dict[str, Any]:
        known = [region.code for region in made.regions if _is_known(region, grade)]
        found = asdict(forecast(made, grade, runs=runs()))
        return {"forecast": found, "known": known} | _not_guessed(made)

    return read(answer_from(SUPPLY, made.digest, grade, work))


def _is_known(region: Region, grade: str) -> bool:
    """Whether anybody of the grade is in post there, is meant to be, or is on the way to it."""
    found = region.grade(grade)
    on_the_way = grade in (OFFICER, TRAINEE) and (region.learners or region.intakes)
    return bool(any(found.heads) or found.targets or on_the_way)


def not_guessed(question: Question) -> dict[str, dict[str, int]]:
    """`no_end` and `no_length` as of `Answered`, without the forecast being worked out."""
    digest = digest_of(question, SUPPLY)
    kept = None if digest is None else kept_answer(SUPPLY, digest, question.grade)
    return kept or _not_guessed(inputs_of(question.as_at, question.known_at))


def _not_guessed(made: Inputs) -> dict[str, dict[str, int]]:
    ends = {
        region.code: sum(one.heads for one in region.learners if one.months_to_end is None)
        for region in made.regions
    }
    lengths = {region.code: region.no_length for region in made.regions}
    return {
        name: {code: number for code, number in found.items() if number}
        for name, found in (("no_end", ends), ("no_length", lengths))
    }


def is_kept(question: Question, what: str = SUPPLY, more: str = "") -> bool:
    """Whether the answer is kept."""
    digest = digest_of(question, what, more)
    return digest is not None and _kept(what, digest, question.grade).exists()


@dataclass(frozen=True)
class LastKept:
    """An answer that is kept, with the day and the instant that it is of, and when it was made."""

    as_at: dt.date
    known_at: dt.datetime
    made_at: dt.datetime
    answer: Any

    def is_current(self, question: Question) -> bool:
        """Whether it is of the question's day, and nothing that forecasts are made from has been recorded since."""
        if question.known_at is None or self.as_at != question.as_at:
            return False
        return not _is_changed(LEDGERS, self.known_at, question.known_at, self.made_at)


def last_kept(question: Question, what: str = SUPPLY, more: str = "") -> LastKept | None:
    """The latest answer kept of the question's day or an earlier one, whatever was recorded since; None where none is.

    Nothing is worked out, so that a page can show it at once.
    """
    kept = _kept(what, OuterRef("digest"), question.grade)
    rows = ForecastAsked.objects.filter(Exists(kept), what=what, given=_given(more))
    rows = rows.filter(as_at__lte=question.as_at, known_at__lte=question.known_at)
    latest = rows.order_by("-as_at", "-known_at").first()
    if latest is None or question.known_at is None:
        return None
    answer = kept_answer(what, latest.digest, question.grade)
    return LastKept(latest.as_at, latest.known_at, latest.made_at, answer)


def at_once(question: Question, what: str = SUPPLY, more: str = "") -> bool:
    """Whether a page may wait for the answer: it is kept, or made in few runs."""
    return runs_at_once() or is_kept(question, what, more)


def runs_at_once() -> bool:
    """Whether forecasts are made in so few runs that a page may wait for a new one."""
    return runs() <= FEW_RUNS


@once_a_snapshot
def digest_of(question: Question, what: str, more: str = "") -> str | None:
    """What the question is answered from, where somebody asked before and nothing has been recorded or undone since."""
    if question.known_at is None:
        return None
    asked = ForecastAsked.objects.filter(
        what=what, as_at=question.as_at, given=_given(more), known_at__lte=question.known_at
    )
    latest = asked.order_by("-known_at").first()
    if latest is None:
        return None
    ledgers = LEDGERS + MORE_LEDGERS.get(what, ())
    is_old = _is_changed(ledgers, latest.known_at, question.known_at, latest.made_at)
    return None if is_old else latest.digest


def days_asked(what: str, more: str = "") -> list[dt.date]:
    """The days of which an answer is kept, or was."""
    rows = ForecastAsked.objects.filter(what=what, given=_given(more))
    return list(rows.order_by("as_at").values_list("as_at", flat=True).distinct())


@once_a_snapshot
def _is_changed(
    ledgers: tuple[str, ...], since: dt.datetime, until: dt.datetime, made: dt.datetime
) -> bool:
    """Whether anything was recorded in these or undone between two instants, or loaded since the answer was made."""
    asked: dict[str, Any] = {"since": since, "until": until, "made": made, "tables": list(ledgers)}
    conditions = [LOADED, *(RECORDED.format(table=table) for table in ledgers)]
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {' OR '.join(conditions)}", asked)
        (is_changed,) = cursor.fetchone()
    return bool(is_changed)


def remember(
    question: Question, what: str, digest: str, more: str = "", *, read_at: dt.datetime
) -> None:
    """Write down, once the snapshot has ended, what the question is answered from, where it states its instant.

    `read_at`: an instant before which no write was open when reading began, as of `safe_known_at`.
    """
    if question.known_at is None:
        return
    asked = ForecastAsked(
        what=what,
        as_at=question.as_at,
        known_at=question.known_at,
        given=_given(more),
        digest=digest,
        made_at=read_at,
    )
    after_the_snapshot(lambda: keep_asked(asked))


def answer_from(what: str, digest: str, grade: str, work: Callable[[], Any]) -> Any:
    """The answer that is kept; else what `work` gives, which is kept once the snapshot has ended."""
    kept = kept_answer(what, digest, grade)
    if kept is None:
        kept = work()
        row = ForecastKept(
            what=what, digest=digest, grade=grade, runs=runs(), method=METHOD, answer=kept
        )
        after_the_snapshot(lambda: keep_answer(row))
    return kept


@once_a_snapshot
def kept_answer(what: str, digest: str, grade: str) -> Any:
    """An answer that is kept; None where none is."""
    return _kept(what, digest, grade).values_list("answer", flat=True).first()


def _kept(what: str, digest: str | OuterRef, grade: str) -> QuerySet[ForecastKept]:
    """The answer's row, without its being read: a whole nation's takes a while."""
    return ForecastKept.objects.filter(
        what=what, digest=digest, grade=grade, runs=runs(), method=METHOD
    )


def runs() -> int:
    """In how many runs forecasts are made, what ifs among them."""
    return int(FORECAST_RUNS.value)


def _given(more: str) -> str:
    return f"{METHOD} {FORECAST_YEARS.value}{more}"


@once_a_snapshot
def inputs_of(
    as_at: dt.date, known_at: dt.datetime | None, planned_ahead: int | None = None
) -> Inputs:
    """What a forecast of a day is made from, for every region."""
    return inputs(Question(as_at, known_at), planned_ahead=planned_ahead)


def read(kept: dict[str, Any]) -> Answered:
    """A forecast as it was kept."""
    found = kept["forecast"]
    whole = Forecast(
        found["grade"],
        found["digest"],
        found["runs"],
        tuple(_place(one) for one in found["regions"]),
        _place(found["nation"]),
        tuple(Assumption(**one) for one in found["assumptions"]),
    )
    return Answered(whole, tuple(kept["known"]), kept["no_end"], kept["no_length"])


def _place(kept: dict[str, Any]) -> Place:
    return Place(
        kept["code"],
        tuple(Month(**one) for one in kept["months"]),
        tuple(Quarter(**one) for one in kept["quarters"]),
        tuple(LearnersAhead(**{**one, "heads": tuple(one["heads"])}) for one in kept["learners"]),
        kept["gap_closes_in"],
        kept["planned_until"],
    )
