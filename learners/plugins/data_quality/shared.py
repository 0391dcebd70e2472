"""Relations that checks of learners read, and helpers to state a check."""

from __future__ import annotations

import datetime as dt

from learners.facts import status
from pqip.core.known import known_sql
from workforce.data_quality import relation
from workforce.data_quality.checks import Ask, Sql

#: Learners active or on a break on the day.
ON_PROGRAMME = """
SELECT s.*, e.person_id FROM standing s JOIN learners_enrolment e ON e.id = s.enrolment_id
WHERE s.status IN ('active', 'deferred')
"""
OF_LEARNERS = """
SELECT s.region_id, s.pdu_id, s.person_id, s.enrolment_id, '' AS about, {condition} AS fails, {since} AS since FROM on_programme s
"""
#: Everybody who has started, on the pathway they started on.
STARTED = """
SELECT t.enrolment_id, t.pathway_id, t.start_date FROM ({stretches}) t
WHERE t.from_on <= t.start_date AND (t.to_on IS NULL OR t.to_on > t.start_date) AND t.start_date <= %(as_at)s
    AND t.status IN ('active', 'deferred', 'completed', 'withdrawn')
"""


def started(as_at: dt.date, known_at: dt.datetime | None) -> Sql:
    """Return everybody who has started, with the pathway and the day."""
    stretches, parameters = status.stretches(known_at)
    return STARTED.format(stretches=stretches), parameters


def asks(sql: str, *aliases: str) -> Ask:
    """Return a question in SQL. `{known_x}` limits the ledger with the alias x to what was known."""

    def ask(as_at: dt.date, known_at: dt.datetime | None) -> Sql:
        return sql.format(**{f"known_{alias}": known_sql(alias, known_at) for alias in aliases}), {}

    return ask


def of_learners(condition: str, since: str) -> Ask:
    """Return a check of everybody on the programme (alias `s`): the condition that fails, and since
    when.
    """
    return asks(OF_LEARNERS.format(condition=condition, since=since))


relation("standing", status.status_on, decides_place=True)
relation("on_programme", asks(ON_PROGRAMME), reads=("standing",))
relation("started", started)
