"""Retention: how many of those who qualified are still in the Service after so many months, by cohort, campaign and place."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from reports.figures.asking import Question, Row
from reports.figures.attrition import groups_of
from reports.figures.in_post import spells
from reports.figures.numbers import DAYS_IN_MONTH, tenths
from reports.figures.starters import starters
from reports.figures.survival import CENSORED, WITHDRAWN, estimate

#: The months since qualifying for which there is a row.
MONTHS = list(range(0, 49, 6))
TIMES = np.array([float(DAYS_IN_MONTH) * month for month in MONTHS])
#: In the order of the report's rows.
RETAINED_BY = ("all", "cohort", "campaign", "pathway", "region")
#: Days until somebody moved who did not.
NEVER = -1
Days = NDArray[np.int64]

#: Everybody who completed, once, by the first day: the day they qualified where that is recorded, else the day they completed.
QUALIFIED = """
SELECT DISTINCT ON (e.person_id) e.person_id, s.*, coalesce(q.day, s.ended_on) AS qualified_on
FROM starters s JOIN learners_enrolment e ON e.id = s.enrolment_id
LEFT JOIN (SELECT x.enrolment_id, min(x.effective_on) AS day FROM learners_event x
    WHERE x.kind = 'qualified' AND x.effective_on <= %(as_at)s AND {known} GROUP BY x.enrolment_id) q
    ON q.enrolment_id = s.enrolment_id
WHERE s.status = 'completed' ORDER BY e.person_id, qualified_on, s.enrolment_id
"""
#: Their posts, each with the first day they were an officer.
POSTS = """
SELECT q.person_id, w.effective_on, w.ended_on, g.code AS grade,
    min(w.effective_on) FILTER (WHERE g.code = 'PO') OVER (PARTITION BY q.person_id) AS officer_since
FROM qualified q JOIN spells w ON w.person_id = q.person_id AND w.effective_on <= %(as_at)s
JOIN workforce_grade g ON g.id = w.grade_id
"""
#: The last day of the last post held since they qualified, and the first day in another grade than an officer's: of who was an
#: officer, or in a grade that is no PSO's either.
HELD_SINCE = """
SELECT p.person_id, max(coalesce(p.ended_on, 'infinity')) AS last_day,
    min(p.effective_on) FILTER (WHERE p.effective_on > q.qualified_on AND p.grade <> 'PO'
        AND (p.grade <> 'PSO' OR p.effective_on > p.officer_since)) AS moved_on
FROM posts p JOIN qualified q ON q.person_id = p.person_id
WHERE (p.ended_on IS NULL OR p.ended_on >= q.qualified_on) GROUP BY p.person_id
"""
#: Who left is followed to the first day out of the Service; who has no post on record since, for no day.
FOLLOWED = """
SELECT CASE WHEN h.person_id IS NULL THEN 0 WHEN h.last_day < %(as_at)s THEN h.last_day + 1 - q.qualified_on
        ELSE %(as_at)s - q.qualified_on END,
    coalesce(h.last_day < %(as_at)s, false), coalesce(h.moved_on - q.qualified_on, -1), h.person_id IS NULL,
    region_order, pathway_order, start_date, {groups}
FROM qualified q LEFT JOIN held h ON h.person_id = q.person_id
"""


@dataclass(frozen=True)
class Followed:
    """People who qualified: the days each was followed, how it ended (CENSORED, or WITHDRAWN of who left the Service), the days
    until each moved to another role (NEVER), and whether no post of theirs is on record.
    """

    days: Days
    endings: Days
    moved: Days
    without_post: NDArray[np.bool_]

    def of(self, members: Days) -> Followed:
        """Return some of them."""
        return Followed(
            self.days[members],
            self.endings[members],
            self.moved[members],
            self.without_post[members],
        )


def retention(question: Question, breakdowns: Sequence[str] = RETAINED_BY) -> list[Row]:
    """Return a row for each breakdown, group and every sixth month, as long as anybody has been followed.

    Groups are those of the start, as in `cohort_outcomes`.
    """
    query = starters(question, breakdowns)
    query.define("spells", spells(question), once=False)
    query.define("qualified", QUALIFIED.format(known=question.known("x")), once=True)
    query.define("posts", POSTS).define("held", HELD_SINCE)
    groups = ", ".join(f"by_{name}" for name in breakdowns)
    found = query.tuples(FOLLOWED.format(groups=groups))
    if not found:
        return []
    days, left, moved, without, regions, pathways, starts, *columns = zip(*found, strict=True)
    everybody = Followed(
        np.array(days, dtype=np.int64),
        np.where(np.array(left), WITHDRAWN, CENSORED).astype(np.int64),
        np.array(moved, dtype=np.int64),
        np.array(without),
    )
    orders = {"region": regions, "pathway": pathways}
    return [
        {"breakdown": name, "group": group, "began": min(starts[nth] for nth in members), **row}
        for name, column in zip(breakdowns, columns, strict=True)
        for group, members in groups_of(column, orders.get(name))
        for row in curve(everybody.of(members))
    ]


def curve(people: Followed) -> Iterator[Row]:
    """Yield the rows of one group, as long as anybody has been followed.

    `later` in a row counts what happened after it; `without_post`, of all of them.
    """
    times = TIMES[: int(np.searchsorted(TIMES, people.days.max(), side="right"))]
    known = estimate(people.days, people.endings, times)
    left_on = people.days[people.endings == WITHDRAWN]
    moved_on = people.moved[people.moved != NEVER]
    for nth, (before, time) in enumerate(pairwise([-1.0, *times])):
        yield {
            "months_since_qualifying": MONTHS[nth],
            "number_at_risk": int((people.days >= time).sum()),
            "left_service": int(((left_on > before) & (left_on <= time)).sum()),
            "moved_to_other_role": int(((moved_on > before) & (moved_on <= time)).sum()),
            **{
                name: tenths(round(float(share[nth]) * 100, 9))
                for name, share in (
                    ("retained_percent", known.retained),
                    ("lower", known.lower),
                    ("upper", known.upper),
                )
            },
            "later": {
                "left_service": int((left_on > time).sum()),
                "moved_to_other_role": int((moved_on > time).sum()),
            },
            "without_post": int(people.without_post.sum()),
        }
