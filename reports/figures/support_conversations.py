"""Support conversations: how many learners call for one, how often one was offered, and what came of it, by region."""

from __future__ import annotations

from learners.facts import conversations, status
from reports.figures.asking import Query, Question, Row

#: Learners by where they are on the day; a conversation by where the learner was on the day it was offered, and something
#: agreed by where they were on the day it was agreed.
COUNTED = """
SELECT g.code AS region, sum(c.called_for)::integer AS called_for, sum(c.not_offered)::integer AS not_offered,
    sum(c.offered)::integer AS offered, sum(c.held)::integer AS held, sum(c.declined)::integer AS declined,
    sum(c.agreed)::integer AS actions_agreed, sum(c.done)::integer AS actions_done, sum(c.overdue)::integer AS actions_overdue
FROM (
    SELECT s.region_id, s.pdu_id, 1, (count(*) FILTER (WHERE NOT k.is_answered) > 0)::integer, 0, 0, 0, 0, 0, 0
    FROM called k JOIN standing s ON s.enrolment_id = k.enrolment_id GROUP BY k.enrolment_id, s.region_id, s.pdu_id
    UNION ALL
    SELECT p.region_id, p.pdu_id, 0, 0, 1, (o.held_on IS NOT NULL)::integer, (o.declined_on IS NOT NULL)::integer, 0, 0, 0
    FROM offered o JOIN stretches p ON p.enrolment_id = o.enrolment_id AND p.from_on <= o.offered_on
        AND (p.to_on IS NULL OR p.to_on > o.offered_on)
    WHERE o.offered_on > (%(as_at)s - interval '12 months')::date
    UNION ALL
    SELECT p.region_id, p.pdu_id, 0, 0, 0, 0, 0, 1, (a.done_on IS NOT NULL)::integer,
        (a.done_on IS NULL AND a.do_by < %(as_at)s)::integer
    FROM agreed a JOIN stretches p ON p.enrolment_id = a.enrolment_id AND p.from_on <= a.agreed_on
        AND (p.to_on IS NULL OR p.to_on > a.agreed_on)
    WHERE a.agreed_on > (%(as_at)s - interval '12 months')::date
) c (region_id, pdu_id, called_for, not_offered, offered, held, declined, agreed, done, overdue)
JOIN workforce_region g ON g.id = c.region_id WHERE {place}
GROUP BY g.code, g."order" ORDER BY g."order", g.code
"""


def support_conversations(question: Question) -> list[Row]:
    """Return a row for each region where anybody calls for a conversation or one was offered in the 12 months to the day."""
    day, known_at = question.as_at, question.known_at
    query = Query(question)
    query.define("stretches", status.stretches(known_at))
    query.define("standing", status.status_on(day, known_at), once=True)
    query.define("called", conversations.called(day, known_at))
    query.define("offered", conversations.offered(day, known_at))
    query.define("agreed", conversations.agreed(day, known_at))
    return query.rows(COUNTED.format(place=question.place.condition("c")))
