"""Checks of posts against the programme: a learner has a post, and both say the same
(`learners/facts/posts.py`).
"""

from __future__ import annotations

import datetime as dt

from learners.facts.posts import KINDS, NO_POST, differences
from learners.plugins.data_quality.shared import asks
from workforce.data_quality import ABOUT_PERSON, Check, register, relation
from workforce.data_quality.checks import Sql

DIFFERENCES = """
SELECT * FROM unnest(%(differ_place)s::bigint[], %(differ_person)s::bigint[], %(differ_kind)s::text[], %(differ_words)s::text[],
    %(differ_region)s::bigint[], %(differ_post_region)s::bigint[], %(differ_since)s::date[])
    AS d (enrolment_id, person_id, kind, words, region_id, post_region_id, since)
"""
WITHOUT = """
SELECT s.region_id, s.pdu_id, s.person_id, s.enrolment_id, '' AS about, d.enrolment_id IS NOT NULL AS fails,
    greatest(s.start_date, (SELECT max(a.ended_on) FROM workforce_spell a
        WHERE a.person_id = s.person_id AND a.ended_on < %(as_at)s AND {known_a})) AS since
FROM on_programme s LEFT JOIN post_differences d ON d.enrolment_id = s.enrolment_id AND d.kind = 'no_post'
"""
#: For somebody with several places on the programme the latest counts, as in the fact.
DISAGREEING = """
SELECT p.region_id, p.pdu_id, p.person_id, p.enrolment_id, coalesce(d.words, '') AS about, d.words IS NOT NULL AS fails, d.since
FROM (
    SELECT DISTINCT ON (e.person_id) s.region_id, s.pdu_id, e.person_id, s.enrolment_id FROM standing s
    JOIN learners_enrolment e ON e.id = s.enrolment_id
    WHERE s.status <> 'due_to_start' ORDER BY e.person_id, s.start_date DESC, s.enrolment_id DESC
) p LEFT JOIN (
    SELECT enrolment_id, string_agg(words, '. ' ORDER BY words) AS words, min(since) AS since FROM post_differences
    WHERE kind <> 'no_post' GROUP BY enrolment_id
) d ON d.enrolment_id = p.enrolment_id
"""
#: The same for the other region: posts held in one region by learners of another.
ELSEWHERE = """
SELECT w.region_id, w.pdu_id, w.person_id, NULL::bigint AS enrolment_id, coalesce('Learner in ' || r.name, '') AS about,
    d.region_id IS NOT NULL AS fails, greatest(d.since, w.effective_on) AS since
FROM on_programme s JOIN posts w ON w.person_id = s.person_id
LEFT JOIN post_differences d ON d.enrolment_id = s.enrolment_id AND d.kind = 'region'
LEFT JOIN workforce_region r ON r.id = d.region_id
"""
#: Posts and places on the programme on the day: two of a kind, or in a unit of another region.
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
MENDS = ("workforce.manage_people", "learners.record_event")


def post_differences(as_at: dt.date, known_at: dt.datetime | None) -> Sql:
    """Return the differences between learners' posts and the programme."""
    found = differences(as_at, known_at)
    return DIFFERENCES, {
        "differ_place": [one.enrolment_id for one in found],
        "differ_person": [one.person_id for one in found],
        "differ_kind": [one.kind for one in found],
        "differ_words": [KINDS[one.kind][0] for one in found],
        "differ_region": [one.region_id for one in found],
        "differ_post_region": [one.post_region_id for one in found],
        "differ_since": [one.since for one in found],
    }


relation("post_differences", post_differences)

register(
    Check(
        "learner_no_post",
        "Learners with no post",
        means="They are on the programme, active or on a break, and hold no post on the day.",
        to_do=f"{KINDS[NO_POST][1]}.",
        counts="Learners active or on a break",
        mends=MENDS,
        as_staff=True,
        rows=asks(WITHOUT, "a"),
        reads=("on_programme", "post_differences"),
    ),
    Check(
        "post_disagrees",
        "Posts of learners that disagree with the programme",
        means="The post on record is another than follows from the programme. What HR recorded stands until it is put right.",
        to_do="Find out which of the two is right, and correct the other: the post, or what is recorded of the programme.",
        counts="Everybody who has had a place on the programme",
        mends=MENDS,
        as_staff=True,
        rows=asks(DISAGREEING),
        reads=("standing", "post_differences"),
        page="learners:programme",
    ),
    Check(
        "learner_elsewhere",
        "Posts held by learners of another region",
        means="The post is in the region, and by the programme the learner belongs to another. That region is told of it too.",
        to_do="Agree with the other region where they work. Correct the post, or ask for the move to be recorded.",
        counts="Posts held by learners active or on a break",
        mends=("workforce.manage_people",),
        about=ABOUT_PERSON,
        rows=asks(ELSEWHERE),
        reads=("on_programme", "posts", "post_differences"),
    ),
    Check(
        "two_places",
        "People in two places",
        means="They hold two posts or two places on the programme on the day, or their unit belongs to another region.",
        to_do="End or undo the one that is wrong, or correct the unit.",
        counts="Posts held, and places on the programme, on the day",
        mends=MENDS,
        about=ABOUT_PERSON,
        rows=asks(TWO_PLACES),
        reads=("on_programme", "posts"),
    ),
)
