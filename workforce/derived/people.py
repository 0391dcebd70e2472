"""Keeps each person's own region, unit and grade, which follow from spells and by which they are
listed and reached.
"""

from __future__ import annotations

from django.db import connection

from pqip.core.clock import today
from workforce.models.holding import hold_people
from workforce.ports import posts

#: The spell under which a person is listed: the one in force, else the latest that ended, else the
#: next to begin.
CURRENT = """
SELECT DISTINCT ON (s.person_id) s.person_id, s.region_id, s.pdu_id, s.grade_id FROM workforce_spell s
WHERE s.voided_at IS NULL AND (%(ids)s::bigint[] IS NULL OR s.person_id = ANY(%(ids)s))
ORDER BY s.person_id, s.effective_on <= %(today)s DESC, abs(s.effective_on - %(today)s)
"""
DIFFERING = f"""
SELECT p.id FROM workforce_person p JOIN ({CURRENT}) c ON c.person_id = p.id
WHERE (p.region_id, p.pdu_id, p.grade_id) IS DISTINCT FROM (c.region_id, c.pdu_id, c.grade_id) ORDER BY p.id
"""  # noqa: S608  (constants)
REFRESH = f"""
UPDATE workforce_person p SET region_id = c.region_id, pdu_id = c.pdu_id, grade_id = c.grade_id FROM ({CURRENT}) c
WHERE p.id = c.person_id AND (p.region_id, p.pdu_id, p.grade_id) IS DISTINCT FROM (c.region_id, c.pdu_id, c.grade_id)
"""  # noqa: S608  (constants)


def refresh_people(ids: list[int] | None) -> int:
    """Rewrite region, unit and grade of these people (everybody for None) from their spells.

    Return the number of people who differed. They are found first, so that nobody else is locked.
    It is called within the transaction that changes spells, and each night, when spells that were
    recorded in advance begin.
    """
    differing = _differing(ids)
    if not differing:
        return 0
    hold_people(differing)
    with connection.cursor() as cursor:
        cursor.execute(REFRESH, {"ids": differing, "today": today()})
        changed = int(cursor.rowcount)
    posts.posts_changed(differing)
    return changed


def differing_people() -> list[int]:
    """Return the keys of people whose region, unit or grade differs from their spells, for
    `check_ledger`.
    """
    return _differing(None)


def _differing(ids: list[int] | None) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(DIFFERING, {"ids": ids, "today": today()})
        return [key for (key,) in cursor.fetchall()]
