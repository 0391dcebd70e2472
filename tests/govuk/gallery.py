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
from pqip.govuk import errors, forms
from pqip.govuk.axis import Axis, Mark, Span, Strand
from pqip.govuk.charts import BarChart, Curve, LineChart, Series
from pqip.govuk.filters import Filter, Search
from pqip.govuk.formats import short_date
from pqip.govuk.pages import (
    Action,
    Count,
    Crumb,
    Download,
    Due,
    Empty,
    Event,
    Fact,
    Identity,
    NavItem,
    Summary,
    SummaryRow,
    Tab,
    Tag,
    Task,
)
from pqip.govuk.pagination import keyset, numbered
from pqip.govuk.progress import Criterion, Evidence, ProgressMap, Unit
from pqip.govuk.tables import Cell, Column, Sorting, Table

WELSH = "Gwenllian Angharad Llanfairpwllgwyngyll-Pendragon"
REGIONS = [("north-east", "North East"), ("wales", "Wales / Cymru"), ("london", "London")]


class Everything(forms.Form):
    """One field of each kind."""

    name = forms.CharField(label="Full name", help_text="As it stands on the staff record", look=forms.Look(width=20))
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
    told = forms.CheckboxesField(label="Who has been told?", choices=[("pta", "Practice tutor assessor"), ("uni", "University")])
    back = forms.YesNoField(label="Is a return date agreed?")
    note = forms.TextField(label="Note", max_length=500, required=False)
    file = forms.FileField(label="Supporting file", required=False)
    sure = forms.BooleanField(label="I have agreed this with the learner")

    reveals = {"detail": ("reason", "other")}


class Filters(forms.Form):
    """What a list is narrowed by."""

    status = forms.CheckboxesField(
        choices=[("behind", "Behind"), ("on_track", "On track")], required=False, look=forms.Look(size="s", small=True)
    )
    region = forms.ChoiceField(choices=REGIONS, prompt="All regions", required=False, look=forms.Look(size="s"))


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
            Cell(WELSH if n == 2 else f"Learner Number {n}", url="#", second="Swansea Neath Port-Talbot"),
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
        empty=Empty("No learners match these filters.", action=Action("Clear filters", "?", "link")),
    )


def shell(request: HttpRequest) -> dict[str, Any]:
    """A frame as a signed-in learning manager sees it."""
    names = ["Home", "Learners", "Assessments", "Workforce", "Reports", "Imports"]
    navigation = [NavItem(name, f"/{name.lower()}", name == "Learners", 4 if name == "Assessments" else None) for name in names]
    return {"navigation": navigation, "find_url": "/find", "is_demo": True}


@requires(PUBLIC)
def a_list(request: HttpRequest) -> HttpResponse:
    query = QueryDict("status=behind&status=on_track&region=wales&sort=name&find=abc") if "chosen" in request.GET else request.GET
    page = Paginator(range(5000), 50).page(4)
    rows = 0 if "none" in request.GET else 1 if "one" in request.GET else 12
    filters = Filter(Filters(query), query, Search(words="Llewelyn" if "chosen" in request.GET else ""))
    context = {
        "page_title": "Learners",
        "lead": "Everybody on the programme in your region.",
        "actions": [Action("Add a learner", "#add", "")],
        "tabs": [Tab("Current", "#", True, 120), Tab("Ended", "#ended"), Tab("Did not start", "#not")],
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


def an_identity() -> Identity:
    facts = [
        Fact("Staff number", "84512207"),
        Fact("Pathway", "PQiP 21 months"),
        Fact("Region", "Wales / Cymru"),
        Fact("PDU", "Swansea Neath Port-Talbot"),
    ]
    return Identity(WELSH, facts, [Tag("Active", "green"), Tag("Behind", "yellow")])


def an_axis() -> Axis:
    strands = [
        Strand(
            "University",
            [
                Span("Level 5 modules", date(2025, 9, 1), date(2026, 3, 31), "done"),
                Span("Level 6 modules", date(2026, 4, 1), date(2027, 5, 1), "now"),
            ],
        ),
        Strand(
            "Vocational",
            [Span("VQ5", date(2026, 9, 1), date(2027, 6, 1), "now")],
            [Mark("Unit 1 signed off", date(2026, 10, 9), True), Mark("Unit 4 due", date(2027, 1, 20))],
        ),
        Strand("Role training", marks=[Mark("Risk", date(2025, 11, 1), True), Mark("Safeguarding", date(2027, 2, 2))]),
        Strand("Placements", [Span("Court", date(2027, 1, 4), date(2027, 2, 19))]),
        Strand("Breaks", [Span("Break", date(2026, 5, 1), date(2026, 6, 30), "break")]),
    ]
    return Axis(strands, date(2025, 9, 1), date(2027, 6, 1), date(2026, 11, 23))


def a_map() -> ProgressMap:
    evidence = [Evidence(f"e{n}", f"E{n}", f"Piece of evidence {n}", "#") for n in range(1, 9)]
    kinds = ["met", "not", "waiting", "countersign", "returned", ""]
    criteria = [
        Criterion(
            f"1.{n}",
            "Explain how the assessment of risk informs the plan agreed",
            {f"e{i}": kinds[(n + i) % 6] for i in range(1, 9)},
            n % 3 == 0,
        )
        for n in range(1, 6)
    ]
    return ProgressMap(
        "Criteria and evidence",
        evidence,
        [Unit("Unit 1: Assess and plan", criteria, "2 of 5 criteria met"), Unit("Unit 2: Work with others", criteria[:2])],
    )


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
        for name in ["Overview", "Progress", "Assessments", "Training", "Support", "History", "Documents"]
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
    context["actions"] = [Action("Start a break", "#break"), Action("Withdraw", "#withdraw", "link")]
    return render(request, "gallery/record.html", context | shell(request))


@requires(PUBLIC)
def a_form(request: HttpRequest) -> HttpResponse:
    form = Everything(request.POST or None, request.FILES or None)
    if "wrong" in request.GET:
        form = Everything({"start-day": "31", "start-month": "2", "start-year": "2026", "reason": "other"}, {})
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


def charts() -> dict[str, Any]:
    labels = ["North East", "Wales / Cymru", "Kent, Surrey and Sussex"]
    table = Table(
        "Learners by progress",
        [Column("Region"), Column("On track", numeric=True), Column("Behind", numeric=True)],
        [(label, 40 + n, 12) for n, label in enumerate(labels)],
        caption_size="s",
    )
    words = {
        "subtitle": "Active learners by region, 31 October 2026",
        "description": "Three regions; Kent, Surrey and Sussex has the most.",
        "source": "records of this service",
    }
    curve = [(0.0, 100.0), (3.0, 98.2), (6.0, 95.0), (9.0, 91.4), (12.0, 88.0), (18.0, 84.1)]
    return {
        "one": BarChart(
            "Kent, Surrey and Sussex has the most learners",
            labels=labels,
            series=[Series("Learners", [52, 61, 184])],
            table=table,
            **words,
        ),
        "beside": BarChart(
            "Most learners are on track in every region",
            labels=labels,
            series=[Series("On track", [40, 41, 140]), Series("Behind", [12, 20, None])],
            **words,
        ),
        "stacked": BarChart(
            "Needs action is below 10% in every region",
            labels=labels,
            stacked=True,
            unit="%",
            series=[Series("On track", [70, 60, 80]), Series("Behind", [22, 31, 15]), Series("Needs action", [8, 9, 5])],
            **words,
        ),
        "lines": LineChart(
            "84% of learners had stayed after 18 months",
            unit="%",
            highest=100,
            x_label="Months on the programme",
            x_ticks=[(n, str(n)) for n in (0, 3, 6, 9, 12, 18)],
            curves=[
                Curve("21 months", curve, [y - 4 for _, y in curve], [min(100, y + 3) for _, y in curve], True),
                Curve("15 months", [(x, y - 3) for x, y in curve], step=True),
            ],
            **words,
        ),
    }


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
    return errors.conflict(request, "Ceri Rees decided this evidence at 9:32am.", typed={"Feedback": "Clear and well argued."})


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
