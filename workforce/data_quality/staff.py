"""Checks of staff: posts, absences, and records that may be of one person."""

from __future__ import annotations

import datetime as dt

from pqip.core.known import known_sql
from workforce.data_quality.checks import ABOUT_PERSON, Check, Sql, register, relation
from workforce.facts import people as facts
from workforce.facts import register as register_facts
from workforce.rules.register import ACTIVE

#: Everybody recorded by then whose record was not merged into another.
KNOWN_PEOPLE = """
SELECT p.* FROM ({people}) p
WHERE NOT EXISTS (SELECT FROM workforce_personmerge g WHERE g.goes_id = p.person_id AND {known}) {recorded}
"""
RECORDED = "AND EXISTS (SELECT FROM workforce_personrecord f WHERE f.person_id = p.person_id AND f.recorded_at <= %(known_at)s)"
#: The day somebody was first recorded, which is asked only for the few people with an error.
SINCE = """(SELECT (min(f.recorded_at) AT TIME ZONE 'Europe/London')::date
    FROM workforce_personrecord f WHERE f.person_id = p.person_id)"""
#: Posts held on the day.
POSTS = """
SELECT w.person_id, w.region_id, w.pdu_id, w.grade_id, w.fte, w.effective_on FROM workforce_spell w
WHERE w.effective_on <= %(as_at)s AND (w.ended_on IS NULL OR w.ended_on >= %(as_at)s) AND {known}
"""
#: People in post on the day, and people without any post at any time. The latter are placed where
#: the last undone post was. People from outside the Service need no post, nor does anybody who was
#: to start on the programme and did not: their post was rightly undone.
NO_POST = """
SELECT w.region_id, w.pdu_id, w.person_id, NULL::bigint AS enrolment_id, '' AS about, false AS fails, NULL::date AS since
FROM posts w
UNION ALL
SELECT u.region_id, u.pdu_id, p.person_id, NULL, '', true, {since} FROM known_people p
LEFT JOIN LATERAL (
    SELECT a.region_id, a.pdu_id FROM workforce_spell a WHERE a.person_id = p.person_id {recorded} ORDER BY a.id DESC LIMIT 1
) u ON TRUE
WHERE NOT EXISTS (SELECT FROM workforce_spell b WHERE b.person_id = p.person_id AND {known}) AND p.organisation = ''
    AND NOT EXISTS (SELECT FROM workforce_spell f WHERE f.person_id = p.person_id AND f.follows_programme)
"""
ABSENT = """
SELECT w.region_id, w.pdu_id, b.person_id, NULL::bigint AS enrolment_id, '' AS about,
    coalesce(b.expected_end_date < %(as_at)s, false) AS fails, b.expected_end_date AS since
FROM workforce_absence b JOIN posts w ON w.person_id = b.person_id
WHERE b.effective_on <= %(as_at)s AND (b.ended_on IS NULL OR b.ended_on >= %(as_at)s) AND {known}
"""
#: What tells people apart, as for files (`imports/alike.py`, `rules/numbers.py`).
ALIKE = """
SELECT w.region_id, w.pdu_id, p.person_id, NULL::bigint AS enrolment_id, coalesce(a.about, '') AS about,
    a.person_id IS NOT NULL AS fails, a.since
FROM known_people p LEFT JOIN ({listed}) w ON w.person_id = p.person_id LEFT JOIN (
    SELECT p.person_id, 'Same ' || string_agg(DISTINCT p.mark, ', ') AS about, max(p.since) AS since FROM (
        SELECT p.person_id, p.mark, max({since}) OVER (PARTITION BY p.mark, p.value) AS since
        FROM marks p JOIN (SELECT mark, value FROM marks GROUP BY mark, value HAVING count(*) > 1) s USING (mark, value)
    ) p GROUP BY p.person_id
) a ON a.person_id = p.person_id
"""
MARKS = r"""
SELECT p.person_id, 'e-mail address' AS mark, lower(p.email) AS value FROM known_people p WHERE p.email <> ''
UNION ALL
SELECT p.person_id, 'name and date of birth',
    replace(replace(core_folded(p.first_name || ' ' || p.last_name), ' ', ''), '-', '') || ' ' || p.date_of_birth
FROM known_people p WHERE p.date_of_birth IS NOT NULL
UNION ALL
SELECT p.person_id, 'staff number but for zeros in front',
    regexp_replace(upper(p.staff_number), '^(APP:)?0+', '\1')
FROM known_people p
"""


#: Posts of people of the Service that need the qualification as a probation officer
#: (`workforce/facts/register.py`).
UNREGISTERED = """
SELECT w.region_id, w.pdu_id, w.person_id, NULL::bigint AS enrolment_id, g.name AS about,
    w.id = ANY(%(unregistered)s::bigint[]) AS fails, greatest(w.effective_on, (
        SELECT min(q.effective_on) FROM workforce_essentialqualification q
        WHERE q.grade_id = w.grade_id AND q.is_essential AND {known})) AS since
FROM workforce_spell w JOIN workforce_grade g ON g.id = w.grade_id WHERE w.id = ANY(%(registrable)s::bigint[])
"""


def known_people(as_at: dt.date, known_at: dt.datetime | None) -> Sql:
    people, parameters = facts.people(known_at)
    recorded = RECORDED if known_at else ""
    return KNOWN_PEOPLE.format(
        people=people, recorded=recorded, known=known_sql("g", known_at)
    ), parameters


def no_post(as_at: dt.date, known_at: dt.datetime | None) -> Sql:
    recorded = "AND a.recorded_at <= %(known_at)s" if known_at else ""
    return NO_POST.format(recorded=recorded, known=known_sql("b", known_at), since=SINCE), {}


def alike(as_at: dt.date, known_at: dt.datetime | None) -> Sql:
    return ALIKE.format(listed=facts.listed(known_at), since=SINCE), {}


def absent(as_at: dt.date, known_at: dt.datetime | None) -> Sql:
    return ABSENT.format(known=known_sql("b", known_at)), {}


def unregistered(as_at: dt.date, known_at: dt.datetime | None) -> Sql:
    """Return posts that need the qualification, and which of them have a holder without an active
    entry.

    It gives the same as `register_facts.unregistered`, and asks for each of the two only once.
    """
    needing = register_facts.needing(as_at, known_at).filter(person__organisation="")
    posts = dict(needing.values_list("pk", "person_id"))
    active = (
        register_facts.entries(as_at, known_at)
        .filter(status=ACTIVE)
        .values_list("person_id", flat=True)
    )
    registered = set(active)
    missing = [key for key, person in posts.items() if person not in registered]
    return UNREGISTERED.format(known=known_sql("q", known_at)), {
        "registrable": list(posts),
        "unregistered": missing,
    }


relation("known_people", known_people)
relation("posts", lambda as_at, known_at: (POSTS.format(known=known_sql("w", known_at)), {}))
relation("marks", lambda as_at, known_at: (MARKS, {}), reads=("known_people",))

register(
    Check(
        "no_post",
        "People with no grade, place or hours",
        means="They are on record, and no post of theirs is: no grade, no place and no hours.",
        to_do="Record their post from the day it began. Nobody counts as in post without one.",
        counts="People in post, and those on record without any post",
        mends=("workforce.manage_people",),
        about=ABOUT_PERSON,
        rows=no_post,
        reads=("known_people", "posts"),
    ),
    Check(
        "alike",
        "Staff numbers that look like one person’s",
        means="Two records share an e-mail address, a name and date of birth, or a staff number but for zeros in front.",
        to_do="Look at both records. Merge them where they are one person; where they are two, correct what is wrong of one.",
        counts="Everybody on record",
        mends=("workforce.merge_people",),
        about=ABOUT_PERSON,
        rows=alike,
        reads=("known_people", "marks"),
    ),
    Check(
        "absent_past_end",
        "Staff absent past the expected end",
        means="Their absence was expected to end before the day, and nobody has recorded that it has.",
        to_do="Record the last day of the absence, or correct the day it is expected to end.",
        counts="Absences that last on the day, of people in post",
        mends=("workforce.manage_people",),
        about=ABOUT_PERSON,
        rows=absent,
        reads=("posts",),
    ),
    Check(
        "register_missing",
        "Not on the professional register",
        means="Their post needs the qualification as a probation officer, and they have no active entry in the register.",
        to_do="Record their entry, or the change of its status; or correct the post.",
        counts="Posts that need the qualification, held by people of the Service",
        mends=("workforce.manage_people",),
        about=ABOUT_PERSON,
        rows=unregistered,
    ),
)
