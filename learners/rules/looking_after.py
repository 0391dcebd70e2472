"""What each role in looking after somebody asks of whoever takes or keeps it, on the days it lasts.

- A practice tutor assessor: an assessor's grade, or registered for the award at least, which is enough: decisions of one in
  training are countersigned (rule C3 51).
- A countersigner: qualified, with authority to countersign on every day ahead (rule C3 52).
- An internal quality assurer: authority to quality assure on every day ahead (rule C3 58).
- A line manager: neither a probation services officer nor a case administrator; usually a senior probation officer (S3).
- A mentor: a colleague of experience (rules C2 46, C3 56).

Nobody takes any of these while they are a learner, out of post or away. What is surely wrong is refused; what is merely not
known, or usually otherwise, is said. A file may state what began before today (history): of the days gone by it is asked only
that an authority was there on some of them. Where the file could have said the last day and it lasts on, whoever has the role
must be in post, and have the authority, today; an end of either that lies ahead is said, as is an absence.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from pqip.govuk.formats import date_gov

DAY = dt.timedelta(days=1)
PTA, COUNTERSIGNER, IQA, LINE_MANAGER, MENTOR = "pta", "countersigner", "iqa", "line_manager", "mentor"
WORDS = {
    PTA: "a practice tutor assessor", COUNTERSIGNER: "a countersigner", IQA: "an internal quality assurer",
    LINE_MANAGER: "a line manager", MENTOR: "a mentor",
}
#: Grades that assess, that manage, and that do neither; of every other grade it is not known.
ASSESSING = frozenset({"PTA", "SPTA", "VQ3A"})
MANAGING = frozenset({"SPO", "OTHER"})
NEITHER = {"PSO": "a probation services officer", "CA": "a case administrator"}
#: Grades a learner does not hold: with one of them, a place on the programme is one that was never ended.
PAST_LEARNING = frozenset({"PO", "SPO", "PTA", "SPTA", "VQ3A", "QDO"})


@dataclass(frozen=True)
class Stretch:
    """Days from the first to the last; without a last one, to the end of time. `what` is the grade of a post."""

    first: dt.date
    last: dt.date | None = None
    what: str = ""

    def holds(self, day: dt.date) -> bool:
        return self.first <= day and (self.last is None or day <= self.last)

    def meets(self, other: Stretch) -> bool:
        """Whether they share a day."""
        return (self.last is None or other.first <= self.last) and (other.last is None or self.first <= other.last)

    def covers(self, other: Stretch) -> bool:
        """Whether every day of the other is one of these."""
        return self.first <= other.first and (self.last is None or (other.last is not None and other.last <= self.last))


@dataclass(frozen=True)
class Assessing:
    """What is on record of somebody as assessor: their award, and what they may countersign and quality assure, and when."""

    registered_on: dt.date | None = None
    achieved_on: dt.date | None = None
    lapsed_on: dt.date | None = None
    countersigns_from: dt.date | None = None
    countersigns_until: dt.date | None = None
    countersigns: tuple[str, ...] = ()
    assures_from: dt.date | None = None
    assures_until: dt.date | None = None
    assures: tuple[str, ...] = ()
    #: People they are to assess at most: recorded, or of practice tutor assessors the usual number by their hours.
    target_caseload: int | None = None

    def countersigning(self) -> tuple[dt.date, dt.date | None] | None:
        """The first and last day on which they may countersign, qualified and with authority; there may be none in between."""
        if self.countersigns_from is None or self.achieved_on is None:
            return None
        ends = [day for day in (self.countersigns_until, self.lapsed_on and self.lapsed_on - dt.timedelta(days=1)) if day]
        return max(self.countersigns_from, self.achieved_on), min(ends, default=None)

    def assuring(self) -> tuple[dt.date, dt.date | None] | None:
        """The first and last day on which they may quality assure."""
        return None if self.assures_from is None else (self.assures_from, self.assures_until)


@dataclass(frozen=True)
class Somebody:
    """What is on record of who takes a role: posts in order, `grade` where there are none, when they learn and are away."""

    name: str
    grade: str = ""
    is_outside: bool = False
    posts: Collection[Stretch] = ()
    learns: Collection[Stretch] = ()
    away: Collection[Stretch] = ()
    assessing: Assessing | None = None


@dataclass(frozen=True)
class Asked:
    """A role for certain days, as looked at on `on`; `is_history`: a file states it of days gone by.

    `could_end`: that file has a place for the last day, so that one without it says that it lasts.
    `codes` are qualifications of which decisions wait to be countersigned; `own_waits`: one of them is on their own evidence.
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
        """History that may have ended without anybody having a place to say so."""
        return self.is_history and not self.could_end

    @property
    def ahead(self) -> Stretch | None:
        """The days from today on; none where all of them have gone by."""
        if self.days.last is not None and self.days.last < self.on:
            return None
        return Stretch(max(self.days.first, self.on), self.days.last)


def refusal(who: Somebody, asked: Asked) -> str:
    """Why they may not have the role on those days, and what to do; empty where nothing stands against it."""
    if asked.role not in WORDS:
        return ""
    return next((words for rule in (_learning, _grade, _authority, _post, _absence) if (words := rule(who, asked))), "")


def notes(who: Somebody, asked: Asked) -> list[str]:
    """What whoever names them should know: what is not on record, and what changes while it lasts."""
    return list(_notes(who, asked)) if asked.role in WORDS else []


def grades_on(who: Somebody, days: Stretch) -> list[str]:
    """Grades of their posts on any of the days, in order; the one on record where no post is."""
    found = [post.what for post in who.posts if post.meets(days)]
    return found or ([who.grade] if who.grade and not who.posts else [])


def _learning(who: Somebody, asked: Asked) -> str:
    if PAST_LEARNING & set(grades_on(who, asked.days)) or not any(one.meets(asked.days) for one in who.learns):
        return ""
    return f"{who.name} is a learner on the programme and cannot be {WORDS[asked.role]}. Choose somebody else."


def _grade(who: Somebody, asked: Asked) -> str:
    held = [grade for grade in grades_on(who, asked.days) if grade in NEITHER]
    if not held or asked.role not in (PTA, LINE_MANAGER) or (asked.role == PTA and _is_assessor(who)):
        return ""
    if asked.role == LINE_MANAGER:
        return f"{who.name} is {NEITHER[held[0]]} and cannot be a line manager. Choose a senior probation officer."
    return (
        f"{who.name} is {NEITHER[held[0]]} and is not recorded as an assessor. "
        "Record their registration for the award first, or choose somebody else."
    )


def _is_assessor(who: Somebody) -> bool:
    """Whether they are registered for the award, or have achieved it; a record of hours alone says neither."""
    return bool(who.assessing and (who.assessing.registered_on or who.assessing.achieved_on))


def _authority(who: Somebody, asked: Asked) -> str:
    if asked.role == COUNTERSIGNER:
        return _countersigning(who, asked)
    if asked.role != IQA:
        return ""
    if who.assessing is None or who.assessing.assures_from is None:
        if asked.is_history:  # no file states who may quality assure
            return ""
        return f"{who.name} has no authority to quality assure. Record it first, or choose somebody else."
    return _within(who, asked, who.assessing.assuring(), "quality assure")


def _countersigning(who: Somebody, asked: Asked) -> str:
    held = who.assessing.countersigning() if who.assessing else None
    if held is None:
        return f"{who.name} may not countersign. Record their award and authority first, or choose somebody else."
    if words := _within(who, asked, held, "countersign"):
        return words
    allowed = who.assessing.countersigns if who.assessing else ()
    if not allowed:
        return f"{who.name} may not countersign any qualification. Say which on their record as assessor first."
    if asked.own_waits:
        return f"A decision on {who.name}’s own evidence waits, which they may not countersign. Choose somebody else."
    if lacking := ", ".join(sorted(set(asked.codes) - set(allowed))):
        return f"{who.name} may not countersign {lacking}, of which decisions wait. Choose somebody else."
    return ""


def _within(who: Somebody, asked: Asked, held: tuple[dt.date, dt.date | None], what: str) -> str:
    """Whether an authority covers the days: every one from today on, or of history some."""
    first, last = held
    stretch = Stretch(first, last) if last is None or first <= last else None
    if asked.is_history and not (stretch is not None and stretch.meets(asked.days)):
        return f"{who.name} may not {what} on any of these days. Check the dates, or choose somebody else."
    ahead = asked.ahead
    if ahead is None or asked.is_over or (stretch is not None and stretch.covers(ahead)):
        return ""
    if stretch is None or not stretch.holds(ahead.first):
        other = "Give the last day it lasted" if asked.is_history else "Choose somebody else, or another first day"
        return f"{who.name} may not {what} on {date_gov(ahead.first)}. {other}."
    if asked.is_history:
        return ""
    until = date_gov(stretch.last)
    return f"{who.name} may not {what} after {until}. Give a last day no later than that, or choose somebody else."


def _post(who: Somebody, asked: Asked) -> str:
    ahead = asked.ahead
    if ahead is None or asked.is_over or who.is_outside or not who.posts:
        return ""
    if not any(post.holds(ahead.first) for post in who.posts):
        if asked.is_history:
            return f"{who.name} is not in post on {date_gov(ahead.first)}. Give the last day it lasted, or choose somebody else."
        later = [post.first for post in who.posts if post.first > ahead.first]
        if later:
            return f"{who.name} is not in post before {date_gov(min(later))}. Choose a first day from then on, or somebody else."
        return f"{who.name} is not in post on {date_gov(ahead.first)}. Choose somebody else."
    leaves = last_day(who, ahead.first)
    if leaves and ahead.last and leaves < ahead.last and not asked.is_history:
        return f"{who.name} leaves on {date_gov(leaves)}. Give a last day no later than that, or choose somebody else."
    return ""


def last_day(who: Somebody, day: dt.date) -> dt.date | None:
    """The last day of the posts that follow one another from a day on; none while the last of them lasts."""
    last: dt.date | None = None
    for post in sorted(who.posts, key=lambda post: post.first):
        if post.holds(day) or (last is not None and post.first <= last + DAY):
            if post.last is None:
                return None
            last = post.last
    return last


def _absence(who: Somebody, asked: Asked) -> str:
    ahead = asked.ahead
    if ahead is None or asked.is_history:
        return ""
    days = ahead if ahead.last else Stretch(ahead.first, ahead.first)
    found = next((one for one in who.away if one.meets(days)), None)
    if found is None:
        return ""
    return f"{who.name} is away {_span(found)}. Choose other days, or somebody else."


def _notes(who: Somebody, asked: Asked) -> Iterator[str]:
    ahead = asked.ahead
    if asked.role in (PTA, LINE_MANAGER, MENTOR):
        yield from _unusual(who, asked)
    if ahead is None:
        return
    leaves = None if who.is_outside else last_day(who, ahead.first)
    if leaves and (ahead.last is None or leaves < ahead.last):
        yield f"{who.name} leaves on {date_gov(leaves)}."
    elif asked.is_over and who.posts and not who.is_outside and not any(post.holds(ahead.first) for post in who.posts):
        yield f"{who.name} is no longer in post."
    yield from (f"{who.name} is away {_span(one)}." for one in who.away if one.meets(ahead))
    if asked.role in (COUNTERSIGNER, IQA) and asked.is_history:
        yield from _lapsing(who, asked, ahead)


def _unusual(who: Somebody, asked: Asked) -> Iterator[str]:
    held = grades_on(who, asked.days)
    if asked.role == PTA:
        if who.assessing is None and not ASSESSING & set(held):
            yield f"{who.name} is not recorded as an assessor."
        elif who.assessing and who.assessing.lapsed_on and who.assessing.lapsed_on <= (asked.ahead or asked.days).first:
            yield f"The award of {who.name} has lapsed, so their decisions need a countersignature."
    elif asked.role == LINE_MANAGER and held and not MANAGING & set(held):
        yield f"{who.name} is not a senior probation officer."
    elif asked.role == MENTOR and (who.is_outside or any(grade in NEITHER for grade in held)):
        yield f"{who.name} is not a qualified officer. A mentor is an experienced colleague."


def _lapsing(who: Somebody, asked: Asked, ahead: Stretch) -> Iterator[str]:
    held = who.assessing and (
        who.assessing.countersigning() if asked.role == COUNTERSIGNER else who.assessing.assuring()
    )
    if not held or not Stretch(*held).covers(ahead):
        what = "countersign" if asked.role == COUNTERSIGNER else "quality assure"
        yield f"{who.name} has no authority to {what} for as long as this lasts."


def _span(days: Stretch) -> str:
    return f"from {date_gov(days.first)} {f'to {date_gov(days.last)}' if days.last else 'on'}"
