"""What changed in words: one sentence for each change, with what made it so."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from django.urls import reverse

from pqip.core.formats import lower_first, number
from reports.figures.changes import RETURNED, SOURCES_DIFFER, WITHIN, Days
from reports.figures.names import Names
from reports.rules.changes import (
    BEHIND,
    IN_POST,
    NEEDS_ACTION,
    ON_BREAK,
    ON_PROGRAMME,
    OTHER,
    TARGET,
    Change,
    Part,
)

#: One of a grade, and several.
PEOPLE = {
    "PO": ("probation officer", "probation officers"),
    "PSO": ("PSO", "PSOs"),
    "SPO": ("senior probation officer", "senior probation officers"),
    "PTA": ("practice tutor assessor", "practice tutor assessors"),
    "SPTA": ("senior practice tutor assessor", "senior practice tutor assessors"),
}
LEARNERS = {
    ON_PROGRAMME: ("learner on the programme", "learners on the programme"),
    ON_BREAK: ("learner on a break", "learners on a break"),
    NEEDS_ACTION: ("learner who needs action", "learners who need action"),
    BEHIND: ("learner who is behind", "learners who are behind"),
}
#: Why a number of posts changed: of one person, of several.
WHY_IN_POST = {
    "joined": "joined",
    "left": "left the Service",
    "qualified": "qualified",
    "became_officer": "became probation officers",
    "from_grade": "came from another grade",
    "to_grade": "went to another grade",
    "moved_in": "moved in",
    "moved_out": "moved away",
    "moved_in_from_grade": "moved in from another grade",
    "moved_out_to_grade": "moved away to another grade",
    "became_officer_elsewhere": "became probation officers elsewhere",
    WITHIN: "moved between regions",
    "hours": "changed hours",
}
WHY = {
    ON_PROGRAMME: {
        "started": "started",
        "completed": "completed",
        "withdrew": "withdrew",
        "moved_in": "moved in",
        "moved_out": "moved away",
    },
    ON_BREAK: {
        "began": "went on a break",
        "ended": "came back",
        "left_programme": "left the programme here",
    },
    NEEDS_ACTION: {
        "came_to": "came to need it",
        "no_longer": "no longer need it",
        "new": "joined the programme here",
        "left_programme": "left the programme here",
    },
    BEHIND: {
        "came_to": "fell behind",
        "no_longer": "are behind no longer",
        "new": "joined the programme here",
        "left_programme": "left the programme here",
    },
}
#: What rests on totals that were returned, where that is all there is to say, and beside other parts.
WHY_RETURNED = {
    RETURNED: ("so the totals returned say", "by the totals returned"),
    SOURCES_DIFFER: (
        "one day is counted from records, the other is a total returned",
        "where one day is counted from records and the other is a total returned",
    ),
}
#: What is said otherwise of one.
OF_ONE = {
    "became probation officers": "became a probation officer",
    "became probation officers elsewhere": "became a probation officer elsewhere",
    "no longer need it": "no longer needs it",
    "are behind no longer": "is behind no longer",
}


@dataclass(frozen=True)
class Told:
    """A change in words, and the page where more of it is found (empty: none for this reader)."""

    words: str
    link: str = ""
    url: str = ""


def told(
    changes: Sequence[Change], days: Days, names: Names, where: dict[str, str], opens_people: bool
) -> list[Told]:
    """Each change as a sentence. `where`: region or unit as an address has it."""
    return [Told(sentence(one, names), *_link(one, days, where, opens_people)) for one in changes]


def sentence(change: Change, names: Names) -> str:
    """*18.4 fewer probation officers (FTE), 1,185.6 now: 21 left the Service (−19.9), 4 qualified (+1.5).*"""
    in_all = number(change.after)
    said = f"{headline(change)}, {f'now {in_all}' if change.what == TARGET else f'{in_all} in all'}"
    if change.what == ON_PROGRAMME and change.after:
        said = f"{said} with those on a break"
    why = _why(change, names)
    return f"{said}: {why}." if why else f"{said}."


def headline(change: Change) -> str:
    """*18.4 fewer probation officers (FTE)*."""
    size = abs(change.by)
    which = "more" if change.by > 0 else "fewer"
    if change.what == TARGET:
        which = "higher" if change.by > 0 else "lower"
        return f"The target of {PEOPLE[change.of][1]} is {number(size)} {which} (FTE)"
    if change.what == IN_POST:
        one, many = PEOPLE[change.of]
        return f"{number(size)} {which} {one if size == 1 else many} (FTE)"
    one, many = LEARNERS[change.what]
    return f"{number(size)} {which} {one if size == 1 else many}"


def _why(change: Change, names: Names) -> str:
    parts = [_part(change, one) for one in change.parts]
    if change.reason:
        reason = lower_first(names.of("reason", change.reason))
        parts.append(f"the reason recorded most often was “{reason}” ({change.for_it})")
    return ", ".join(one for one in parts if one)


def _part(change: Change, part: Part) -> str:
    by = f"{'+' if part.by > 0 else ''}{number(part.by)}"
    if part.why in WHY_RETURNED:
        alone, beside = WHY_RETURNED[part.why]
        return alone if len(change.parts) == 1 else f"{beside} ({by})"
    if part.why == OTHER:
        return f"other corrections ({by})"
    if change.what == IN_POST:
        return f"{_people(part.people, WHY_IN_POST[part.why])} ({by})"
    return _people(part.people, WHY[change.what][part.why])


def _people(people: int, words: str) -> str:
    return f"{number(people)} {OF_ONE.get(words, words) if people == 1 else words}"


def _link(change: Change, days: Days, where: dict[str, str], opens_people: bool) -> tuple[str, str]:
    asked = {"as_at": days.until.isoformat(), **where}
    if change.what in (IN_POST, TARGET):
        report = reverse("reports:report", args=["workforce-position"])
        return "Positions at the end of the month", f"{report}?{urlencode(asked)}"
    column = {
        ON_PROGRAMME: "active",
        ON_BREAK: "deferred",
        NEEDS_ACTION: "at_risk",
        BEHIND: "behind",
    }
    if opens_people:
        people = reverse("reports:people", args=["monthly-status"])
        link = {
            ON_PROGRAMME: "Those of them not on a break at the end of the month",
            ON_BREAK: "Learners on a break at the end of the month",
            NEEDS_ACTION: "Learners who needed action at the end of the month",
            BEHIND: "Learners behind at the end of the month",
        }[change.what]
        return link, f"{people}?{urlencode({**asked, 'column': column[change.what]})}"
    report = reverse("reports:report", args=["monthly-status"])
    return "Status at the end of the month", f"{report}?{urlencode(asked)}"
