"""The pages of imports: who may, what they show, and the files they hand out."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from pqip.core.models import AccessEntry
from pqip.exchange.models import ImportRun
from pqip.jobs.models import Job
from tests.exchange.files import xlsx_of
from tests.exchange.things import Things, things
from tests.personas import client_for, persona

Start = Callable[..., ImportRun]
Work = Callable[[ImportRun], ImportRun]
BAD = b"code,region,faith\nA,ZZ,other\n\nB,NE,none\n=1+1,NE,\n"


@pytest.fixture
def browser(manager: Any) -> Client:
    return client_for(manager)


def url(name: str, *args: object) -> str:
    return reverse(f"exchange:{name}", args=args)


def text(response: Any) -> str:
    return response.content.decode()


def streamed(response: Any) -> bytes:
    return b"".join(response.streaming_content)


def test_the_whole_trip(browser: Client, start: Start, work: Work) -> None:
    assert "Things" in text(browser.get(url("list")))
    page = text(browser.get(url("bring", "things")))
    assert "the code or the exact name of a region" in page.lower()
    sent = browser.post(
        url("bring", "things"),
        {"file": SimpleUploadedFile("a.csv", b"code,region,title\nA,NE,news\n")},
    )
    run = ImportRun.objects.get()
    assert sent.headers["Location"] == url("run", run.public_id)
    assert "data-look-again" in text(browser.get(sent.headers["Location"]))
    work(run)
    page = text(browser.get(url("run", run.public_id)))
    assert "Import 1 row" in page
    assert "New title" in page
    assert "data-look-again" not in page
    for _click in range(2):
        clicked = browser.post(url("confirm", run.public_id))
        assert (clicked.status_code, clicked.headers["Location"]) == (
            302,
            url("run", run.public_id),
        )
    assert "Importing your file" in text(browser.get(url("run", run.public_id)))
    work(run)
    assert "File imported" in text(browser.get(url("run", run.public_id)))
    assert things() == {"A": "news"}
    assert "a.csv" in text(browser.get(url("list")))
    assert browser.post(url("confirm", run.public_id)).headers["Location"] == url(
        "run", run.public_id
    )
    assert Job.objects.filter(kind="exchange.apply_import").count() == 1


def test_what_is_not_ready_cannot_be_confirmed(browser: Client, start: Start, work: Work) -> None:
    assert browser.post(url("confirm", work(start(BAD)).public_id)).status_code == 409


def test_errors_are_shown_and_the_file_comes_back(
    browser: Client, start: Start, work: Work
) -> None:
    run = work(start(BAD))
    page = text(browser.get(url("run", run.public_id)))
    assert "The file has errors" in page
    assert "is not a region. Use one of NE, YH." in page
    back = browser.get(url("results", run.public_id))
    assert back.headers["Content-Disposition"] == 'attachment; filename="things-results.csv"'
    assert back.headers["X-Content-Type-Options"] == "nosniff"
    assert streamed(back).decode("utf-8-sig").splitlines() == [
        "code,region,faith,result,errors",
        'A,ZZ,given,wrong,"region: ""ZZ"" is not a region. Use one of NE, YH."',
        ",,,,",
        "B,NE,given,new,",
        "'=1+1,NE,,new,",
    ]
    assert AccessEntry.objects.get().what == "exchange:things"


def test_files_of_many_rows_ask_who_takes_them_out(
    browser: Client, start: Start, work: Work, bring_in: Callable, settings: Any
) -> None:
    bring_in("code,region,title", "A,NE,one")
    run = work(start(b"code,region,title\nA,NE,two\nB,NE,new\n"))
    settings.FRESH_EXPORT_ROWS, settings.ACCOUNT_REAUTHENTICATION_TIMEOUT = 1, -1
    for name in ("results", "changes", "new"):
        assert (
            browser.get(url(name, run.public_id))
            .headers["Location"]
            .startswith("/accounts/reauthenticate/")
        ), name
    settings.FRESH_EXPORT_ROWS = 2
    for name in ("results", "changes", "new"):
        assert streamed(browser.get(url(name, run.public_id))), name


def test_a_file_that_was_read_no_further_comes_back_whole(
    browser: Client,
    start: Start,
    work: Work,
    things_dataset: Things,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("pqip.exchange.engine.MOST_PROBLEMS", 1)
    monkeypatch.setattr(type(things_dataset), "batch", 2)
    run = work(start(b"code,region\nA,ZZ\nB,ZZ\nC,NE\nD,NE\n"))
    assert "It has more than 1 errors" in text(browser.get(url("run", run.public_id))).replace(
        "it has", "It has"
    )
    lines = streamed(browser.get(url("results", run.public_id))).decode("utf-8-sig").splitlines()
    assert [line.split(",")[:3] for line in lines[1:]] == [
        ["A", "ZZ", "wrong"],
        ["B", "ZZ", "wrong"],
        ["C", "NE", "not looked at"],
        ["D", "NE", "not looked at"],
    ]


def test_a_workbook_comes_back_as_a_workbook(browser: Client, start: Start, work: Work) -> None:
    run = work(start(xlsx_of(("code", "region"), ("A", "NE"), ("B", "ZZ")), "a.xlsx"))
    book = openpyxl.load_workbook(io.BytesIO(streamed(browser.get(url("results", run.public_id)))))
    assert [cell.value for cell in book.worksheets[0][1]] == ["code", "region", "result", "errors"]
    assert [cell.value for cell in book.worksheets[0][3]][:3] == ["B", "ZZ", "wrong"]


def test_changes_before_and_after(
    browser: Client, start: Start, work: Work, bring_in: Callable
) -> None:
    bring_in("code,region,title", "A,NE,one")
    run = work(start(b"code,region,title\nA,NE,two\n"))
    page = text(browser.get(url("run", run.public_id)))
    assert "1 changed cell" in page
    cells = re.findall(r"<td [^>]*>(.*?)</td>", page, re.DOTALL)
    assert [" ".join(cell.split()) for cell in cells] == ["A", "title", "one", "two"]
    lines = streamed(browser.get(url("changes", run.public_id))).decode().splitlines()
    assert lines == ["row,key,column,before,after", "2,A,title,one,two"]


@pytest.mark.parametrize("format", ["csv", "xlsx", "ods"])
def test_a_template_filled_in_comes_back_in(
    browser: Client, things_dataset: Things, tmp_path, format: str
) -> None:
    from pqip.exchange.headers import names_of
    from pqip.exchange.reading import open_table

    path = tmp_path / f"t.{format}"
    path.write_bytes(streamed(browser.get(url("template", "things", format))))
    assert names_of(open_table(path).header) == list(things_dataset.columns)


def test_what_is_not_there(browser: Client, start: Start) -> None:
    run = start(BAD)
    assert browser.get(url("template", "things", "json")).status_code == 404
    assert browser.get(url("template", "nothing", "csv")).status_code == 404
    assert browser.get(url("bring", "nothing")).status_code == 404
    assert [
        browser.get(url(name, run.public_id)).status_code for name in ("results", "changes")
    ] == [404, 404]


def test_who_may(start: Start, work: Work) -> None:
    run = work(start(BAD))
    own = [url(name, run.public_id) for name in ("run", "confirm", "results", "changes")]
    every = [url("list"), url("bring", "things"), url("template", "things", "csv"), *own]
    assert [Client().get(address).status_code for address in every] == [302] * 7
    assert [client_for(persona("line_manager")).get(address).status_code for address in every] == [
        403
    ] * 7
    other = client_for(persona("learning_manager"))
    assert [other.get(address).status_code for address in own] == [404] * 4


def test_a_file_over_the_limit_is_stopped_on_its_way_in(
    browser: Client, things_dataset: Things, files, settings
) -> None:
    settings.PQIP_IMPORT_LIMITS = {"uploaded": 1_000}
    page = browser.post(url("bring", "things"), {"file": SimpleUploadedFile("a.csv", b"x" * 1_001)})
    assert "The selected file must be smaller than" in text(page)
    assert not ImportRun.objects.exists()
    assert "Select a file" in text(browser.post(url("bring", "things")))
    assert "Enter a file" not in text(browser.post(url("bring", "things")))


def test_a_long_list_needs_no_more_queries(
    browser: Client, start: Start, manager: Any, django_assert_max_num_queries
) -> None:
    from pqip.core.acting import acting_as

    run = start(BAD)
    with acting_as(by=manager):
        ImportRun.objects.bulk_create(
            ImportRun(
                dataset="things",
                original_name=f"{n}.csv",
                kind="csv",
                sha256=run.sha256,
                size=1,
                requested_by=manager,
            )
            for n in range(200)
        )
    with django_assert_max_num_queries(14):
        browser.get(url("list"))
