"""Sensitive values that are like no other, planted in a record, and the permission without which nobody reads each."""

from __future__ import annotations

import datetime as dt

from django.db.models.functions import Now

from learners.models import (
    Conversation,
    ConversationAction,
    Enrolment,
    Event,
    LeaverWords,
    SupportNeed,
)
from pqip.core.acting import acting_as
from tests.factories.workforce import BY
from workforce.models import EqualityAnswers, User

SUPPORT, BREAK, LEAVER, AGREED = "zqsupport", "zqbreak", "zqleaver", "zqagreed"
SEX, ETHNICITY, DISABILITY = "zqsex", "zqethnic", "zqdisabled"
READ_WITH = {
    SUPPORT: "learners.view_support",
    BREAK: "learners.see_break_reason",
    LEAVER: "learners.view_leavers",
    AGREED: "learners.view_conversations",
    SEX: "workforce.view_equality",
    ETHNICITY: "workforce.view_equality",
    DISABILITY: "workforce.view_equality",
}
DAY = dt.date(2025, 3, 1)


def plant(enrolment: Enrolment, gone: Enrolment) -> None:
    """Support needs, equality answers that were changed, the reason of a break, what whoever left said, and what was agreed in a
    conversation; undone rows too.
    """
    with acting_as(by=BY):
        told = {"effective_on": DAY}
        SupportNeed.objects.create(enrolment=enrolment, adjustment=SUPPORT, **told)
        undone = SupportNeed.objects.create(enrolment=enrolment, adjustment=SUPPORT, **told)
        SupportNeed.objects.filter(pk=undone.pk).update(voided_at=Now(), void_reason="test")
        answers = EqualityAnswers.objects.create(
            person=enrolment.person, sex=SEX, ethnicity=ETHNICITY, disability=DISABILITY
        )
        for said in ("2", ""):  # so that the audit has them before and after
            changed = {
                "sex": SEX + said,
                "ethnicity": ETHNICITY + said,
                "disability": DISABILITY + said,
            }
            EqualityAnswers.objects.filter(pk=answers.pk).update(**changed)
        Event.objects.create(
            enrolment=enrolment, kind="deferred", effective_on=DAY, reason="health", note=BREAK
        )
        Event.objects.create(
            enrolment=enrolment, kind="resumed", effective_on=DAY + dt.timedelta(days=20)
        )
        Conversation.objects.create(enrolment=enrolment, held_on=DAY, **told)
        ConversationAction.objects.create(
            enrolment=enrolment, offered_on=DAY, what=AGREED, owner="pta", do_by=DAY, **told
        )
        LeaverWords.objects.create(enrolment=gone, words=LEAVER, **told)


def told(text: str, who: User) -> set[str]:
    """What a text tells somebody who may not read it."""
    return {
        value
        for value, permission in READ_WITH.items()
        if value in text and not who.can(permission)
    }
