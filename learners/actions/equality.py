"""Equality answers of applicants: recorded, copied to the learner who came of the application, and taken back with it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from learners.actions.applications_hold import hold_application
from learners.facts.equality import answers_offered
from learners.models import ApplicantEquality, Application
from learners.rules.equality import nation_of
from pqip.core.acting import acting_as
from pqip.core.errors import RuleBroken
from workforce.models import EqualityAnswers

#: Questions that are asked of learners too; their age follows from the day they were born.
OF_LEARNERS = ("sex", "ethnicity", "disability")


def record_answers(*, by: Any, application: Application, answers: Mapping[str, str]) -> None:
    """What an applicant answered. A blank leaves what is recorded; what was known stays.

    Raises RuleBroken for an answer that was not offered on the day of the application, where it was made.
    """
    with acting_as(by=by, reason="Equality answers"):
        held = hold_application(application)
        offered = answers_offered(held.applied_on, nation_of(held.region.code))
        row = ApplicantEquality.objects.filter(application=held).first()
        row = row or ApplicantEquality(application=held)
        for question, code in answers.items():
            if code and code not in dict(offered[question]):
                raise RuleBroken("This answer was not offered on that day.", question)
            if code:
                setattr(row, question, code)
        row.save()


def copy_answers(people: Mapping[int, int]) -> None:
    """Fill in the equality answers of learners from those of the applications they came of: keys of people by application.

    What they have answered as learners stays.
    """
    rows = ApplicantEquality.objects.filter(application__in=people).order_by("pk")
    given = list(rows.select_for_update(no_key=True))
    own = _answers_of({people[row.application_id] for row in given})
    for row in given:
        answers = own.setdefault(
            people[row.application_id], EqualityAnswers(person_id=people[row.application_id])
        )
        row.copied = [
            question
            for question in OF_LEARNERS
            if getattr(row, question) and not getattr(answers, question)
        ]
        for question in row.copied:
            setattr(answers, question, getattr(row, question))
    copied = [row for row in given if row.copied]
    _write([own[people[row.application_id]] for row in copied])
    ApplicantEquality.objects.bulk_update(copied, ["copied"], batch_size=1000)


def take_answers_back(applications: Collection[int]) -> None:
    """Blank the answers of learners that were copied from these applications and have not been given otherwise since."""
    rows = ApplicantEquality.objects.filter(application__in=applications).exclude(copied=[])
    given = list(
        rows.select_related("application__enrolment")
        .select_for_update(no_key=True, of=("self",))
        .order_by("pk")
    )
    people = {row.pk: row.application.enrolment.person_id for row in given}  # type: ignore[union-attr]
    own = _answers_of(set(people.values()))
    changed = []
    for row in given:
        answers = own.get(people[row.pk])
        for question in row.copied:
            if answers and getattr(answers, question) == getattr(row, question):
                setattr(answers, question, "")
        changed += [answers] if answers else []
        row.copied = []
    _write(changed)
    ApplicantEquality.objects.bulk_update(given, ["copied"], batch_size=1000)


def _answers_of(people: Collection[int]) -> dict[int, EqualityAnswers]:
    rows = EqualityAnswers.objects.filter(person__in=people).order_by("pk")
    return {row.person_id: row for row in rows.select_for_update(no_key=True)}


def _write(answers: list[EqualityAnswers]) -> None:
    unique = list({answer.person_id: answer for answer in answers}.values())
    new = [answer for answer in unique if answer.pk is None]
    EqualityAnswers.objects.bulk_create(new, batch_size=2000)
    known = [answer for answer in unique if answer not in new]
    EqualityAnswers.objects.bulk_update(known, list(OF_LEARNERS), batch_size=1000)
