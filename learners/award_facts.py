"""Awards of the universities: which each learner may be given, and which they were given."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping

from learners import facts, module_facts
from learners.models import OfferedAward, UniversityAward
from learners.rules.awards import offered_to
from learners.training_facts import asked

TAUGHT = "SELECT u.enrolment_id, u.university_id FROM ({taught}) u"


def offers_of(starts: Mapping[int, dt.date | None], on: dt.date) -> dict[int, set[str]]:
    """By enrolment (key → first day), the codes of the awards that its university gives."""
    offers, taught = list(OfferedAward.objects.live()), universities_of(starts, on)
    return {key: offered_to(offers, taught.get(key), start) for key, start in starts.items()}


def universities_of(keys: Collection[int], on: dt.date) -> dict[int, int | None]:
    """By enrolment, the key of the university that teaches them; None where it is not known."""
    inner, parameters = facts.standing(on, None)
    sql, more = module_facts.taught(None)
    named = {**parameters, **more, "studying": list(keys)}
    rows = asked([("studying", module_facts.WITHIN.format(standing=inner))], TAUGHT.format(taught=sql), named)
    return {row["enrolment_id"]: row["university_id"] for row in rows}


def titles() -> dict[str, str]:
    """What each code of an award stands for; the latest word of any university."""
    return dict(OfferedAward.objects.live().order_by("effective_on", "id").values_list("code", "title"))


def awards_of(enrolment_id: int) -> list[UniversityAward]:
    """The awards a learner was given, as known now."""
    return list(UniversityAward.objects.live().filter(enrolment=enrolment_id))
