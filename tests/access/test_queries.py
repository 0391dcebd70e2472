"""No page asks the database more often for 40 rows than for 20, and each that lists anything really shows what was added."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from unittest.mock import patch

import pytest
from django.conf import settings
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext, override_settings
from django.urls import reverse

from pqip.core.access import every_url
from pqip.core.reference import kinds
from pqip.pages.generic import ListPage
from reports.catalogue import REPORTS
from tests.access import table
from tests.access.crowd import add
from tests.access.records import RECORDS, World, build
from tests.personas import SignedIn

FEW, MANY = 20, 20
OPEN = {"opens", "near"}
ROWS = table.read()
#: Kinds of record that come in several, each with a page of its own.
SEVERAL = {"report": {"name": list(REPORTS)}, "reference kind": {"slug": list(kinds)}}
#: What an address is asked with, where it shows nothing otherwise.
ASKED = {"reports:people": {"column": "active"}, "reports:file": {"format": "csv"}}
#: Lists are files, too.
AS_A_FILE = " as a file"
LISTS = {
    name
    for name, _path, view in every_url()
    if issubclass(getattr(view, "view_class", object), ListPage)
}
#: Who sees most of it, where that is not the first role that may open it.
BEST_SEEN_BY = {
    "learners:mine": "line_manager",
    "learners:approvals": "line_manager",
    "reports:people": "learning_manager",
    "reports:my_countersigning": "countersigner",
}
#: Addresses that show no page of these records, and why.
UNSEEN = {
    "learners:dispute_approval": "of an approval that somebody else recorded only: tests/learners/test_approvals.py",
    "assessments:dispute": "of an imported countersignature only: tests/assessments/test_pages.py",
    "assessments:named_for_assessors": "of what was named in the same session: tests/assessments/test_open_work.py",
    "assessments:undo_named_for_assessors": "of what was named in the same session: tests/assessments/test_open_work.py",
    "exchange:answers": "of a file that asks: tests/exchange/test_answers.py",
    "exchange:new": "of a file that has been read: tests/exchange/test_answers.py",
    "exchange:changes": "of a file that has been read: tests/exchange/test_pages.py",
    "exchange:results": "of a file that has been read: tests/exchange/test_pages.py",
    "learners:allocated": "of what was allocated in the same session: tests/learners/test_allocate_many.py",
    "learners:undo_allocated": "of what was allocated in the same session: tests/learners/test_allocate_many.py",
    "learners:intake_booked": "of what was booked in the same session: tests/learners/test_intake_plans.py",
    "learners:undo_intake_booked": "of what was booked in the same session: tests/learners/test_intake_plans.py",
    "learners:attendance_done": "of a sheet recorded in the same session: tests/learners/test_attendance.py",
    "learners:attendance_sheet": "of a sheet begun in the same session: tests/learners/test_attendance.py",
    "learners:attendance_undo": "of a sheet recorded in the same session: tests/learners/test_attendance.py",
    "reports:download": "of a run whose files were made: tests/reports/test_pages.py",
    **{
        f"reports:people {name}": "the monthly report's numbers alone open"
        for name in REPORTS
        if name != "monthly-status"
    },
    "file": "of a file that asks who takes it out: tests/access/test_handing_out.py",
    "file_purpose": "of a file that asks what it is for: tests/access/test_handing_out.py",
    "workforce:home": "leads to the first list of each role",
    "workforce:manage_email": "leads to one's own account",
}
ONE = "of one piece of work, as long as its own story"
#: Pages with a table, a timeline or an empty list that stays as it is, and why.
STAYS = {
    "assessments:assessor_capacity": "a row for each month",
    "assessments:countersign": ONE,
    "assessments:external_plans": "a row for each region",
    "assessments:sample": ONE,
    "assessments:evidence": ONE,
    "assessments:queued": ONE,
    "assessments:route": "the parts of a portfolio, and the ten latest entries of a record",
    "exchange:bring": "the columns of a dataset",
    "exchange:template": "the columns of a dataset",
    "exchange:templates": "the datasets there are",
    "govuk:cookies": "the cookies there are",
    "learners:application": "the stages there are",
    "learners:campaign": "the stages, and a row for each region and pathway",
    "learners:changes": "a line for each act, however much it wrote",
    "learners:courses": "the courses there are",
    "learners:entry": "the clauses of the entry rules",
    "learners:leaver": "one leaver, as long as what they said",
    "learners:learner": "the next five things due, and who looks after the learner",
    "learners:what_if": "the milestones there are",
    "reports:data_quality": "a row for each check and region",
    "reports:file data-quality": "a row for each check and region",
    "reports:report data-quality": "a row for each check and region",
    "reports:definitions": "the words there are",
    "reports:explorer": "a row for each region",
    "reports:forecast": "a row for each month that people ask about",
    "reports:change_schedule": "the reports there are",
    "reports:overview": "a row for each region, grade or quarter",
    "reports:schedules": "the places there are",
    "reports:file academic-outcomes": "a row for each university and module",
    "reports:report academic-outcomes": "a row for each university and module",
    "reports:file assessor-development": "a row for each region",
    "reports:file newly-qualified": "a row for each region",
    "reports:file forecast-backtest": "a row for each region and month",
    "reports:file pso-development": "a row for each region",
    "reports:file supply-forecast": "a row for each region and month",
    "reports:file support-demand": "a row for each region and quarter",
    "reports:file support-conversations": "a row for each region",
    "reports:report support-conversations": "a row for each region",
    "reports:file protected-time": "a row for each region, kind and reason",
    "reports:file retention": "a row for each group and six months",
    "reports:file tenure-of-leavers": "a row for each region, pathway and band",
    "reports:file training": "a row for each course",
    "reports:index": "the reports there are",
    "reports:report forecast-backtest": "a row for each region and month",
    "reports:report newly-qualified": "a row for each region",
    "reports:report supply-forecast": "a row for each region and month",
    "reports:report support-demand": "a row for each region and quarter",
    "reports:report pso-development": "a row for each region",
    "reports:report protected-time": "a row for each region, kind and reason",
    "reports:report retention": "a row for each group and six months",
    "reports:report tenure-of-leavers": "a row for each region, pathway and band",
    "reports:report training": "a row for each course",
    "reports:report assessor-development": "a row for each region",
    "workforce:find": "the first of those found; the lists have the rest",
    "workforce:open_regions": "the regions there are",
    "workforce:merge": "two records, side by side",
    "workforce:reference": "the kinds there are",
    **{
        f"workforce:reference_kind {slug}": "grows as grades do"
        for slug in kinds
        if slug not in {"grades", "induction-items", "campaigns"}
    },
}


@dataclass(frozen=True)
class Seen:
    """What one page cost, and how much it showed; `lists` is False for a page without a table, list or timeline."""

    queries: int
    rows: int
    lists: bool


def pages() -> list[str]:
    """Every address of the access table, once for each kind of thing it may be about: `reports:report attrition`."""
    found = []
    for name, row in sorted(ROWS.items()):
        for _key, values in SEVERAL.get(row["record"], {"": [""]}).items():
            found += [f"{name} {value}".strip() for value in values]
    return found + [page + AS_A_FILE for page in found if page.partition(" ")[0] in LISTS]


@pytest.fixture(scope="module")
def seen(django_db_setup: None, django_db_blocker: Any) -> Iterator[dict[str, tuple[Seen, Seen]]]:
    """Each page with few rows and with twice as many."""
    asks_nothing = override_settings(
        PURPOSE_ROWS=10**6, ROWS_A_DAY=dict.fromkeys(settings.ROWS_A_DAY, 10**6)
    )
    at_any_speed = patch(
        "reports.views.patience._took", return_value=0.0
    )  # slow ones take turns, by queries of their own
    on_one_page = patch.object(
        ListPage, "page_size", 1_000
    )  # what is longer than a page is counted
    with django_db_blocker.unblock(), transaction.atomic(), asks_nothing, at_any_speed, on_one_page:
        world, signed_in = build(), SignedIn()
        add(world, FEW)
        few = {page: visited(world, page, signed_in) for page in pages()}
        add(world, MANY)
        many = {page: visited(world, page, signed_in) for page in pages()}
        yield {page: (few[page], many[page]) for page in few if few[page] and many[page]}
        transaction.set_rollback(True)


def visited(world: World, page: str, signed_in: SignedIn) -> Seen | None:
    """One page after it has been seen once, as the first role that may open it; None where none may."""
    name, _, which = page.removesuffix(AS_A_FILE).partition(" ")
    row = ROWS[name]
    role = BEST_SEEN_BY.get(name) or next(
        (role for role in world.people if row[role] in OPEN), None
    )
    if role is None:
        return None
    kwargs = RECORDS[row["record"]](world.home) | dict.fromkeys(
        SEVERAL.get(row["record"], {}), which
    )
    client, address = signed_in.client_for(world.people[role]), reverse(name, kwargs=kwargs)
    with transaction.atomic():
        asked = ASKED.get(name, {}) | ({"format": "csv"} if page.endswith(AS_A_FILE) else {})
        read(client, name, address, asked)
        with CaptureQueriesContext(connection) as queries:
            answer, text = read(client, name, address, asked)
        transaction.set_rollback(True)
    return (
        Seen(len(queries), shown(text), is_list(text, answer))
        if answer.status_code == 200
        else None
    )


def read(client: Client, name: str, address: str, asked: dict[str, str]) -> tuple[Any, str]:
    """The page, asked as it is meant to be: people are found by words that are posted."""
    finds = name == "workforce:find"
    answer = (
        client.post(address, {"words": "Okafor"}, follow=True)
        if finds
        else client.get(address, asked)
    )
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return answer, content.decode(errors="replace")


def shown(text: str) -> int:
    """How many rows a page says it has: of its numbered list, or in its tables and timelines; lines of a file."""
    if "<html" not in text:
        return text.count("\n")
    said = re.findall(r"Showing [\d,]+ to [\d,]+ of ([\d,]+)", text)
    counted = text.count("<tr") + text.count("moj-timeline__item") + text.count("app-due__item")
    return max([counted, *(int(number.replace(",", "")) for number in said)])


def is_list(text: str, answer: Any) -> bool:
    """Whether a page has a table, a timeline or words for an empty one, or is a file of rows."""
    is_file = answer["Content-Type"].startswith("text/csv")
    return is_file or any(
        mark in text for mark in ("<table", "moj-timeline", "app-nothing", "app-due")
    )


@pytest.mark.parametrize("page", pages())
def test_forty_rows_cost_no_more_queries_than_twenty(
    page: str, seen: dict[str, tuple[Seen, Seen]]
) -> None:
    is_seen = page.removesuffix(AS_A_FILE) not in UNSEEN
    assert (page in seen) is is_seen, (
        "nobody sees this page: give it a record, or say which test sees it"
    )
    if page in seen:
        few, many = seen[page]
        assert many.queries <= few.queries


@pytest.mark.parametrize("page", pages())
def test_a_list_shows_what_was_added(page: str, seen: dict[str, tuple[Seen, Seen]]) -> None:
    """A page that costs the same because it shows nothing would prove nothing."""
    if page not in seen or not seen[page][1].lists:
        return
    few, many = seen[page]
    assert (many.rows > few.rows) is (page.removesuffix(AS_A_FILE) not in STAYS), (
        f"{few.rows} rows, then {many.rows}"
    )
