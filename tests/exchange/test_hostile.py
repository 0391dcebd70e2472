"""Files that nobody should trust: each is refused with words that say why, and nothing else happens."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from pqip.exchange.reading import FileRefused, open_table, tables
from tests.exchange.files import asking, hostile, ods_of, with_parts, xlsx_of

CASES = hostile()


@pytest.mark.parametrize("case", CASES)
def test_it_is_refused_in_plain_words(case: str, tmp_path: Path) -> None:
    name, content, words = CASES[case]
    path = tmp_path / "upload"
    path.write_bytes(content)
    began = time.monotonic()
    with pytest.raises(FileRefused) as refused:
        list(open_table(path, name).rows)
    assert words in str(refused.value)
    assert "Traceback" not in str(refused.value)
    assert time.monotonic() - began < 10


#: What the zip's own directory says, or the first look at its parts: refused before a sheet is read.
AT_ONCE = ("unsafe name", "a path of another system", "a link of a disk", "nested", "nested by another name", "too many parts",
           "zip bomb", "ratio", "macros", "macros by another name", "marked as encrypted", "something after")  # fmt: skip


@pytest.mark.parametrize("case", AT_ONCE)
def test_it_is_refused_within_a_second(case: str, tmp_path: Path) -> None:
    name, content, _words = CASES[case]
    (tmp_path / "upload").write_bytes(content)
    began = os.times()
    with pytest.raises(FileRefused):
        list(open_table(tmp_path / "upload", name).rows)
    ended = os.times()
    assert sum(ended[:4]) - sum(began[:4]) < 1, "seconds of work, this process's and its child's"


def test_an_upright_line_in_a_text_or_a_name_asks_nobody(tmp_path: Path) -> None:
    (tmp_path / "a.xlsx").write_bytes(asking("IF('a|b'!A1=1,\"c|d\",1)"))
    assert list(open_table(tmp_path / "a.xlsx").rows) == [(2, ["1"])]


def test_over_the_limits(tmp_path: Path, settings) -> None:
    settings.PQIP_IMPORT_LIMITS = {"uploaded": 100, "rows": 2}
    path = tmp_path / "a.csv"
    path.write_bytes(b"code\n" + b"A\n" * 3)
    with pytest.raises(FileRefused, match="more than 2 rows"):
        list(open_table(path).rows)
    path.write_bytes(b"x" * 101)
    with pytest.raises(FileRefused, match="larger than"):
        open_table(path)


def test_blank_rows_without_end(tmp_path: Path, settings, monkeypatch) -> None:
    """As many as a sheet has do no harm."""
    settings.PQIP_IMPORT_LIMITS = {"rows": 3}
    monkeypatch.setattr(tables, "SHEET", 9)
    path = tmp_path / "a.csv"
    path.write_bytes(b"code\n" + b",,\n" * 7 + b"A\n")
    assert list(open_table(path).rows) == [(9, ["A"])]
    path.write_bytes(b"code\n" + b"\n" * 8 + b"A\n")
    with pytest.raises(FileRefused, match="more than 9 rows, many of them blank"):
        list(open_table(path).rows)


@pytest.mark.parametrize(
    ("name", "content"), [("a.xlsx", xlsx_of(*[("a",)] * 5)), ("a.ods", ods_of(*[("a",)] * 5))]
)
def test_too_many_rows_in_a_workbook(name: str, content: bytes, tmp_path: Path, settings) -> None:
    settings.PQIP_IMPORT_LIMITS = {"rows": 3}
    (tmp_path / name).write_bytes(content)
    with pytest.raises(FileRefused, match="more than 3 rows"):
        list(open_table(tmp_path / name).rows)


def test_a_child_that_dies_is_an_ordinary_message(tmp_path: Path, settings) -> None:
    settings.PQIP_IMPORT_LIMITS = {"child_memory": 1024 * 1024}
    (tmp_path / "a.xlsx").write_bytes(xlsx_of(("a",), *[(f"b{n}" * 9,) for n in range(20_000)]))
    with pytest.raises(FileRefused, match="could not be read"):
        list(open_table(tmp_path / "a.xlsx").rows)


def test_no_child_is_left_behind(tmp_path: Path) -> None:
    (tmp_path / "a.xlsx").write_bytes(xlsx_of(*[("a", "b")] * 50))
    table = open_table(tmp_path / "a.xlsx")
    next(table.rows)
    del table
    with pytest.raises(ChildProcessError):
        os.waitpid(-1, os.WNOHANG)


@settings(
    max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(content=st.binary(max_size=400))
@example(content=b'"')
@example(content=b"a,b\r\n\r\n,\r\n")
@example(content="ŵ,\u202e\ufeff\n".encode())
def test_any_bytes_as_csv(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(content)
    try:
        table = open_table(path)
        for number, cells in table.rows:
            assert number > 1
            assert any(cells)
    except FileRefused:
        pass


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(junk=st.binary(max_size=400), at=st.floats(0, 1), where=st.sampled_from(["file", "sheet"]))
def test_any_damage_to_a_workbook(junk: bytes, at: float, where: str, tmp_path: Path) -> None:
    good = xlsx_of(("code",), ("A",))
    cut = int(len(good) * at)
    content = (
        good[:cut] + junk + good[cut:]
        if where == "file"
        else with_parts(good, {"xl/worksheets/sheet1.xml": junk})
    )
    (tmp_path / "a.xlsx").write_bytes(content)
    with suppress(FileRefused):
        list(open_table(tmp_path / "a.xlsx").rows)


def test_the_child_stands_alone() -> None:
    source = Path("pqip/exchange/reading/child.py")
    ran = subprocess.run([sys.executable, "-I", str(source)], capture_output=True, check=False)
    assert ran.returncode != 0
    for part in (
        source,
        *Path("pqip/exchange/reading/sheets").glob("*.py"),
        *Path("pqip/core/files/looking").glob("*.py"),
    ):
        assert not re.search(r"^(from|import) (pqip|django)", part.read_text(), re.MULTILINE)
