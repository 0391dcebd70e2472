"""Tables, sorting, pages, filters and remembered searches."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.contenttypes.models import ContentType
from django.core.paginator import Paginator
from django.http import QueryDict
from django.template import engines
from django.test import RequestFactory

from pqip.govuk import forms, search
from pqip.govuk.filters import Filter, Search
from pqip.govuk.pages import Download, Empty, Tag
from pqip.govuk.pagination import LongPaginator, keyset, numbered
from pqip.govuk.tables import Cell, Column, Sorting, Table

COLUMNS = [Column("Name", sort="name"), Column("Units", numeric=True)]


def shown(table: Table) -> str:
    return engines["django"].from_string("{% load govuk %}{% table table %}").render({"table": table})


def sorting(query: str, default: str = "name") -> Sorting:
    return Sorting.chosen(RequestFactory().get(f"/?{query}"), {"name", "start"}, default)


def test_sort_is_read_and_turned():
    assert sorting("sort=-name").order == "-name"
    assert sorting("sort=-name").direction("name") == "descending"
    assert sorting("sort=name").url("name") == "?sort=-name"
    assert sorting("sort=name").url("start") == "?sort=start"


def test_sort_by_anything_else_is_the_default():
    assert sorting("sort=password", "-start").order == "-start"


def test_sort_keeps_filters_and_starts_at_the_first_page():
    assert sorting("status=behind&page=4").url("start") == "?status=behind&sort=start"


def test_headings_say_their_order():
    html = shown(Table("Learners", COLUMNS, [("Sam", 3)], sorting=sorting("sort=name")))
    assert 'aria-sort="ascending"' in html
    assert "<caption" in html
    assert 'scope="row"' in html
    assert "govuk-table__cell--numeric" in html


def test_no_rows_says_so_and_offers_no_download():
    html = shown(Table("Learners", COLUMNS, [], empty=Empty("No learners yet."), downloads=[Download("All", "/all.csv", "CSV")]))
    assert "No learners yet." in html
    assert "<table" not in html
    assert "all.csv" not in html


def test_cells():
    html = shown(Table("x", COLUMNS, [(Cell("<b>", url="/1", second="PDU"), Tag("Behind", "yellow")), (None, 0)]))
    assert "&lt;b&gt;" in html
    assert "govuk-tag--yellow" in html
    assert 'govuk-table__cell--numeric">0' in html
    assert "None" not in html


def test_pages_show_neighbours_and_gaps():
    pages = numbered(Paginator(range(500), 50).page(5), QueryDict("region=wales&page=5"))
    assert [link.number for link in pages.items] == [1, 0, 4, 5, 6, 0, 10]
    assert pages.next_url == "?region=wales&page=6"
    assert pages.showing == "Showing 201 to 250 of 500"


def test_the_title_says_which_page_after_the_first(gallery):
    assert "<title>Learners (page 4 of 100) – " in gallery.get("/list/").content.decode()
    assert "<title>Learners – " in gallery.get("/list/?one").content.decode()
    assert [numbered(Paginator(range(500), 50).page(n), QueryDict("")).place for n in (1, 5)] == ["", "page 5 of 10"]


def test_one_page_has_no_links():
    assert not numbered(Paginator(range(3), 50).page(1), QueryDict(""))
    assert not keyset(QueryDict(""))


def long(asked: object, counted: int, monkeypatch: pytest.MonkeyPatch) -> tuple[list[int], Any]:
    """A page of two rows of 21 that are counted up to a number: its keys, and what is said of it."""
    monkeypatch.setattr(LongPaginator, "COUNTED", counted)
    keys = list(ContentType.objects.order_by("pk").values_list("pk", flat=True)[:21])
    rows = ContentType.objects.filter(pk__in=keys).order_by("pk").values_list("pk", flat=True)
    page = LongPaginator(rows, 2).get_page(asked)
    return [keys.index(key) + 1 for key in page.object_list], numbered(page, QueryDict(""))


@pytest.mark.parametrize(
    ("asked", "counted", "rows", "links", "showing"),
    [
        ("2", 21, [3, 4], [1, 2, 3, 0, 11], "Showing 3 to 4 of 21"),
        ("2", 8, [3, 4], [1, 2, 3], "Showing 3 to 4 of more than 8"),
        ("9", 8, [17, 18], [1, 0, 8, 9, 10], "Showing 17 to 18 of more than 18"),
        ("11", 8, [21], [1, 0, 10, 11], "Showing 21 to 21 of 21"),
        ("12", 8, [21], [1, 0, 10, 11], "Showing 21 to 21 of 21"),
        ("9" * 30, 8, [21], [1, 0, 10, 11], "Showing 21 to 21 of 21"),
        ("0", 8, [1, 2], [1, 2], "Showing 1 to 2 of more than 8"),
        ("last", 8, [1, 2], [1, 2], "Showing 1 to 2 of more than 8"),
    ],
)
def test_a_long_list_is_counted_no_further_than_needed(
    db: None, monkeypatch: pytest.MonkeyPatch, asked: str, counted: int, rows: list[int], links: list[int], showing: str
) -> None:
    keys, pages = long(asked, counted, monkeypatch)
    assert keys == rows
    assert [link.number for link in pages.items] == links
    assert pages.showing == showing
    assert bool(pages.next_url) == (rows[-1] < 21)


def test_keyset_goes_both_ways():
    pages = keyset(QueryDict("region=wales&after=old"), before="a", after="b")
    assert (pages.previous_url, pages.next_url) == ("?region=wales&before=a", "?region=wales&after=b")


class Filters(forms.Form):
    status = forms.CheckboxesField(choices=[("behind", "Behind"), ("on_track", "On track")], required=False)
    region = forms.ChoiceField(choices=[("Country", [("wales", "Wales")])], required=False)


def test_chosen_filters_are_removed_one_by_one():
    query = QueryDict("status=behind&status=on_track&region=wales&sort=name&page=3")
    status, region = Filter(Filters(query), query).chosen
    assert [item.text for item in status.items] == ["Behind", "On track"]
    assert status.items[0].remove_url == "?status=on_track&region=wales&sort=name"
    assert region.items[0].text == "Wales"
    assert Filter(Filters(query), query).clear_url == "?sort=name"


def test_a_wrong_value_is_no_chosen_filter():
    query = QueryDict("region=atlantis")
    assert Filter(Filters(query), query).chosen == []


def test_a_search_is_removed_like_a_filter():
    query = QueryDict("find=abc&region=wales")
    chosen = Filter(Filters(query), query, Search(words="Llewelyn")).chosen
    assert chosen[0].items[0].text == "Llewelyn"
    assert chosen[0].items[0].remove_url == "?region=wales"


def test_words_looked_for_stay_in_the_session():
    session: dict[str, object] = {}
    token = search.remember(session, "  Sam   Jones ")
    assert search.recall(session, token) == "Sam Jones"
    assert "Jones" not in token
    assert search.remember(session, "Sam Jones") == token
    assert search.recall({}, token) == ""
    assert search.remember(session, "  ") == ""


def test_a_list_sends_its_search_on_without_the_words(rf):
    request = rf.post("/learners/?region=wales&page=3", {"words": "Sam Jones"})
    request.session = {}
    address = search.after_search(request)["Location"]
    assert address.startswith("/learners/?region=wales&find=")
    assert "Jones" not in address
    again = rf.get(address)
    again.session = request.session
    assert search.words_sought(again) == "Sam Jones"


def test_an_empty_search_clears_it(rf):
    request = rf.post("/learners/?find=old&region=wales", {"words": " "})
    request.session = {}
    assert search.after_search(request)["Location"] == "/learners/?region=wales"


def test_old_searches_are_forgotten():
    session: dict[str, object] = {}
    first = search.remember(session, "first")
    for n in range(search.KEPT):
        search.remember(session, f"later {n}")
    assert search.recall(session, first) == ""
    assert len(session[search.KEY]) == search.KEPT
