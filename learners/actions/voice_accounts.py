"""A learner's own account, beside what others recorded about a review, a break or a withdrawal."""

from __future__ import annotations

import datetime as dt
from typing import Any

from learners.models import Enrolment, OwnAccount
from learners.queries.voice import tellable
from pqip.core.acting import acting_as
from pqip.core.clock import today
from pqip.core.errors import RuleBroken
from pqip.core.ledger import supersede
from pqip.core.pii_check import refuse_case_identifiers


def tell(
    *, by: Any, enrolment: Enrolment, about: str, about_on: dt.date, account: str
) -> OwnAccount:
    """Record the learner's account of what is recorded for that day.

    It replaces an earlier account, which stays in the history. Raises RuleBroken for anybody else,
    and if nothing of the kind is recorded for that day.
    """
    if getattr(by, "person_id", None) != enrolment.person_id:
        raise RuleBroken("Only the learner gives their own account.")
    if not account.strip():
        raise RuleBroken("Enter your account.", "account")
    refuse_case_identifiers("account", account)
    if (about, about_on) not in tellable(enrolment):
        raise RuleBroken("Nothing of this is recorded for that day.", "about")
    with acting_as(by=by):
        Enrolment.objects.select_for_update(no_key=True, of=("self",)).get(pk=enrolment.pk)
        held = (
            OwnAccount.objects.live()
            .filter(enrolment=enrolment, about=about, about_on=about_on)
            .first()
        )
        if held is None:
            return OwnAccount.objects.create(
                enrolment=enrolment,
                about=about,
                about_on=about_on,
                account=account.strip(),
                effective_on=today(),
            )
        if held.account == account.strip():
            return held
        return supersede(
            held, by=by, reason="Told anew", account=account.strip(), effective_on=today()
        )
