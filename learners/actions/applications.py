"""Applications: add one, correct what it says, and record, correct or undo the stages it comes through."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from learners.actions.applications_hold import hold_application
from learners.actions.equality import copy_answers, take_answers_back
from learners.models import Application, ApplicationStage, Campaign, Enrolment
from learners.models.applications import ApplicationRoute, Stage
from learners.rules.applications import (
    NOT_ON_PAYROLL,
    WITH_RESULT,
    StageFact,
    check_come,
    check_earlier,
    check_led,
    check_stages,
    is_offered,
)
from learners.rules.campaigns import check_region
from pqip.core.acting import acting_as
from pqip.core.clock import today
from pqip.core.errors import Conflict, RuleBroken
from pqip.core.formats import lower_first
from pqip.core.ledger import supersede, void
from pqip.core.refusals import translate_db_errors
from pqip.core.words import tidy
from workforce.models import Region
from workforce.rules import numbers

TAKEN = "This application number is taken."
LED = "Another application led to this place on the programme."
FORM = "This is not an application number. Use letters, digits and / - _ . without spaces."


def add_application(
    *,
    by: Any,
    application_number: str,
    campaign: Campaign,
    region: Region,
    route: str,
    applied_on: dt.date,
    **content: Any,
) -> Application:
    """An application, as it was made.

    Raises RuleBroken where its number is taken or no number, for a day to come, and where the campaign is of another region.
    """
    number = tidy(application_number)
    check_number(number)
    check_come(today(), applied_on, [])
    check_earlier(number, content.get("previous_number", ""))
    check_region(campaign.region_id, region.pk)
    with translate_db_errors(TAKEN), acting_as(by=by, reason="Application"):
        Campaign.objects.select_for_update(no_key=True).get(pk=campaign.pk)
        if Application.objects.filter(application_number__iexact=number).exists():
            raise RuleBroken(TAKEN, "application_number")
        return Application.objects.create(
            application_number=number,
            campaign=campaign,
            region=region,
            route=route,
            applied_on=applied_on,
            **content,
        )


def check_number(number: str) -> None:
    """Raise RuleBroken for a number that could not follow `APP:` in a staff number."""
    if numbers.fault(f"{NOT_ON_PAYROLL}{number}"):
        raise RuleBroken(FORM, "application_number")


def change_application(
    *, by: Any, application: Application, reason: str, **content: Any
) -> Application:
    """Correct what an application says; what was known of it stays.

    Raises RuleBroken where it would have been made after one of its stages, or in another region than its campaign's.
    """
    with acting_as(by=by, reason=reason):
        held = hold_application(application)
        for name, value in content.items():
            setattr(held, name, value)
        check_region(held.campaign.region_id, held.region_id)
        check_come(today(), held.applied_on, [])
        check_earlier(held.application_number, held.previous_number)
        try:
            check_stages(held.applied_on, held.stages.live())
        except RuleBroken as broken:
            raise RuleBroken(
                "One of its stages is before that day. Correct the stage first.", "applied_on"
            ) from broken
        held.save()
    return held


def record_stage(
    *, by: Any, application: Application, stage: str, on: dt.date, passed: bool | None = None
) -> ApplicationStage:
    """The application has come to a stage or its end, or feedback on it was given.

    Raises RuleBroken where it does not follow from the others (`rules/applications.py`), and where it is recorded already.
    """
    with acting_as(by=by, reason=str(Stage(stage).label)):
        held = hold_application(application)
        rows = list(held.stages.live())
        if any(row.stage == stage for row in rows):
            raise RuleBroken("This is recorded already. Correct what is recorded.", "stage")
        fact = StageFact(stage, on, passed if stage in WITH_RESULT else None)
        _check(held, [*rows, fact], stage)
        return ApplicationStage.objects.create(
            application=held, stage=stage, effective_on=on, passed=fact.passed
        )


def correct_stage(
    *, by: Any, row: ApplicationStage, reason: str, on: dt.date, passed: bool | None = None
) -> ApplicationStage:
    """Another day or result of a stage. Raises RuleBroken as `record_stage` does, Conflict where it was changed meanwhile."""
    passed = passed if row.stage in WITH_RESULT else None
    with acting_as(by=by, reason=reason):
        held = hold_application(row.application)
        fact = StageFact(row.stage, on, passed)
        _check(held, [*_others(held, row), fact], row.stage)
        return supersede(row, by=by, reason=reason, effective_on=on, passed=passed)


def undo_stage(*, by: Any, row: ApplicationStage, reason: str) -> None:
    """A stage recorded in error. Raises RuleBroken where something still recorded follows from it, Conflict where it was
    changed meanwhile.
    """
    with acting_as(by=by, reason=reason):
        held = hold_application(row.application)
        rest = _others(held, row)
        _check(held, rest, row.stage)
        if held.enrolment_id is not None and not is_offered(rest):
            raise RuleBroken("A place on the programme came of it. Undo that first.")
        void([row], by=by, reason=reason)


def _others(application: Application, row: ApplicationStage) -> list[Any]:
    return [each for each in application.stages.live() if each.pk != row.pk]


def _check(application: Application, rows: Iterable[Any], stage: str) -> None:
    """Check the stages. What is wrong with another stage than the one entered is said of its day, too."""
    rows = list(rows)
    try:
        check_come(today(), application.applied_on, [row for row in rows if row.stage == stage])
        check_stages(application.applied_on, rows)
    except RuleBroken as broken:
        field = "passed" if broken.message.startswith("Say whether") else "on"
        words = broken.message
        if broken.field and broken.field != stage:
            words = f"{Stage(broken.field).label}: {lower_first(words)}"
        raise RuleBroken(words, field) from broken


def link_learner(*, by: Any, application: Application, enrolment: Enrolment) -> Application:
    """Say which place on the programme came of an application.

    The place takes the campaign of the application, unless it is of one already, and the learner's equality answers are filled
    in from the applicant's (`learners/actions/equality.py`). Raises RuleBroken where no offer was confirmed, the application has
    ended otherwise or the place began before it, Conflict where it led to another place already.
    """
    with translate_db_errors(LED), acting_as(by=by, reason="The learner of this application"):
        held = hold_application(application)
        check_offered(held)
        check_led(held.applied_on, enrolment.start_date)
        if held.enrolment_id == enrolment.pk:
            return held
        if held.enrolment_id is not None:
            raise Conflict("This application led to another place on the programme already.")
        others = Application.objects.exclude(pk=held.pk).filter(enrolment=enrolment)
        if others.exists():
            raise Conflict(LED)
        held.enrolment = enrolment
        held.save()
        take_campaigns([held])
        copy_answers({held.pk: enrolment.person_id})
    return held


def unlink_learner(*, by: Any, application: Application, reason: str) -> None:
    """A place on the programme did not come of this application after all: the link is undone, and with it the equality
    answers that it brought. Their place, and its campaign, stay as they are. Raises Conflict where it is undone already.
    """
    with acting_as(by=by, reason=reason):
        held = hold_application(application)
        if held.enrolment_id is None or held.enrolment_id != application.enrolment_id:
            raise Conflict("This was undone meanwhile. Nothing was saved.")
        take_answers_back([held.pk])
        held.enrolment = None
        held.save()


def take_campaigns(applications: Iterable[Application]) -> None:
    """Let places on the programme that came of applications be of their campaigns, where they are of none."""
    campaigns = {one.enrolment_id: one.campaign_id for one in applications if one.enrolment_id}
    places = Enrolment.objects.select_for_update(no_key=True, of=("self",)).order_by("pk")
    found = list(places.filter(pk__in=campaigns, campaign=None))
    for place in found:
        place.campaign_id = campaigns[place.pk]
    Enrolment.objects.bulk_update(found, ["campaign"], batch_size=1000)


def check_offered(application: Application) -> None:
    """Raise RuleBroken unless it is for the programme, an offer was confirmed, and it has not ended otherwise."""
    if application.route == ApplicationRoute.PSO_POST:
        raise RuleBroken("This is an application for a post as a PSO, and not for the programme.")
    if not is_offered(application.stages.live()):
        raise RuleBroken("Their offer is not confirmed. Record the confirmed offer first.")
