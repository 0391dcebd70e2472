"""Checks of the programme beside the post: a learner has one, and both say the same."""

from __future__ import annotations

from learners.data_quality.shared import asks
from workforce.data_quality import ABOUT_PERSON, Check, register

NO_POST = """
SELECT s.region_id, s.pdu_id, s.person_id, s.enrolment_id, '' AS about, w.person_id IS NULL AS fails,
    greatest(s.start_date, (SELECT max(a.ended_on) FROM workforce_spell a
        WHERE a.person_id = s.person_id AND a.ended_on < %(as_at)s AND {known_a})) AS since
FROM on_programme s LEFT JOIN posts w ON w.person_id = s.person_id
"""
#: A blank unit is the whole region, so it contradicts no unit.
DISAGREEING = """
SELECT region_id, pdu_id, person_id, enrolment_id, array_to_string(said, '. ') AS about, cardinality(said) > 0 AS fails, since
FROM (
    SELECT s.region_id, s.pdu_id, s.person_id, s.enrolment_id, greatest(s.from_on, w.effective_on) AS since, array_remove(ARRAY[
        CASE WHEN w.region_id <> s.region_id THEN 'Post in ' || r.name || ', learner in ' || q.name END,
        CASE WHEN w.region_id = s.region_id AND w.pdu_id <> s.pdu_id THEN 'Post in ' || d.name || ', learner in ' || c.name END,
        CASE WHEN w.fte <> s.fte THEN 'Post of ' || w.fte || ', learner ' || s.fte || ' of full time' END,
        CASE WHEN g.code <> 'PSO' THEN 'Post as ' || g.name END], NULL) AS said
    FROM on_programme s JOIN posts w ON w.person_id = s.person_id
    JOIN workforce_grade g ON g.id = w.grade_id
    JOIN workforce_region r ON r.id = w.region_id JOIN workforce_region q ON q.id = s.region_id
    LEFT JOIN workforce_pdu d ON d.id = w.pdu_id LEFT JOIN workforce_pdu c ON c.id = s.pdu_id
) x
"""
#: Posts and places on the programme on the day: two of a kind, or in a unit that belongs to another region.
TWO_PLACES = """
SELECT x.region_id, NULL::bigint AS pdu_id, x.person_id, NULL::bigint AS enrolment_id,
    CASE WHEN x.elsewhere THEN x.kind || ' in a unit of another region' WHEN x.places > 1 THEN x.kind || ' twice' ELSE '' END
        AS about,
    x.places > 1 OR x.elsewhere AS fails, x.since
FROM (
    SELECT p.kind, p.person_id, min(p.region_id) AS region_id, count(*) AS places, max(p.since) AS since,
        coalesce(bool_or(d.region_id <> p.region_id), false) AS elsewhere
    FROM (
        SELECT 'In post' AS kind, w.person_id, w.region_id, w.pdu_id, w.effective_on AS since FROM posts w
        UNION ALL SELECT 'On the programme', s.person_id, s.region_id, s.pdu_id, s.from_on FROM on_programme s
    ) p LEFT JOIN workforce_pdu d ON d.id = p.pdu_id
    GROUP BY p.kind, p.person_id
) x
"""

register(
    Check(
        "learner_no_post", "Learners with no post",
        means="They are on the programme, active or on a break, and hold no post on the day.",
        to_do="Record their post as a probation services officer from the day it began, or record how the programme ended.",
        counts="Learners active or on a break", mends=("workforce.manage_people", "learners.record_event"),
        rows=asks(NO_POST, "a"), reads=("on_programme", "posts"),
    ),
    Check(
        "post_disagrees", "Posts of learners that disagree with the programme",
        means="The region, unit, hours or grade of their post is another than the programme says. What HR recorded of the post "
        "stands until it is put right.",
        to_do="Find out which is right. Record the move or the change of hours of the learner, or correct the post.",
        counts="Learners active or on a break who hold a post", mends=("workforce.manage_people", "learners.record_event"),
        rows=asks(DISAGREEING), reads=("on_programme", "posts"),
    ),
    Check(
        "two_places", "People in two places",
        means="They hold two posts or two places on the programme on the day, or their unit belongs to another region.",
        to_do="End or undo the one that is wrong, or correct the unit.",
        counts="Posts held, and places on the programme, on the day", mends=("workforce.manage_people", "learners.record_event"),
        about=ABOUT_PERSON, rows=asks(TWO_PLACES), reads=("on_programme", "posts"), page="workforce:person",
    ),
)
