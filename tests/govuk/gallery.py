"""Every component on one page, and every layout as a page, with made-up content: for tests and for looking at."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import include, path

from pqip.core.access import PUBLIC, requires
from pqip.core.formats import short_date
from pqip.govuk import errors, forms
from pqip.govuk.filters import Filter, Search
from pqip.govuk.pages import (
    Action,
    Count,
    Crumb,
    Download,
    Due,
    Empty,
    Event,
    NavItem,
    Summary,
    SummaryRow,
    Tab,
    Tag,
    Task,
)
from pqip.govuk.pagination import keyset, numbered
from pqip.govuk.tables import Cell, Column, Sorting, Table
from tests.govuk.content import WELSH, a_map, an_axis, an_identity, charts

REGIONS = [("north-east", "North East"), ("wales", "Wales / Cymru"), ("london", "London")]


class Everything(forms.Form):
    """One field of each kind."""

    name = forms.CharField(
        label="Full name", help_text="As it stands on the staff record", look=forms.Look(width=20)
    )
    email = forms.EmailField(label="Work e-mail address")
    hours = forms.DecimalField(label="Hours a week", look=forms.Look(width=3, suffix="hours"))
    start = forms.DateField(label="Start date", help_text="For example, 27 3 2026")
    region = forms.ChoiceField(choices=REGIONS, prompt="Choose a region")
    reason = forms.RadioField(
        label="Why is the learner taking a break?",
        choices=[("family", "Family leave"), ("health", "Health"), ("other", "Another reason")],
        look=forms.Look(hints={"health": "Do not describe it here"}, divider="other"),
    )
    detail = forms.CharField(label="What is the reason?")
    told = forms.CheckboxesField(
        label="Who has been told?",
        choices=[("pta", "Practice tutor assessor"), ("uni", "University")],
    )
    back = forms.YesNoField(label="Is a return date agreed?")
    note = forms.TextField(label="Note", max_length=500, required=False)
    file = forms.FileField(label="Supporting file", required=False)
    sure = forms.BooleanField(label="I have agreed this with the learner")

    reveals = {"detail": ("reason", "other")}


class Filters(forms.Form):
    """What a list is narrowed by."""

    status = forms.CheckboxesField(
        choices=[("behind", "Behind"), ("on_track", "On track")],
        required=False,
        look=forms.Look(size="s", small=True),
    )
    region = forms.ChoiceField(
        choices=REGIONS, prompt="All regions", required=False, look=forms.Look(size="s")
    )


def learners(request: HttpRequest, count: int = 12) -> Table:
    """A list of learners."""
    columns = [
        Column("Name", sort="name"),
        Column("Pathway"),
        Column("Planned end", sort="end"),
        Column("Units", numeric=True, sort="units"),
        Column("Progress"),
    ]
    tags = [Tag("On track", "green"), Tag("Behind", "yellow"), Tag("Needs action", "red")]
    rows = [
        (
            Cell(
                WELSH if n == 2 else f"Learner Number {n}",
                url="#",
                second="Swansea Neath Port-Talbot",
            ),
            "PQiP 21 months",
            short_date(date(2027, 3, n % 28 + 1)),
            n % 8,
            tags[n % 3],
        )
        for n in range(1, count + 1)
    ]
    return Table(
        "Learners",
        columns,
        rows,
        caption_hidden=True,
        sorting=Sorting.chosen(request, {"name", "end", "units"}, "name"),
        downloads=[Download("This list", "#csv", "CSV"), Download("This list", "#xlsx", "Excel")],
        empty=Empty(
            "No learners match these filters.", action=Action("Clear filters", "?", "link")
        ),
    )


def shell(request: HttpRequest) -> dict[str, Any]:
    """A frame as a signed-in learning manager sees it."""
    names = ["Home", "Learners", "Assessments", "Workforce", "Reports", "Imports"]
    navigation = [
        NavItem(name, f"/{name.lower()}", name == "Learners", 4 if name == "Assessments" else None)
        for name in names
    ]
    return {"navigation": navigation, "find_url": "/find", "is_demo": True}


@requires(PUBLIC)
def a_list(request: HttpRequest) -> HttpResponse:
    query = (
        QueryDict("status=behind&status=on_track&region=wales&sort=name&find=abc")
        if "chosen" in request.GET
        else request.GET
    )
    page = Paginator(range(5000), 50).page(4)
    rows = 0 if "none" in request.GET else 1 if "one" in request.GET else 12
    filters = Filter(
        Filters(query), query, Search(words="Llewelyn" if "chosen" in request.GET else "")
    )
    context = {
        "page_title": "Learners",
        "lead": "Everybody on the programme in your region.",
        "actions": [Action("Add a learner", "#add", "")],
        "tabs": [
            Tab("Current", "#", True, 120),
            Tab("Ended", "#ended"),
            Tab("Did not start", "#not"),
        ],
        "filter": filters,
        "table": learners(request, rows),
        "pages": numbered(page, query) if rows > 1 else keyset(query),
    }
    return render(request, "layouts/list.html", context | shell(request))


@requires(PUBLIC)
def home(request: HttpRequest) -> HttpResponse:
    counts = [
        Count("Overdue reviews", 3, "#1"),
        Count("Waiting for a countersignature", 1204, "#2", "oldest 14 days"),
        Count("Breaks due to end", 2, "#3"),
    ]
    table = learners(request, 5)
    context = {
        "page_title": "What needs a decision this week",
        "table": table,
        "counts": counts,
        "actions": [Action("Agree and next", "#", post=True, kind="")],
    }
    return render(request, "layouts/home.html", context | shell(request))


@requires(PUBLIC)
def record(request: HttpRequest) -> HttpResponse:
    summary = Summary(
        [
            SummaryRow("Practice tutor assessor", "Ceri Rees", "#a"),
            SummaryRow("Line manager", "", "#b"),
            SummaryRow("Status", tag=Tag("Active", "green")),
        ],
        "People",
        [Action("History", "#h", "link")],
    )
    due = [
        Due("Unit 3 evidence", date(2026, 11, 20), "Vocational", "#", True, "the learner"),
        Due("Court placement starts", date(2027, 1, 4), "Placements", "#"),
        Due("Quarterly review", None, "Reviews"),
    ]
    events = [
        Event(
            "Evidence decided",
            datetime(2026, 11, 20, 9, 32, tzinfo=UTC),
            "Ceri Rees",
            "Competent on 3 of 4 criteria.",
            Action("See the decision", "#d", "link"),
        ),
        Event("Returned from break", date(2026, 7, 1), "Bethan Morris"),
    ]
    tabs = [
        Tab(name, f"#{name}", name == "Overview", 2 if name == "Assessments" else None)
        for name in [
            "Overview",
            "Progress",
            "Assessments",
            "Training",
            "Support",
            "History",
            "Documents",
        ]
    ]
    context = {
        "page_title": "Learner overview",
        "heading": "Overview",
        "identity": an_identity(),
        "tabs": tabs,
        "summary": summary,
        "due": due,
        "events": events,
        "axis": an_axis(),
        "map": a_map(),
    }
    context["breadcrumbs"] = [Crumb("Learners", "#l"), Crumb("Learner")]
    context["actions"] = [
        Action("Start a break", "#break"),
        Action("Withdraw", "#withdraw", "link"),
    ]
    return render(request, "gallery/record.html", context | shell(request))


@requires(PUBLIC)
def a_form(request: HttpRequest) -> HttpResponse:
    form = Everything(request.POST or None, request.FILES or None)
    if "wrong" in request.GET:
        form = Everything(
            {"start-day": "31", "start-month": "2", "start-year": "2026", "reason": "other"}, {}
        )
    context = {
        "page_title": "Start a break",
        "form": form,
        "submit": "Start the break",
        "cancel_url": "#",
        "identity": an_identity(),
        "back_url": "#",
    }
    return render(request, "layouts/form.html", context | shell(request))


@requires(PUBLIC)
def confirm(request: HttpRequest) -> HttpResponse:
    rows = [SummaryRow("Learner", WELSH, "#1"), SummaryRow("Leaving on", "4 June 2026", "#2")]
    context = {
        "page_title": "Check before you withdraw this learner",
        "form": forms.Form(),
        "submit": "Withdraw the learner",
        "rows": rows,
        "danger": True,
        "warn": "The place on the programme is given up.",
        "cancel_url": "#",
    }
    return render(request, "layouts/confirm.html", context | shell(request))


@requires(PUBLIC)
def components(request: HttpRequest) -> HttpResponse:
    messages.success(request, "The break has been recorded.")
    messages.warning(request, "Two rows need your attention.")
    tasks = [
        Task("Unit 1", "#", "Completed"),
        Task("Unit 2", "#", Tag("In progress", "turquoise"), "4 of 7 criteria"),
        Task("Unit 3", "", Tag("Cannot start yet", "grey")),
    ]
    context = {
        "page_title": "Components",
        "charts": charts(),
        "tasks": tasks,
        "tag": Tag("Active", "green"),
        "pages": keyset(QueryDict("a=1"), "x", "y"),
    }
    return render(request, "gallery/components.html", context | shell(request))


@requires(PUBLIC)
def conflict(request: HttpRequest) -> HttpResponse:
    return errors.conflict(
        request,
        "Ceri Rees decided this evidence at 9:32am.",
        typed={"Feedback": "Clear and well argued."},
    )


urlpatterns = [
    path("list/", a_list),
    path("home/", home),
    path("record/", record),
    path("form/", a_form),
    path("confirm/", confirm),
    path("components/", components),
    path("conflict/", conflict),
    path("accounts/", include("allauth.urls")),
    path("", include("pqip.govuk.urls")),
]
