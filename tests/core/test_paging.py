"""Pages of a list of any length: every row once and in order, forwards and backwards, whatever it is sorted by."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from html import unescape
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.core.paginator import Page
from django.db import connection
from django.db.models import Case, Count, F, QuerySet, Value, When
from django.test import Client
from django.test.utils import CaptureQueriesContext

from assessments.facts.caseload import with_end
from assessments.models import Registration
from learners.models import Enrolment
from learners.views.lists import SORTS
from pqip.core.acting import acting_as
from pqip.pages import generic, paging
from pqip.pages.paging import AFTER, BEFORE, ByKey, chosen
from tests.factories import assessments, learners, workforce
from tests.personas import client_for, persona
from workforce.models import Person

pytestmark = pytest.mark.django_db
SIZE, START = 3, dt.date(2025, 1, 15)
NAMES = [("Ana", "Hughes"), ("Carys", "Hughes"), ("Carys", "Hughes"), ("Éa", "O’Brien")]
#: How a list of enrolments may be ordered: by each column of the list of learners, either way, and by what is worked out.
ORDERS = [
    (*(f"{sign}{column}" for column in columns), "pk")
    for columns in SORTS.values()
    for sign in ("", "-")
]
WORKED_OUT = [
    ("is_late", "-planned_end", "pk"),
    ("-is_late", "person__sort_name", "pk"),
    ("ends", "pk"),
    ("-ends", "pk"),
    ("events_known", "person__sort_name", "-pk"),
    ("region", "pk"),
    ("-pdu__region", "-pk"),
]


@pytest.fixture
def enrolments(monkeypatch: pytest.MonkeyPatch) -> QuerySet[Enrolment]:
    """Eleven, of whom several have the same name, the same dates or none; more than are counted."""
    monkeypatch.setattr(paging, "COUNTED", 4)
    monkeypatch.setattr(generic, "COUNTED", 4)
    for number in range(11):
        first, last = NAMES[number % len(NAMES)]
        where = "WAL" if number % 3 else "NE"
        who = workforce.person(in_region=where, first_name=first, last_name=last)
        learners.enrolment(who=who, start=START + dt.timedelta(days=number // 4), in_region=where)
    keys = list(Enrolment.objects.order_by("pk").values_list("pk", flat=True))
    with acting_as(by=learners.BY):
        Enrolment.objects.filter(pk__in=keys[::3]).update(planned_end=None)
        Enrolment.objects.filter(pk__in=keys[1:5]).update(region=None, pathway=None)
    return Enrolment.objects.all()


def worked_out(rows: QuerySet[Enrolment]) -> QuerySet[Enrolment]:
    late = Case(When(start_date__gt=START, then=Value(True)), default=Value(False))
    return rows.annotate(is_late=late, ends=F("planned_end"), events_known=Count("events"))


def walk(rows: QuerySet, order: Any, *, backwards: bool = False) -> list[list[Any]]:
    """Each page's keys, from the first page on, or from the last page back."""
    found = chosen(rows, order, {"page": "last"} if backwards else {}, SIZE)
    pages = [found.keys]
    while isinstance(found.page, ByKey) and (
        place := found.page.before if backwards else found.page.after
    ):
        found = chosen(rows, order, {BEFORE if backwards else AFTER: place}, SIZE)
        pages.append(found.keys)
        assert len(pages) < 20
    return pages


@pytest.mark.parametrize("order", [*ORDERS, *WORKED_OUT], ids=str)
def test_each_row_stands_on_one_page_either_way(
    enrolments: QuerySet[Enrolment], order: tuple[str, ...]
) -> None:
    rows = worked_out(enrolments) if order in WORKED_OUT else enrolments
    whole = list(rows.order_by(*order).values_list("pk", flat=True))
    assert len(whole) == 11
    assert [key for page in walk(rows, order) for key in page] == whole
    pages = walk(rows, order, backwards=True)
    assert [key for page in reversed(pages) for key in page] == whole


def test_a_place_is_there_when_its_row_is_gone(enrolments: QuerySet[Enrolment]) -> None:
    order = ("person__sort_name", "pk")
    whole = list(enrolments.order_by(*order).values_list("pk", flat=True))
    first = chosen(enrolments, order, {}, SIZE)
    assert isinstance(first.page, ByKey)
    without = enrolments.exclude(pk__in=[whole[1], whole[2], whole[3]])
    second = chosen(without, order, {AFTER: first.page.after}, SIZE)
    assert second.keys == whole[4:7]
    assert isinstance(second.page, ByKey)
    assert chosen(without, order, {BEFORE: second.page.before}, SIZE).keys == [whole[0]]


def test_where_nothing_is_left_it_is_the_end(enrolments: QuerySet[Enrolment]) -> None:
    order = ("person__sort_name", "pk")
    whole = list(enrolments.order_by(*order).values_list("pk", flat=True))
    second = chosen(enrolments, order, {"page": "2"}, SIZE)
    assert isinstance(second.page, ByKey)
    early, late = enrolments.filter(pk__in=whole[:5]), enrolments.filter(pk__in=whole[4:])
    assert chosen(early, order, {AFTER: second.page.after}, SIZE).keys == whole[2:5]
    assert chosen(late, order, {BEFORE: second.page.before}, SIZE).keys == whole[4:7]
    assert chosen(enrolments.none(), order, {AFTER: second.page.after}, SIZE).keys == []


@pytest.mark.parametrize(
    ("asked", "expected"),
    [("1", 0), ("2", 3), ("4", 9), ("5", 8), ("9" * 30, 8), ("0", 0), ("-3", 0), ("word", 0), ("last", 8)],
)  # fmt: skip
def test_an_address_with_a_number_still_answers(
    enrolments: QuerySet[Enrolment], asked: str, expected: int
) -> None:
    whole = list(enrolments.order_by("pk").values_list("pk", flat=True))
    assert chosen(enrolments, ["pk"], {"page": asked}, SIZE).keys == whole[expected : expected + 3]


@pytest.mark.parametrize("asked", ["1", "2", "3", "last", "9", "9" * 30, "no", "", "0", "-1"])
def test_a_list_that_is_counted_has_numbers(
    enrolments: QuerySet[Enrolment], monkeypatch: pytest.MonkeyPatch, asked: str
) -> None:
    """Pages past the middle are read from the end."""
    monkeypatch.setattr(paging, "COUNTED", 11)
    whole = list(enrolments.order_by("-pk").values_list("pk", flat=True))
    found = chosen(enrolments, ["-pk"], {"page": asked}, 4)
    assert isinstance(found.page, Page)
    number = {"last": 3, "no": 1, "": 1}.get(asked) or min(max(int(asked), 1), 3)
    assert (found.page.number, found.page.paginator.count) == (number, 11)
    assert found.keys == whole[4 * (number - 1) : 4 * number]


def test_a_place_in_another_order_or_made_up_is_the_first_page(
    enrolments: QuerySet[Enrolment],
) -> None:
    first = chosen(enrolments, ["pk"], {}, SIZE)
    assert isinstance(first.page, ByKey)
    for asked in ({AFTER: first.page.after}, {AFTER: "made up"}, {BEFORE: "gAAA" * 30}):
        assert chosen(enrolments, ["-pk"], asked, SIZE).keys == walk(enrolments, ["-pk"])[0]


def test_what_a_last_place_costs_does_not_grow_with_what_stands_before(
    enrolments: QuerySet[Enrolment],
) -> None:
    """By name, which is never blank, the database is told where to begin in words that an index answers."""
    place = chosen(enrolments, ["person__sort_name", "pk"], {"page": "2"}, SIZE).page
    assert isinstance(place, ByKey)
    with CaptureQueriesContext(connection) as sent:
        chosen(enrolments, ["person__sort_name", "pk"], {AFTER: place.after}, SIZE)
    (asked,) = (one["sql"] for one in sent)
    assert "OFFSET" not in asked
    assert re.search(r'"sort_name" >= \'HUGHES', asked)
    assert "IS NULL" not in asked


def test_registrations_by_their_end_some_without(enrolments: QuerySet[Enrolment]) -> None:
    for person in Person.objects.filter(enrolments__isnull=False)[:6]:
        assessments.registration(person, START)
    rows = with_end(Registration.objects.all())
    for order in (("ends_on", "person__sort_name", "pk"), ("-ends_on", "-person__sort_name", "pk")):
        whole = list(rows.order_by(*order).values_list("pk", flat=True))
        assert [key for page in walk(rows, order) for key in page] == whole


def hrefs(page: str) -> dict[str, str]:
    """The links of the pagination: by *next*, *prev*, *First page*, *Last page*."""
    nav = page[page.index('<nav class="govuk-pagination') :]
    links = re.findall(r'href="([^"]*)"\s*(?:rel="(\w+)"|aria-label="([^"]*)")', nav)
    return {rel or label: unescape(href) for href, rel, label in links}


@pytest.fixture
def client(enrolments: QuerySet[Enrolment], monkeypatch: pytest.MonkeyPatch) -> Client:
    monkeypatch.setattr(generic.ListPage, "page_size", SIZE)
    return client_for(persona("national"))


def pages_of(client: Client, address: str, way: str) -> Iterator[str]:
    """Pages one after the other, by the links they carry."""
    while address:
        text = client.get(address).content.decode()
        yield text
        leads = hrefs(text).get(way, "")
        address = "/learners/" + leads if leads else ""


def names(page: str) -> list[str]:
    return re.findall(r'/learners/([0-9a-f-]{36})/"', page)


def test_a_page_says_from_whom_to_whom_and_its_address_names_nobody(client: Client) -> None:
    first, second, *_others, last = pages_of(client, "/learners/?sort=name", "next")
    assert "Showing 1 to 3 of more than 4" in first
    assert "Showing 3 from Carys Hughes to Carys Hughes" in second
    assert "(further on) – " in second
    assert "(last page) – " in last
    links = hrefs(second)
    assert links["First page"] == "?sort=name"
    assert links["Last page"] == "?sort=name&page=last"
    for address in links.values():
        assert not re.search("hughes|carys", address, re.IGNORECASE)
        assert set(parse_qs(urlsplit(address).query)) <= {"sort", "page", AFTER, BEFORE}


@pytest.mark.parametrize("query", ["sort=name", "sort=-end", "sort=region&status=active"])
def test_the_links_of_a_list_lead_over_all_of_it_and_back(client: Client, query: str) -> None:
    forwards = [
        name for page in pages_of(client, f"/learners/?{query}", "next") for name in names(page)
    ]
    backwards = [names(page) for page in pages_of(client, f"/learners/?{query}&page=last", "prev")]
    assert len(set(forwards)) == len(forwards) == 11
    assert [name for page in reversed(backwards) for name in page] == forwards


def test_sorting_and_filtering_begin_at_the_first_page(client: Client) -> None:
    second = next(iter([*pages_of(client, "/learners/", "next")][1:]))
    assert "after=" not in "".join(re.findall(r'class="app-sort" href="([^"]*)"', second))
    assert "after=" not in "".join(re.findall(r'href="([^"]*format=csv)"', second))


def test_every_sort_of_every_list_can_be_read_by_key() -> None:
    """Each column exists, is one value a row, and goes by what `chosen` understands."""
    kinds: list[type[generic.ListPage]] = list(_kinds(generic.ListPage))
    assert len(kinds) > 30
    for kind in kinds:
        for columns in kind.sorts.values():
            assert all(isinstance(column, str) for column in columns), kind


def _kinds(kind: type[generic.ListPage]) -> Iterator[type[generic.ListPage]]:
    for one in kind.__subclasses__():
        yield one
        yield from _kinds(one)
