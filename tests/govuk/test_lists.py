"""Tables, sorting, pages, filters and remembered searches."""

from __future__ import annotations

import pytest
from django.core.paginator import Paginator
from django.http import QueryDict
from django.template import engines
from django.test import RequestFactory

from pqip.govuk import forms, search
from pqip.govuk.filters import Filter, Search
from pqip.govuk.pages import Download, Empty, Tag
from pqip.govuk.pagination import keyset, numbered
from pqip.govuk.tables import Cell, Column, Sorting, Table

COLUMNS = [Column("Name", sort="name"), Column("Units", numeric=True)]


def shown(table: Table) -> str:
    return engines["jinja2"].from_string("{{ ui.table(table) }}").render({"table": table})


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
    html = shown(
        Table(
            "Learners",
            COLUMNS,
            [],
            empty=Empty("No learners yet."),
            downloads=[Download("All", "/all.csv", "CSV")],
        )
    )
    assert "No learners yet." in html
    assert "<table" not in html
    assert "all.csv" not in html


def test_cells():
    html = shown(
        Table(
            "x",
            COLUMNS,
            [(Cell("<b>", url="/1", second="PDU"), Tag("Behind", "yellow")), (None, 0)],
        )
    )
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
    assert [numbered(Paginator(range(500), 50).page(n), QueryDict("")).place for n in (1, 5)] == [
        "",
        "page 5 of 10",
    ]


def test_one_page_has_no_links():
    assert not numbered(Paginator(range(3), 50).page(1), QueryDict(""))
    assert not keyset(QueryDict(""))


def test_keyset_goes_both_ways_and_to_both_ends():
    pages = keyset(QueryDict("region=wales&after=old"), before="a", after="b")
    assert (pages.previous_url, pages.next_url) == (
        "?region=wales&before=a",
        "?region=wales&after=b",
    )
    assert [(link.words, link.url) for link in pages.items] == [
        ("First", "?region=wales"),
        ("Last", "?region=wales&page=last"),
    ]


@pytest.mark.parametrize(
    ("before", "after", "links", "place"),
    [
        ("", "b", ["Last"], ""),
        ("a", "b", ["First", "Last"], "further on"),
        ("a", "", ["First"], "last page"),
    ],
)
def test_at_the_ends_of_a_list_nothing_leads_further(before, after, links, place):
    pages = keyset(QueryDict(""), before, after)
    assert (bool(pages.previous_url), bool(pages.next_url)) == (bool(before), bool(after))
    assert [link.words for link in pages.items] == links
    assert pages.place == place
    html = engines["jinja2"].from_string("{{ ui.pagination(pages) }}").render({"pages": pages})
    for words in links:
        assert f'aria-label="{words} page"' in html


class Filters(forms.Form):
    status = forms.CheckboxesField(
        choices=[("behind", "Behind"), ("on_track", "On track")], required=False
    )
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


def test_three_numbers_fit_on_a_phone_beside_what_they_are_of():
    numbers = [Column("Grade"), *(Column(name, numeric=True) for name in ("Target", "Held", "Gap"))]
    assert not Table("t", numbers, []).is_wide
    assert Table("t", [*numbers, Column("Rate", numeric=True)], []).is_wide
    assert Table("t", [*numbers[:3], Column("Why")], []).is_wide
