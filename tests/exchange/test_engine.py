"""The engine: every error at once, all or nothing, the same again changes nothing."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from pqip.core.acting import Job
from pqip.core.errors import Conflict, RuleBroken
from pqip.exchange import engine
from pqip.exchange.outcome import Listener, Outcome
from tests.exchange.things import Things, things
from tests.personas import persona

Bring = Callable[..., Outcome]


def said(outcome: Outcome) -> list[str]:
    return [str(problem) for problem in outcome.problems]


def test_new_then_nothing_then_changed(bring_in: Bring) -> None:
    first = bring_in("code,region,title", "A,NE,one", "B,North East,two")
    assert (said(first), first.counts) == ([], {"new": 2, "changed": 0, "unchanged": 0, "wrong": 0})
    again = bring_in("CODE, Region ,title", "A,ne,one", ",,", "B,NE,two")
    assert (again.counts["unchanged"], again.writes) == (2, 0)
    third = bring_in("code,region,title", "A,NE,uno", "B,NE,two")
    assert [(c.row, c.key, c.column, c.before, c.after) for c in third.changes] == [
        (2, "A", "title", "one", "uno")
    ]
    assert things() == {"A": "uno", "B": "two"}


def test_a_check_changes_nothing_and_says_the_same(bring_in: Bring) -> None:
    check = bring_in("code,region,title", "A,NE,news", only_check=True)
    assert (check.counts["new"], check.news, things()) == (1, {"title": ["news"]}, {})
    done = bring_in("code,region,title", "A,NE,news", expected=check.digest)
    assert (done.digest, things()) == (check.digest, {"A": "news"})


def test_what_has_changed_since_the_preview_stops_it(bring_in: Bring) -> None:
    check = bring_in("code,region,title", "A,NE,one", only_check=True)
    bring_in("code,region,title", "A,NE,other")
    with pytest.raises(Conflict):
        bring_in("code,region,title", "A,NE,one", expected=check.digest)
    assert things() == {"A": "other"}


def test_every_error_at_once_and_nothing_written(bring_in: Bring) -> None:
    outcome = bring_in(
        "code,region,shade,count,seen_on,is_big,weight,contact,tags,faith",
        "A,ZZ,blue,1.5,31/02/2024,perhaps,101,nobody,a;z,secret belief",
        "B,NE,,,,,,,,",
        ",NE",
        "B,NE",
        "C,NE,,,,,,,,,extra",
    )
    assert said(outcome) == [
        'row 2, region: "ZZ" is not a region. Use one of NE, YH.',
        'row 2, shade: "blue" is not known. Use one of light, dark.',
        'row 2, count: "1.5" is not a whole number. Use a whole number from 0 to 1000.',
        'row 2, seen_on: "31/02/2024" is not a real date. Write it as YYYY-MM-DD or DD/MM/YYYY, day before month.',
        'row 2, is_big: "perhaps" is not yes or no. Use yes or no.',
        'row 2, weight: "101" is out of range. Use a number from 0 to 100.',
        'row 2, contact: "nobody" is not an e-mail address. Write it as name@example.com.',
        'row 2, tags: "z" is not known. Use one of a, b.',
        "row 2, faith: the value given is not known. Use one of none, other.",
        "row 4, code: this column must be filled in.",
        "row 5: it has the same code as row 3.",
        "row 6: it has 11 cells but the header has 10.",
    ]
    assert (outcome.counts["wrong"], outcome.counts["new"], things()) == (4, 1, {})
    assert "secret belief" not in repr(outcome.problems)


@pytest.mark.parametrize(
    ("header", "words"),
    [
        (
            "code,region,titel",
            'row 1, titel: "titel" is not a column of things. Did you mean title?',
        ),
        (
            "code,region,xyzzy",
            'row 1, xyzzy: "xyzzy" is not a column of things. The nearest is code. Use only code, region,',
        ),
        ("code,region,seen on", "Did you mean seen_on?"),
        ("code,region,contact address", "Did you mean contact?"),
        (
            "code,regon",
            'row 1, region: the column is missing. things needs it. The nearest here is "regon".',
        ),
        ("code,region,title,TITLE", "row 1, title: the column stands twice. Keep one."),
        ("code,title", "row 1, region: the column is missing. things needs it."),
        ("code,,region", "row 1, column B: the column has no name."),
    ],
)
def test_the_header(bring_in: Bring, header: str, words: str) -> None:
    assert any(words in line for line in said(bring_in(header, "A,NE")))


def test_where_the_header_is_wrong_the_cells_are_looked_at_too(bring_in: Bring) -> None:
    outcome = bring_in("code,titel,count", "A,one,many", "B,two,1", "A,three,2")
    assert said(outcome) == [
        'row 1, titel: "titel" is not a column of things. Did you mean title?',
        "row 1, region: the column is missing. things needs it.",
        'row 2, count: "many" is not a number. Use a whole number from 0 to 1000.',
        "row 4: it has the same code as row 2.",
    ]
    assert (outcome.counts["wrong"], outcome.writes) == (2, 0)
    assert len(said(bring_in("titel,region", "x,NE", "y,NE"))) == 2, (
        "without its key no row is the same as another"
    )


def test_a_long_value_is_not_repeated_whole(bring_in: Bring) -> None:
    problem = said(bring_in("code,region,title", f"A,{'Z' * 5_000},"))[0]
    assert problem.startswith(f'row 2, region: "{"Z" * 100}…" is not a region. Use one of')


def test_a_list_says_which_of_its_parts_are_wrong(bring_in: Bring) -> None:
    assert said(bring_in("code,region,tags", "A,NE,y; a ;z;y")) == [
        'row 2, tags: "y" is not known. Use one of a, b.',
        'row 2, tags: "z" is not known. Use one of a, b.',
    ]


def test_once_something_is_wrong_nothing_is_written_even_to_be_undone(bring_in: Bring) -> None:
    assert said(bring_in("code,region,count", "A,NE,13", "B,ZZ,1")) == [
        'row 3, region: "ZZ" is not a region. Use one of NE, YH.'
    ], "what the database would say of row 2 without row 3 is not known"


def test_no_rows(bring_in: Bring) -> None:
    assert said(bring_in("code,region")) == ["the file: it has no rows beneath the header."]


def test_a_file_handed_back_comes_in_again(bring_in: Bring) -> None:
    assert bring_in("code,region,result,errors", "A,NE,wrong,region: was wrong").counts["new"] == 1


def test_sensitive_changes_say_only_that_there_are_some(bring_in: Bring) -> None:
    bring_in("code,region,faith", "A,NE,", "B,NE,none")
    shown = bring_in("code,region,faith", "A,NE,other", "B,NE,other", only_check=True).changes
    assert [(c.before, c.after) for c in shown] == [("", "given"), ("given", "changed")]


def test_what_the_database_refuses_is_an_error_too(bring_in: Bring) -> None:
    outcome = bring_in("code,region,count", "A,NE,13")
    assert outcome.is_wrong
    assert "the records' own rules refuse it" in said(outcome)[0]
    assert "Failing row" not in said(outcome)[0]
    assert things() == {}


def test_who_may(bring_in: Bring) -> None:
    with pytest.raises(RuleBroken, match="may not import"):
        bring_in("code,region", "A,NE", by=persona("line_manager"))
    assert bring_in("code,region", "A,NE", by=persona("learning_manager")).counts["new"] == 1


def test_windows_1252_is_said(things_dataset: Things, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes("code,region,title\nA,NE,Siân\n".encode("cp1252"))
    outcome = engine.apply(things_dataset, path, by=Job("import"))
    assert outcome.note == "The file is not UTF-8; it was read as Windows-1252."
    assert things() == {"A": "Siân"}


@pytest.mark.parametrize("title", ["CAFÉ’S “À” —", "Zoë £5 ½", "Ångström Ä", "naïve…"])
def test_what_looks_like_two_encodings_only_by_chance_is_windows_1252(
    things_dataset: Things, tmp_path: Path, title: str
) -> None:
    (tmp_path / "a.csv").write_bytes(
        f"code,region,title\nA,NE,{title}\nB,NE,Zoë\n".encode("cp1252")
    )
    engine.apply(things_dataset, tmp_path / "a.csv", by=Job("import"))
    assert things() == {"A": title, "B": "Zoë"}


def test_a_listener_hears_everything_however_much(bring_in: Bring) -> None:
    class Heard(Listener):
        rows = problems = 0
        done: list[int] = []

        def row(self, row: object) -> None:
            self.rows += 1

        def problem(self, problem: object) -> None:
            self.problems += 1

        def progress(self, done: int) -> None:
            self.done.append(done)

    heard = Heard()
    outcome = bring_in("code,region", *[f"A{n},ZZ" for n in range(10_500)], listener=heard)
    assert (heard.rows, heard.problems, heard.done) == (10_500, 10_500, [10_000, 10_500])
    assert (outcome.problem_count, len(outcome.problems)) == (10_500, 10_000)


def test_a_file_with_far_too_many_errors_is_read_no_further_and_says_so(
    bring_in: Bring, things_dataset: Things, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine, "MOST_PROBLEMS", 7)
    monkeypatch.setattr(type(things_dataset), "batch", 4)
    rows = [f"A{n},ZZ" for n in range(40)]
    outcome = bring_in("code,region", *rows)
    assert (outcome.rows, outcome.problem_count, len(things())) == (8, 9, 0)
    assert said(outcome)[-1] == (
        "the file: it has more than 7 errors, so it was read up to row 9 only. Put those right, and check it again."
    )
    assert bring_in("code,region", *rows[:7]).problem_count == 7, "every error at once"


class TestCommand:
    def test_it_says_what_it_did(
        self, things_dataset: Things, tmp_path: Path, capsys: pytest.CaptureFixture
    ) -> None:
        (tmp_path / "a.csv").write_text("code,region\nA,NE\n")
        call_command("import_data", "things", str(tmp_path / "a.csv"), "--dry-run")
        assert "Would be: 1 new, 0 changed, 0 unchanged, 0 wrong." in capsys.readouterr().out
        call_command("import_data", "things", str(tmp_path / "a.csv"))
        call_command("import_data", "things", str(tmp_path / "a.csv"))
        assert "Nothing to change" in capsys.readouterr().out

    def test_windows_1252_is_said_where_it_is_refused_too(
        self, things_dataset: Things, tmp_path: Path, capsys: pytest.CaptureFixture
    ) -> None:
        (tmp_path / "a.csv").write_bytes("code,region\nSiân,ZZ\n".encode("cp1252"))
        with pytest.raises(CommandError):
            call_command("import_data", "things", str(tmp_path / "a.csv"))
        assert "it was read as Windows-1252" in capsys.readouterr().out

    def test_errors_go_to_standard_error(
        self, things_dataset: Things, tmp_path: Path, capsys: pytest.CaptureFixture
    ) -> None:
        (tmp_path / "a.csv").write_text("code,region\nA,NE\nB,ZZ\n")
        with pytest.raises(CommandError, match=r"Nothing was changed\. 1 error to put right\."):
            call_command("import_data", "things", str(tmp_path / "a.csv"))
        assert (
            capsys.readouterr().err == 'row 3, region: "ZZ" is not a region. Use one of NE, YH.\n'
        )
        assert things() == {}

    @pytest.mark.parametrize(
        ("words", "message"),
        [
            (["nothing", "a.csv"], "nothing is not a dataset"),
            (["things", "no-such.csv"], "There is no file"),
            (["things", "no-such.csv", "--by", "x@example.com"], "has no account"),
            (["things", "no-such.csv", "--recorded-at", "soon"], "is not a date and time"),
            (["things", "no-such.csv", "--recorded-at", ""], "is not a date and time"),
        ],
    )
    def test_what_it_cannot_do(
        self, things_dataset: Things, words: list[str], message: str
    ) -> None:
        with pytest.raises(CommandError, match=message):
            call_command("import_data", *words)
