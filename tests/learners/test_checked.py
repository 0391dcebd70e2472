"""Pages with *Check your answers*: the rules are asked before it, and each answer leads back to its question."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from importlib import import_module

import pytest

from learners.models import Event
from learners.presenters.answers import answers
from learners.views.checked import CheckedPage
from pqip.core.clock import today
from pqip.govuk import forms
from tests.factories import learners as make
from tests.learners.test_pages import browser, date, send, somebody, text_of

pytestmark = pytest.mark.django_db
D = dt.date


def every(page: type[CheckedPage]) -> Iterator[type[CheckedPage]]:
    for one in page.__subclasses__():
        yield one
        yield from every(one)


def test_one_piece_of_code_asks_the_rules_of_every_such_page() -> None:
    import_module("assessments.urls"), import_module("learners.urls")  # all pages are known then
    assert len(list(every(CheckedPage))) > 15
    assert [
        page
        for page in every(CheckedPage)
        if "rehearsed" in vars(page) or "form_valid" in vars(page)
    ] == [
        page
        for page in every(CheckedPage)
        if page.__name__ in {"Withdraw", "Enrol"}  # whose first question comes before
    ]


REFUSED = {
    "a break that ends before it begins": (
        "defer",
        date("on", D(2025, 12, 1)) | date("expected_return", D(2025, 11, 1)),
    ),
    "a break that ends the day it begins": (
        "defer",
        date("on", D(2025, 12, 1)) | date("expected_return", D(2025, 12, 1)),
    ),
    "a break before the start": ("defer", date("on", D(2024, 12, 1))),
    "the end of no break": ("resume", date("on", D(2025, 5, 1))),
    "an extension to the planned end": (
        "extend",
        date("on", D(2025, 5, 1)) | date("extended_to", D(2026, 4, 15)) | {"note": "Why"},
    ),
    "hours nobody works": ("change_fte", date("on", D(2025, 5, 1)) | {"to_fte": "0.3"}),
    "completing before the start": ("complete", date("on", D(2024, 12, 1)) | {"reason": "Seen"}),
}


@pytest.mark.parametrize("what", REFUSED)
def test_what_would_be_refused_is_refused_before_it_is_checked(what: str) -> None:
    made, client = make.enrolment(), browser(somebody())
    name, answers = REFUSED[what]
    page = text_of(send(client, name, made, **answers))
    assert "There is a problem" in page
    assert "Check your answers" not in page
    before = Event.objects.count()
    assert "There is a problem" in text_of(send(client, name, made, **answers, confirmed="yes")), (
        "and so when it is sent"
    )
    assert Event.objects.count() == before


def test_asking_the_rules_leaves_nothing_behind_and_each_answer_leads_back() -> None:
    made, client = make.enrolment(), browser(somebody())
    answers = (
        date("on", D(2025, 5, 1)) | date("expected_return", D(2025, 6, 1)) | {"note": "Private"}
    )
    before = Event.objects.count()
    page = send(client, "defer", made, **answers).content.decode()
    assert Event.objects.count() == before
    for field in ("id_on-day", "id_expected_return-day", "id_reason", "id_note"):
        assert f'name="change" value="yes" formaction="#{field}"' in page
    assert 'id="answers"' in page
    again = send(client, "defer", made, **answers, change="yes").content.decode()
    assert 'id="id_on-day"' in again
    assert "Private" in again
    assert Event.objects.count() == before


def test_nobody_is_checked_for_a_role_they_may_not_have() -> None:
    made, client = make.enrolment(), browser(somebody())
    pso = make.person(staff_number="PSO9")
    answers = {
        "role": "line_manager",
        "staff_number": pso.staff_number,
        **date("from_date", today()),
    }
    page = text_of(send(client, "allocate", made, **answers))
    assert ("There is a problem" in page) != ("Check your answers" in page)


def test_yes_and_no_are_said_in_words() -> None:
    class Asked(forms.Form):
        held = forms.YesNoField(label="Held?")
        at_hand = forms.YesNoField(label="At hand?")

    form = Asked({"held": "yes", "at_hand": "no"})
    assert form.is_valid()
    assert [row.value for row in answers(form)] == ["Yes", "No"]
