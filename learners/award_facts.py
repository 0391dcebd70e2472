"""Awards of the universities: which each learner may be given, and which they were given."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping

from learners import facts, module_facts
from learners.models import Enrolment, OfferedAward, UniversityAward
from learners.rules.awards import offered_to
from learners.training_facts import asked
from pqip.core.clock import today

TAUGHT = "SELECT u.enrolment_id, u.university_id FROM ({taught}) u"


def offers_of(starts: Mapping[int, dt.date | None], on: dt.date) -> dict[int, dict[str, str]]:
    """By enrolment (key → first day), the codes and titles of the awards that its university gives."""
    offers, taught = offers_in_order(), universities_of(starts, on)
    return {key: offered_to(offers, taught.get(key), start) for key, start in starts.items()}


def universities_of(keys: Collection[int], on: dt.date) -> dict[int, int | None]:
    """By enrolment, the key of the university that teaches them; None where it is not known."""
    inner, parameters = facts.standing(on, None)
    sql, more = module_facts.taught(None)
    named = {**parameters, **more, "studying": list(keys)}
    rows = asked([("studying", module_facts.WITHIN.format(standing=inner))], TAUGHT.format(taught=sql), named)
    return {row["enrolment_id"]: row["university_id"] for row in rows}


def offers_in_order() -> list[OfferedAward]:
    """Every award that any university gives, by date."""
    return list(OfferedAward.objects.live().order_by("effective_on", "id"))


def titles_for(enrolment: Enrolment) -> dict[str, str]:
    """What the codes of awards stand for at a learner's university."""
    return offers_of({enrolment.pk: enrolment.start_date}, today())[enrolment.pk]


def awards_of(enrolment_id: int) -> list[UniversityAward]:
    """The awards a learner was given, as known now."""
    return list(UniversityAward.objects.live().filter(enrolment=enrolment_id))
