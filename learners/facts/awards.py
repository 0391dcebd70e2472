"""Awards of the universities: those each learner may be given, and those they were given."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping

from learners.facts import modules, status
from learners.facts.training import asked
from learners.models import Enrolment, OfferedAward, UniversityAward
from learners.rules.awards import offered_to
from pqip.core.clock import today

TAUGHT = "SELECT u.enrolment_id, u.university_id FROM ({taught}) u"


def offers_of(starts: Mapping[int, dt.date | None], on: dt.date) -> dict[int, dict[str, str]]:
    """Return, by enrolment (key → first day), the codes and titles of the awards that its
    university gives.
    """
    offers, taught = offers_in_order(), universities_of(starts, on)
    return {key: offered_to(offers, taught.get(key), start) for key, start in starts.items()}


def universities_of(keys: Collection[int], on: dt.date) -> dict[int, int | None]:
    """Return, by enrolment, the key of the university that teaches the learner; None if it is not
    known.
    """
    inner, parameters = status.status_on(on, None)
    sql, more = modules.taught(None)
    named = {**parameters, **more, "studying": list(keys)}
    rows = asked(
        [("studying", modules.WITHIN.format(standing=inner))], TAUGHT.format(taught=sql), named
    )
    return {row["enrolment_id"]: row["university_id"] for row in rows}


def offers_in_order() -> list[OfferedAward]:
    """Return every award that any university gives, in date order."""
    return list(OfferedAward.objects.live().order_by("effective_on", "id"))


def titles_for(enrolment: Enrolment) -> dict[str, str]:
    """Return the titles of awards by code, at the learner's university."""
    return offers_of({enrolment.pk: enrolment.start_date}, today())[enrolment.pk]


def awards_of(enrolment_id: int) -> list[UniversityAward]:
    """Return the awards that a learner was given, as known now."""
    return list(UniversityAward.objects.live().filter(enrolment=enrolment_id))
