"""Equality answers: not asked, preferring not to say and not known are three things."""

from __future__ import annotations

import pytest

from pqip.core.acting import acting_as
from tests.factories.workforce import BY, person
from workforce.models import EqualityAnswers, EqualityOption

pytestmark = pytest.mark.django_db
ASKED = ("sex", "ethnicity", "disability")


@pytest.mark.parametrize("question", ASKED)
def test_three_answers_that_say_nothing_are_kept_apart(question: str) -> None:
    codes = set(EqualityOption.objects.filter(question=question).values_list("code", flat=True))
    assert {"prefer_not_to_say", "unknown"} <= codes
    with acting_as(by=BY):
        for answer in ("", "prefer_not_to_say", "unknown"):
            EqualityAnswers.objects.create(person=person(), **{question: answer})
    kept = EqualityAnswers.objects.order_by("pk").values_list(question, flat=True)
    assert list(kept) == ["", "prefer_not_to_say", "unknown"]


def test_nobody_has_to_answer() -> None:
    with acting_as(by=BY):
        EqualityAnswers.objects.create(person=person())
    assert all(EqualityAnswers._meta.get_field(question).blank for question in ASKED)
