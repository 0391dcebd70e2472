"""Facts about many people, as known at an instant: SQL of a relation and its parameters.

Names, numbers and equality answers have no day of their own: an earlier instant is answered as they
were known then. Personal values that were lawfully erased are missing from every answer; the counts
remain.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from pqip.core.known import as_known, known_sql
from workforce.models import EqualityRecord, PersonRecord

#: The post in force on the day, else the latest that had ended, else the next to begin.
LISTED = """
SELECT DISTINCT ON (w.person_id) w.person_id, w.region_id, w.pdu_id, w.grade_id FROM workforce_spell w
WHERE {known} {wanted}
ORDER BY w.person_id, w.effective_on <= %(as_at)s DESC, abs(w.effective_on - %(as_at)s), w.id
"""


#: A person (`o`) for whom no post was ever recorded: then only the record itself gives their place.
#: Once a post is recorded, posts give the place as known at each moment, because the record's own
#: place is today's.
UNPOSTED = "NOT EXISTS (SELECT FROM workforce_spell u WHERE u.person_id = o.id)"


def people(known_at: dt.datetime | None) -> tuple[str, dict[str, Any]]:
    """Return SQL of what each person was called, and its parameters.

    Its columns are person_id, staff_number, first_name, last_name, email, date_of_birth and
    organisation.
    """
    return as_known(PersonRecord, known_at)


def equality(known_at: dt.datetime | None) -> tuple[str, dict[str, Any]]:
    """Return SQL of the equality answers of those who had been asked by then, and its parameters.

    Its columns are person_id, sex, ethnicity and disability.
    """
    return as_known(EqualityRecord, known_at, from_first=False)


def listed(known_at: dt.datetime | None, wanted: str = "") -> str:
    """Return SQL of the place of each person on `%(as_at)s`, by their post.

    Its columns are person_id, region_id, pdu_id and grade_id. `wanted` is SQL of the people in
    question, as a list or a query of keys.
    """
    return LISTED.format(
        known=known_sql("w", known_at), wanted=f"AND w.person_id IN ({wanted})" if wanted else ""
    )
