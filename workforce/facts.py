"""Facts about people for many at once, as known at an instant: SQL of a relation and its parameters.

Names, numbers and equality answers have no day of their own: a corrected one answers an earlier instant as it stood then.
Personal values that were lawfully erased are gone from every answer; the counts remain.
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


#: A person (`o`) of whom no post was ever recorded: where the record itself has them is all there is. Once one is, it is what
#: posts say, as known at each moment: the record's own place is today's.
UNPOSTED = "NOT EXISTS (SELECT FROM workforce_spell u WHERE u.person_id = o.id)"


def people(known_at: dt.datetime | None) -> tuple[str, dict[str, Any]]:
    """person_id, staff_number, first_name, last_name, email, date_of_birth, organisation."""
    return as_known(PersonRecord, known_at)


def equality(known_at: dt.datetime | None) -> tuple[str, dict[str, Any]]:
    """person_id, sex, ethnicity, disability of whoever had been asked by then."""
    return as_known(EqualityRecord, known_at, from_first=False)


def listed(known_at: dt.datetime | None, wanted: str = "") -> str:
    """SQL of where each person belonged on `%(as_at)s`: person_id, region_id, pdu_id, grade_id of their post.

    `wanted`: SQL of the people asked about, a list or a query of keys.
    """
    return LISTED.format(known=known_sql("w", known_at), wanted=f"AND w.person_id IN ({wanted})" if wanted else "")
