"""What pages after completion read."""

from __future__ import annotations

from typing import Any

from django.db.models import Case, F, QuerySet, When

from learners.models import OfficerPost
from learners.models.enrolments import EnrolmentQuerySet


def post_offered(user: Any, permission: str, public_id: Any) -> QuerySet[OfficerPost]:
    """Return the live offer with that identifier, if this user may reach it."""
    rows = OfficerPost.objects.live().visible_to(user, permission).filter(public_id=public_id)
    return rows.select_related("enrolment", "region", "pdu")


def at_their_post(rows: EnrolmentQuerySet) -> EnrolmentQuerySet:
    """Annotate enrolments with the office of the officer's post (`region_order`, `pdu_name`), for
    sorting; without a post, the one where they completed counts.
    """

    def office(name: str) -> Case:
        return Case(When(post_region=None, then=F(name)), default=F(f"post_{name}"))

    return rows.annotate(region_order=office("region__order"), pdu_name=office("pdu__name"))
