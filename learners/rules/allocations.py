"""The conditions that each role (such as assessor or mentor) sets for whoever takes or keeps it.

- A practice tutor assessor: an assessor's grade, or at least a registration for the assessor's
  award. A registration is enough, because the decisions of an assessor in training are
  countersigned (rule C3 51).
- A countersigner: qualified, with authority to countersign on every day from today on (rule C3 52).
- An internal quality assurer: authority to quality assure on every day from today on (rule C3 58).
- A line manager: neither a probation services officer nor a case administrator; usually a senior
  probation officer (S3).
- A mentor: an experienced colleague (rules C2 46, C3 56).

Nobody takes any of these roles while they are a learner, out of post or absent. What is certainly
wrong is refused. What is merely unknown, or unusual, is a note.

A file may state an allocation that began before today, which is called history here. For past days
the only condition is that the person had the authority on at least one of them. If the file could
have given a last day and did not, the person must be in post and have the authority today. A later
end of the post or of the authority, and an absence, are notes.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from pqip.core.errors import RuleBroken
from pqip.core.formats import date_gov

DAY = dt.timedelta(days=1)
PTA, COUNTERSIGNER, IQA, LINE_MANAGER, MENTOR = (
    "pta",
    "countersigner",
    "iqa",
    "line_manager",
    "mentor",
)
WORDS = {
    PTA: "a practice tutor assessor",
    COUNTERSIGNER: "a countersigner",
    IQA: "an internal quality assurer",
    LINE_MANAGER: "a line manager",
    MENTOR: "a mentor",
}
#: Grades that assess, grades that manage, and grades that do neither. Nothing is assumed about
#: other grades.
ASSESSING = frozenset({"PTA", "SPTA", "VQ3A"})
MANAGING = frozenset({"SPO", "OTHER"})
NEITHER = {"PSO": "a probation services officer", "CA": "a case administrator"}
#: Grades that a learner does not hold. Somebody who holds one and has a place on the programme has
#: a place that was never ended.
PAST_LEARNING = frozenset({"PO", "SPO", "PTA", "SPTA", "VQ3A", "QDO"})


def check_other(*, person: int | str, other: int | str, field: str = "other") -> None:
    """Raise RuleBroken where somebody would be allocated to themself. People are given by key, or by staff number."""
    if person == other:
        raise RuleBroken("Nobody can be allocated to themself.", field)


def check_days(first: dt.date, last: dt.date | None) -> None:
    """Raise RuleBroken for a last day before the first."""
    if last is not None and last < first:
        raise RuleBroken("The last day must not be before the first.", "to_date")


def check_end(began_on: dt.date, on: dt.date) -> None:
    """Raise RuleBroken for a last day before the day an allocation began."""
    if on < began_on:
        raise RuleBroken(
            f"It began on {date_gov(began_on)}; its last day cannot be before.", "to_date"
        )


@dataclass(frozen=True)
class Stretch:
    """Days from the first to the last, both included; a stretch without a last day has no end.

    `what` is the grade, where the stretch is a post.
    """

    first: dt.date
    last: dt.date | None = None
    what: str = ""

    def holds(self, day: dt.date) -> bool:
        """Return True if the day is in the stretch."""
        return self.first <= day and (self.last is None or day <= self.last)

    def meets(self, other: Stretch) -> bool:
        """Return True if the two stretches share at least one day."""
        return (self.last is None or other.first <= self.last) and (
            other.last is None or self.first <= other.last
        )

    def covers(self, other: Stretch) -> bool:
        """Return True if every day of the other stretch lies in this one."""
        return self.first <= other.first and (
            self.last is None or (other.last is not None and other.last <= self.last)
        )


@dataclass(frozen=True)
class Assessing:
    """What is recorded about somebody as an assessor.

    It holds their award, and what they may countersign and quality assure, with dates.
    """

    registered_on: dt.date | None = None
    achieved_on: dt.date | None = None
    lapsed_on: dt.date | None = None
    countersigns_from: dt.date | None = None
    countersigns_until: dt.date | None = None
    countersigns: tuple[str, ...] = ()
    assures_from: dt.date | None = None
    assures_until: dt.date | None = None
    assures: tuple[str, ...] = ()
    #: The most people they should assess: the recorded target, or for practice tutor assessors the
    #: usual number for their hours.
    target_caseload: int | None = None

    def countersigning(self) -> tuple[dt.date, dt.date | None] | None:
        """Return the first and last day on which they are qualified and have authority to
        countersign.

        The last day is None if there is no end. The first day may lie after the last, which means
        no day at all. Return None if they have no authority.
        """
        if self.countersigns_from is None or self.achieved_on is None:
            return None
        ends = [
            day
            for day in (
                self.countersigns_until,
                self.lapsed_on and self.lapsed_on - dt.timedelta(days=1),
            )
            if day
        ]
        return max(self.countersigns_from, self.achieved_on), min(ends, default=None)

    def assuring(self) -> tuple[dt.date, dt.date | None] | None:
        """Return the first and last day on which they may quality assure, or None if they may not."""
        return None if self.assures_from is None else (self.assures_from, self.assures_until)


@dataclass(frozen=True)
class Nominee:
    """What is recorded about the person who is to take a role.

    It holds their posts in date order, their `grade` if there are no posts, and when they learn and
    when they are absent.
    """

    name: str
    grade: str = ""
    is_outside: bool = False
    posts: Collection[Stretch] = ()
    learns: Collection[Stretch] = ()
    away: Collection[Stretch] = ()
    assessing: Assessing | None = None


@dataclass(frozen=True)
class RoleRequest:
    """A role for certain days, as examined on the day `on`.

    `is_history` means that a file states it for past days. `could_end` means that the file has a
    column for the last day, so that a row without one says that the role continues. `codes` are the
    qualifications with decisions that wait to be countersigned; `own_waits` means that one of them
    is on the person's own evidence.
    """

    role: str
    days: Stretch
    on: dt.date
    is_history: bool = False
    could_end: bool = False
    codes: tuple[str, ...] = ()
    own_waits: bool = False

    @property
    def is_over(self) -> bool:
        """Return True for history that may have ended although the file had no column to say so."""
        return self.is_history and not self.could_end

    @property
    def ahead(self) -> Stretch | None:
        """The days from today on, or None if all of the days are past."""
        if self.days.last is not None and self.days.last < self.on:
            return None
        return Stretch(max(self.days.first, self.on), self.days.last)


def refusal(who: Nominee, request: RoleRequest) -> str:
    """Return why somebody may not have the role on those days, and what to do.

    The text is empty if nothing prevents it.
    """
    if request.role not in WORDS:
        return ""
    return next(
        (
            words
            for rule in (_learning, _grade, _authority, _post, _absence)
            if (words := rule(who, request))
        ),
        "",
    )


def notes(who: Nominee, request: RoleRequest) -> list[str]:
    """Return notes for the user who names somebody: what is not recorded, and what changes in that
    time.
    """
    return list(_notes(who, request)) if request.role in WORDS else []


def grades_on(who: Nominee, days: Stretch) -> list[str]:
    """Return the grades of their posts on any of the days, in date order.

    If they have no post then, return the grade on their record.
    """
    found = [post.what for post in who.posts if post.meets(days)]
    return found or ([who.grade] if who.grade and not who.posts else [])


def _learning(who: Nominee, request: RoleRequest) -> str:
    if PAST_LEARNING & set(grades_on(who, request.days)) or not any(
        one.meets(request.days) for one in who.learns
    ):
        return ""
    return f"{who.name} is a learner on the programme and cannot be {WORDS[request.role]}. Choose somebody else."


def _grade(who: Nominee, request: RoleRequest) -> str:
    held = [grade for grade in grades_on(who, request.days) if grade in NEITHER]
    if (
        not held
        or request.role not in (PTA, LINE_MANAGER)
        or (request.role == PTA and _is_assessor(who))
    ):
        return ""
    if request.role == LINE_MANAGER:
        return f"{who.name} is {NEITHER[held[0]]} and cannot be a line manager. Choose a senior probation officer."
    return (
        f"{who.name} is {NEITHER[held[0]]} and is not recorded as an assessor. "
        "Record their registration for the award first, or choose somebody else."
    )


def _is_assessor(who: Nominee) -> bool:
    """Return True if they are registered for the assessor's award or have achieved it.

    A record of their hours alone does not make them an assessor.
    """
    return bool(who.assessing and (who.assessing.registered_on or who.assessing.achieved_on))


def _authority(who: Nominee, request: RoleRequest) -> str:
    if request.role == COUNTERSIGNER:
        return _countersigning(who, request)
    if request.role != IQA:
        return ""
    assuring = who.assessing.assuring() if who.assessing else None
    if assuring is None:
        if request.is_history:  # no file states who may quality assure
            return ""
        return f"{who.name} has no authority to quality assure. Record it first, or choose somebody else."
    return _within(who, request, assuring, "quality assure")


def _countersigning(who: Nominee, request: RoleRequest) -> str:
    held = who.assessing.countersigning() if who.assessing else None
    if held is None:
        return f"{who.name} may not countersign. Record their award and authority first, or choose somebody else."
    if words := _within(who, request, held, "countersign"):
        return words
    allowed = who.assessing.countersigns if who.assessing else ()
    if not allowed:
        return f"{who.name} may not countersign any qualification. Say which on their record as assessor first."
    if request.own_waits:
        return f"A decision on {who.name}’s own evidence waits, which they may not countersign. Choose somebody else."
    if lacking := ", ".join(sorted(set(request.codes) - set(allowed))):
        return f"{who.name} may not countersign {lacking}, of which decisions wait. Choose somebody else."
    return ""


def _within(
    who: Nominee, request: RoleRequest, held: tuple[dt.date, dt.date | None], what: str
) -> str:
    """Return what is wrong if an authority does not cover the days, or an empty text.

    It must cover every day from today on; for history it must cover at least one day.
    """
    first, last = held
    stretch = Stretch(first, last) if last is None or first <= last else None
    if request.is_history and not (stretch is not None and stretch.meets(request.days)):
        return f"{who.name} may not {what} on any of these days. Check the dates, or choose somebody else."
    ahead = request.ahead
    if ahead is None or request.is_over or (stretch is not None and stretch.covers(ahead)):
        return ""
    if stretch is None or not stretch.holds(ahead.first):
        other = (
            "Give the last day it lasted"
            if request.is_history
            else "Choose somebody else, or another first day"
        )
        return f"{who.name} may not {what} on {date_gov(ahead.first)}. {other}."
    if request.is_history:
        return ""
    until = date_gov(stretch.last)
    return f"{who.name} may not {what} after {until}. Give a last day no later than that, or choose somebody else."


def _post(who: Nominee, request: RoleRequest) -> str:
    ahead = request.ahead
    if ahead is None or request.is_over or who.is_outside or not who.posts:
        return ""
    if not any(post.holds(ahead.first) for post in who.posts):
        if request.is_history:
            return f"{who.name} is not in post on {date_gov(ahead.first)}. Give the last day it lasted, or choose somebody else."
        later = [post.first for post in who.posts if post.first > ahead.first]
        if later:
            return f"{who.name} is not in post before {date_gov(min(later))}. Choose a first day from then on, or somebody else."
        return f"{who.name} is not in post on {date_gov(ahead.first)}. Choose somebody else."
    leaves = last_day(who, ahead.first)
    if leaves and ahead.last and leaves < ahead.last and not request.is_history:
        return f"{who.name} leaves on {date_gov(leaves)}. Give a last day no later than that, or choose somebody else."
    return ""


def last_day(who: Nominee, day: dt.date) -> dt.date | None:
    """Return the last day of the posts that follow each other without a gap from a day on.

    Return None if the last of them has no end.
    """
    last: dt.date | None = None
    for post in sorted(who.posts, key=lambda post: post.first):
        if post.holds(day) or (last is not None and post.first <= last + DAY):
            if post.last is None:
                return None
            last = post.last
    return last


def _absence(who: Nominee, request: RoleRequest) -> str:
    ahead = request.ahead
    if ahead is None or request.is_history:
        return ""
    days = ahead if ahead.last else Stretch(ahead.first, ahead.first)
    found = next((one for one in who.away if one.meets(days)), None)
    if found is None:
        return ""
    return f"{who.name} is away {_span(found)}. Choose other days, or somebody else."


def _notes(who: Nominee, request: RoleRequest) -> Iterator[str]:
    ahead = request.ahead
    if request.role in (PTA, LINE_MANAGER, MENTOR):
        yield from _unusual(who, request)
    if ahead is None:
        return
    leaves = None if who.is_outside else last_day(who, ahead.first)
    if leaves and (ahead.last is None or leaves < ahead.last):
        yield f"{who.name} leaves on {date_gov(leaves)}."
    elif (
        request.is_over
        and who.posts
        and not who.is_outside
        and not any(post.holds(ahead.first) for post in who.posts)
    ):
        yield f"{who.name} is no longer in post."
    yield from (f"{who.name} is away {_span(one)}." for one in who.away if one.meets(ahead))
    if request.role in (COUNTERSIGNER, IQA) and request.is_history:
        yield from _lapsing(who, request, ahead)


def _unusual(who: Nominee, request: RoleRequest) -> Iterator[str]:
    held = grades_on(who, request.days)
    if request.role == PTA:
        if who.assessing is None and not ASSESSING & set(held):
            yield f"{who.name} is not recorded as an assessor."
        elif (
            who.assessing
            and who.assessing.lapsed_on
            and who.assessing.lapsed_on <= (request.ahead or request.days).first
        ):
            yield f"The award of {who.name} has lapsed, so their decisions need a countersignature."
    elif request.role == LINE_MANAGER and held and not MANAGING & set(held):
        yield f"{who.name} is not a senior probation officer."
    elif request.role == MENTOR and (who.is_outside or any(grade in NEITHER for grade in held)):
        yield f"{who.name} is not a qualified officer. A mentor is an experienced colleague."


def _lapsing(who: Nominee, request: RoleRequest, ahead: Stretch) -> Iterator[str]:
    held = who.assessing and (
        who.assessing.countersigning()
        if request.role == COUNTERSIGNER
        else who.assessing.assuring()
    )
    if not held or not Stretch(*held).covers(ahead):
        what = "countersign" if request.role == COUNTERSIGNER else "quality assure"
        yield f"{who.name} has no authority to {what} for as long as this lasts."


def _span(days: Stretch) -> str:
    return f"from {date_gov(days.first)} {f'to {date_gov(days.last)}' if days.last else 'on'}"
