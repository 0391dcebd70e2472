"""Writes the planned rows of the `applications` dataset in bulk."""

from __future__ import annotations

from collections.abc import Sequence

from learners.actions.applications import take_campaigns
from learners.actions.equality import copy_answers, take_answers_back
from learners.imports.applications_known import EQUALITY
from learners.imports.applications_planning import CONTENT, Planned
from learners.imports.common import CORRECTED, void_rows
from learners.imports.learners_storing import named
from learners.models import ApplicantEquality, Application, ApplicationStage, Campaign
from pqip.core.bulk import copy_rows, take_keys
from pqip.core.words import folded


def store(planned: Sequence[Planned]) -> None:
    """Write new applications and campaigns, changed ones, the stages of all of them, and equality answers."""
    campaigns = named(Campaign, {each.campaign for each in planned})
    new = [each for each in planned if each.application is None]
    keys = take_keys(Application, len(new)) if new else []
    copy_rows(
        Application,
        ["id", "application_number", "campaign_id", *CONTENT, "previous_number", "offices"],
        (
            [key, each.number, campaigns[folded(each.campaign)], *each.content.values(), "", []]
            for key, each in zip(keys, new, strict=True)
        ),
    )
    changed = [each.application for each in planned if each.changed and each.application]
    for each in planned:
        if each.changed and each.application:
            each.application.campaign_id = campaigns[folded(each.campaign)]
            for name, value in each.content.items():
                setattr(each.application, name, value)
    names = [name.removesuffix("_id") for name in ("campaign_id", *CONTENT)]
    take_answers_back([each.application.pk for each in planned if each.leads and each.application])
    Application.objects.bulk_update(changed, names, batch_size=1000)
    key_of = {id(each): key for key, each in zip(keys, new, strict=True)}
    key_of |= {id(each): each.application.pk for each in planned if each.application}
    void_rows(ApplicationStage, (row.pk for each in planned for row in each.voided), CORRECTED)
    copy_rows(
        ApplicationStage,
        ["application_id", "stage", "effective_on", "passed"],
        (
            [key_of[id(each)], fact.stage, fact.effective_on, fact.passed]
            for each in planned
            for fact in each.stages
        ),
    )
    _store_equality({key_of[id(each)]: each.equality for each in planned if each.equality})
    led = [key_of[id(each)] for each in planned if each.leads]
    if led:
        linked = list(Application.objects.filter(pk__in=led).select_related("enrolment"))
        take_campaigns(linked)
        copy_answers({one.pk: one.enrolment.person_id for one in linked if one.enrolment})


def _store_equality(given: dict[int, dict[str, str]]) -> None:
    """Write equality answers into their own table."""
    rows = ApplicantEquality.objects.filter(application__in=given)
    held = {answer.application_id: answer for answer in rows}
    for key, answers in given.items():
        answer = held.setdefault(key, ApplicantEquality(application_id=key))
        for question, code in answers.items():
            setattr(answer, question, code)
    new = [answer for answer in held.values() if answer.pk is None]
    known = [answer for answer in held.values() if answer.pk is not None]
    ApplicantEquality.objects.bulk_create(new, batch_size=2000)
    ApplicantEquality.objects.bulk_update(known, EQUALITY, batch_size=1000)
