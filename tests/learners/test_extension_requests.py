"""More time for an attempt at a module: asked, answered, and what follows."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import DatabaseError, connection

from learners.actions.modules_extensions import answer_extension, ask_for_extension
from learners.actions.modules_results import (
    correct_module_result,
    record_module_result,
    void_module_result,
)
from learners.models import Enrolment, ExtensionRequest, ModuleResult
from pqip.core.acting import Job, acting_as
from pqip.core.errors import Conflict, RuleBroken
from tests.factories import learners as make

pytestmark = pytest.mark.django_db
BY = Job("test")
DUE, ASKED, UNTIL = dt.date(2025, 6, 1), dt.date(2025, 5, 20), dt.date(2025, 6, 15)


@pytest.fixture
def sam() -> Enrolment:
    made = make.enrolment()
    record_module_result(by=BY, enrolment=made, module=make.module(), attempt=1, due_date=DUE)
    return made


def ask(
    of: Enrolment, on: dt.date = ASKED, until: dt.date = UNTIL, attempt: int = 1
) -> ExtensionRequest:
    return ask_for_extension(
        by=BY, enrolment=of, module=make.module(), attempt=attempt, on=on, asked_until=until
    )


def test_c2_45_an_agreed_request_moves_the_due_date_and_keeps_the_one_before(
    sam: Enrolment,
) -> None:
    answered = answer_extension(by=BY, request=ask(sam), answer="agreed", answered_on=ASKED)
    result = ModuleResult.objects.live().get()
    assert (result.due_date, result.extended_to, result.effective_on) == (DUE, UNTIL, DUE)
    assert ModuleResult.objects.get(voided_at__isnull=False).extended_to is None
    assert (answered.answer, ExtensionRequest.objects.count()) == ("agreed", 2)
    again = ask(sam, on=UNTIL, until=dt.date(2025, 7, 1))
    assert again.effective_on == UNTIL, "asked again against the extended date"


def test_a_refused_request_moves_nothing(sam: Enrolment) -> None:
    answered = answer_extension(by=BY, request=ask(sam), answer="refused", answered_on=ASKED)
    assert ModuleResult.objects.live().get().extended_to is None
    with pytest.raises(RuleBroken, match="answered already"):
        answer_extension(by=BY, request=answered, answer="agreed", answered_on=ASKED)


@pytest.mark.parametrize(("days", "refused"), [(-1, False), (0, False), (1, True)])
def test_more_time_that_a_corrected_due_date_has_overtaken_is_not_agreed(
    sam: Enrolment, days: int, refused: bool
) -> None:
    asked, due = ask(sam), UNTIL + dt.timedelta(days=days)
    content = {
        "due_date": due,
        "extended_to": None,
        "submitted_date": None,
        "mark": None,
        "outcome": "pending",
    }
    correct_module_result(
        by=BY, result=ModuleResult.objects.live().get(), reason="Wrong", **content
    )
    if not refused:
        answer_extension(by=BY, request=asked, answer="agreed", answered_on=ASKED)
        return
    with pytest.raises(RuleBroken, match="before the due date"):
        answer_extension(by=BY, request=asked, answer="agreed", answered_on=ASKED)
    assert ExtensionRequest.objects.live().get().answer == ""


@pytest.mark.parametrize("answer", ["", "agreed"])
def test_what_was_asked_for_an_attempt_goes_with_it(sam: Enrolment, answer: str) -> None:
    asked = ask(sam)
    if answer:
        answer_extension(by=BY, request=asked, answer=answer, answered_on=ASKED)
    void_module_result(by=BY, result=ModuleResult.objects.live().get(), reason="Somebody else")
    assert not ExtensionRequest.objects.live().exists()
    assert ExtensionRequest.objects.filter(answer=answer).get().void_reason == "Somebody else"


def test_two_who_answer_at_once(sam: Enrolment) -> None:
    asked = ask(sam)
    answer_extension(by=BY, request=asked, answer="refused", answered_on=ASKED)
    with pytest.raises(Conflict):
        answer_extension(by=BY, request=asked, answer="agreed", answered_on=ASKED)
    assert ModuleResult.objects.live().get().extended_to is None


def test_one_request_at_a_time_and_only_for_what_is_recorded(sam: Enrolment) -> None:
    with pytest.raises(RuleBroken, match="not recorded yet"):
        ask(sam, attempt=2)
    first = ask(sam)
    with pytest.raises(RuleBroken, match="not answered yet"):
        ask(sam, on=ASKED + dt.timedelta(days=1))
    answer_extension(by=BY, request=first, answer="refused", answered_on=ASKED)
    with pytest.raises(RuleBroken, match="of that day"):
        ask(sam)


def test_the_database_refuses_an_answer_without_its_day(sam: Enrolment) -> None:
    ask(sam)
    sql = (
        "INSERT INTO learners_extensionrequest (enrolment_id, module_id, attempt, effective_on, asked_until, answer) "
        "SELECT enrolment_id, module_id, attempt, effective_on + 1, asked_until, 'agreed' FROM learners_extensionrequest"
    )
    with (
        pytest.raises(DatabaseError, match="learners_extension_request_answered"),
        acting_as(by=BY),
        connection.cursor() as cursor,
    ):
        cursor.execute(sql)
