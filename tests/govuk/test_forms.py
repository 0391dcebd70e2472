"""Forms: dates in three boxes, revealed questions, the words of missing answers, the error summary's links."""

from __future__ import annotations

from datetime import date

import pytest
from django import forms as django_forms
from django.template import engines

from pqip.govuk import forms


class Break(forms.Form):
    start = forms.DateField(label="Start date")
    reason = forms.RadioField(choices=[("health", "Health"), ("other", "Other")])
    detail = forms.CharField(label="What is the reason?")
    region = forms.ChoiceField(choices=[("wales", "Wales")], prompt="Choose")
    pdu = forms.CharField(label="PDU")
    back = forms.YesNoField(label="Agreed?")

    reveals = {"detail": ("reason", "other")}


def parts(day: str, month: str, year: str) -> dict[str, str]:
    return {"start-day": day, "start-month": month, "start-year": year}


GOOD = parts("4", "6", "2026") | {
    "reason": "health",
    "region": "wales",
    "pdu": "Swansea",
    "back": "no",
}


def summary(form: forms.Form) -> str:
    return engines["jinja2"].from_string("{{ ui.error_summary(form) }}").render({"form": form})


@pytest.mark.parametrize(
    "data",
    [
        parts("4", "6", "2026"),
        parts("04", "06", "2026"),
        parts("4", "June", "2026"),
        parts("4", "jun", "2026"),
        {"start": "2026-06-04"},
    ],
)
def test_date_is_read(data):
    assert forms.DateField().clean(
        forms.DateField.widget().value_from_datadict(data, {}, "start")
    ) == date(2026, 6, 4)


@pytest.mark.parametrize(
    ("typed", "message", "wrong"),
    [
        (parts("31", "2", "2026"), "Start date must be a real date", ["day", "month", "year"]),
        (parts("4", "", "2026"), "Start date must include a month", ["month"]),
        (parts("", "", "2026"), "Start date must include a day and month", ["day", "month"]),
        (parts("4", "6", "26"), "Year must include 4 numbers", ["year"]),
        (parts("4", "smarch", "2026"), "Start date must be a real date", ["day", "month", "year"]),
        ({}, "Enter start date", ["day", "month", "year"]),
    ],
)
def test_date_is_refused(typed, message, wrong):
    form = Break({**{k: v for k, v in GOOD.items() if not k.startswith("start")}, **typed})
    assert form.errors == {"start": [message]}
    html = str(form["start"].as_field_group())
    marked = [
        part
        for part in ("day", "month", "year")
        if f'govuk-input--error" id="id_start-{part}"' in html
    ]
    assert marked == wrong


def test_what_was_typed_comes_back():
    html = str(Break(parts("31", "Feb", "26"))["start"].as_field_group())
    assert 'value="31"' in html
    assert 'value="Feb"' in html
    assert 'value="26"' in html


def test_initial_date_is_shown():
    html = str(Break(initial={"start": date(2026, 6, 4)})["start"].as_field_group())
    assert 'value="4"' in html
    assert 'value="6"' in html
    assert 'value="2026"' in html


def test_revealed_question_is_asked_only_with_its_choice():
    assert Break(GOOD).is_valid()
    assert Break(GOOD | {"reason": "other"}).errors == {"detail": ["Enter an answer"]}


def test_answer_that_is_not_revealed_is_dropped():
    form = Break(GOOD | {"detail": "left over"})
    assert form.is_valid()
    assert form.cleaned_data["detail"] == ""
    assert list(form.fields) == ["start", "reason", "detail", "region", "pdu", "back"]


def test_revealed_question_stands_inside_its_choice_once():
    html = str(Break())
    assert html.count('name="detail"') == 1
    assert 'data-aria-controls="conditional-id_reason-2"' in html
    assert (
        html.index('id="conditional-id_reason-2"')
        < html.index('name="detail"')
        < html.index('name="region"')
    )


def test_words_of_missing_answers():
    assert Break({}).errors == {
        "start": ["Enter start date"],
        "reason": ["Select reason"],
        "region": ["Select region"],
        "pdu": ["Enter PDU"],
        "back": ["Select yes or no"],
    }


def test_yes_no_is_a_truth():
    assert Break(GOOD).fields["back"].clean("no") is False
    assert 'value="yes" checked' in str(Break(initial={"back": True})["back"].as_field_group())


def test_summary_links_to_the_first_part_of_each_field():
    html = summary(Break({}))
    for target in ("id_start-day", "id_reason", "id_region", "id_pdu", "id_back"):
        assert f'href="#{target}"' in html
        assert f'id="{target}"' in str(Break({}))


def test_summary_shows_rules_of_the_whole_form_first():
    form = Break({})
    form.add_error(None, "A break cannot start before the programme")
    assert "<li> A break cannot start before the programme </li>" in " ".join(summary(form).split())


def test_no_summary_without_errors():
    assert summary(Break()).strip() == ""
    assert summary(Break(GOOD)).strip() == ""


def test_message_at_the_field_is_the_summarys():
    assert str(Break({})).count("Enter PDU") == summary(Break({})).count("Enter PDU") == 1


def test_what_a_person_types_is_escaped():
    html = str(Break(GOOD | {"pdu": '"><script>alert(1)</script>'}))
    assert "<script>" not in html


def test_a_librarys_form_is_shown_in_the_design_system_without_placeholders():
    class Foreign(django_forms.Form):
        name = django_forms.CharField(widget=django_forms.TextInput(attrs={"placeholder": "Name"}))
        kind = django_forms.ChoiceField(choices=[("a", "A")])

    html = str(Foreign())
    assert 'class="govuk-input"' in html
    assert 'class="govuk-select"' in html
    assert "placeholder" not in html


def test_choices_set_later_keep_the_prompt():
    form = Break()
    form.fields["region"].choices = [("london", "London")]
    assert list(form.fields["region"].choices) == [("", "Choose"), ("london", "London")]


def test_a_label_changed_later_is_what_is_missing():
    form = Break({})
    form.fields["start"].label = "First day away"
    assert form.errors["start"] == ["Enter first day away"]


def of_the_project(kind=forms.Form):
    for one in kind.__subclasses__():
        if not one.__module__.startswith("tests."):
            yield one
        yield from of_the_project(one)


def test_a_question_says_itself_what_is_missing():
    """*Select an answer* helps nobody; a label that is a question has words of its own."""
    import reports.urls  # noqa: F401  (every page, and with it every form, is known then)

    found = [
        f"{form.__module__}.{form.__name__}.{name}"
        for form in of_the_project()
        for name, field in form.base_fields.items()
        if field.required
        and str(field.label).endswith("?")
        and not isinstance(field, forms.YesNoField)
        and field.error_messages["required"] == forms.REQUIRED
    ]
    assert len(list(of_the_project())) > 60
    assert found == []
