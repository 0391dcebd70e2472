"""What the page of an applicant's equality answers reads: what is recorded, for whoever may see it, and what is offered."""

from __future__ import annotations

from typing import Any

from learners.facts.equality import answers_offered
from learners.models import ApplicantEquality, Application
from learners.rules.equality import nation_of

SEE, CHANGE = "workforce.view_equality", "workforce.change_equality"
QUESTIONS = ("sex", "ethnicity", "disability", "age_band")


def offered_to(row: Application) -> dict[str, list[tuple[str, str]]]:
    """Answers to each question as they are offered where and when an application was made."""
    return answers_offered(row.applied_on, nation_of(row.region.code))


def answers_of(user: Any, row: Application) -> dict[str, str]:
    """What is recorded, for somebody who may see equality answers of it; nothing for others."""
    if not user.can(SEE):
        return {}
    held = ApplicantEquality.objects.visible_to(user, SEE).filter(application=row).first()
    return {name: getattr(held, name) for name in QUESTIONS} if held else {}
