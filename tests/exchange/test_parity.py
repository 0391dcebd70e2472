"""A file is one more door, not a way round: every refusal an action can give has a file case, or a reason why it has none.

The refusals are read from the source (`refusals.py`). `refusals.csv` answers each: `case:` and the name of a case in
`parity_learners.py` or `parity_assessments.py`, which is tried here; a test elsewhere that tries it; or one of `WHY_NOT`.
One without an answer fails, and so does an answer whose refusal is gone.
"""

from __future__ import annotations

import csv
import re
from pathlib import Path
from typing import Any

import pytest

from tests.exchange import parity_assessments, parity_learners
from tests.exchange.parity_learners import Case, world
from tests.exchange.refusals import ROOT, VALUE, Refusal, refusals
from tests.learners.files import bring_in

ANSWERS = Path(__file__).with_name("refusals.csv")
CASES: dict[str, Case] = parity_learners.CASES | parity_assessments.CASES
CASE, ELSEWHERE = "case:", "tests/"

#: Why no file can meet a refusal.
WHY_NOT = {
    "no dataset": "No dataset records this: it is done on screen, and only there.",
    "no column": "No column of the dataset states what is refused.",
    "no event": "No event of a file does this.",
    "no role": "A file may not name an external quality assurer: they are named on screen, with a last day.",
    "no undo": "No dataset undoes one of these.",
    "key": "The natural key names what is recorded already: a row of it corrects it, and never records it twice.",
    "unchanged": "A row that changes nothing is shown as unchanged, and nothing is written.",
    "correction": "A correction by a file says by itself why it was made: it was imported.",
    "faster": "Said to somebody who saw what is no longer so; a file is compared with what stands, and anew when it is applied.",
    "guard": "The words of the database's own refusal, which an import tells as they stand.",
    "sheet": "A file has no sheet of people to choose from: each row stands for itself.",
    "each day": "The screen lays days out by a plan; a file states each day, past ones too.",
    "order": "A file may bring what was decided earlier: decisions count in the order of their days and numbers.",
    "ahead": "History comes in any order, so a unit may be signed off by file ahead of its last criterion: it is locked all the "
    "same, and released once it is achieved.",
    "settling": "Said on the page that settles what waits. An authority or an allocation may end while decisions wait, on screen "
    "as by a file: open work lists them.",
    "outcome": "Disagreeing with criteria is done on screen: a file takes *agreed* and *returned* only.",
    "as notified": "Completion by a file is taken as notified: data quality lists what does not prove it.",
    "pathway": "No column takes the reason; the pathway is still to be decided, and data quality lists what does not fit.",
    "place of a post": "A row of staff takes its place among the posts on record: it corrects one, or ends the one before.",
    "reference": "Said where reference data is missing, whoever brings the learner.",
}


def answers() -> dict[Refusal, str]:
    with ANSWERS.open(encoding="utf-8", newline="") as lines:
        return {
            Refusal(row["module"], row["refusal"]): row["answer"] for row in csv.DictReader(lines)
        }


def test_every_refusal_is_answered() -> None:
    found, answered = set(refusals()), answers()
    assert not sorted(found - answered.keys()), (
        "add each to refusals.csv, with a file case or why no file can meet it"
    )
    assert not sorted(answered.keys() - found), (
        "these are raised no longer: take them out of refusals.csv"
    )
    unknown = [each for each in answered.values() if not is_answer(each)]
    assert not unknown, "neither a case, a test nor a reason"


def is_answer(answer: str) -> bool:
    if answer.startswith(CASE):
        return answer.removeprefix(CASE) in CASES
    if answer.startswith(ELSEWHERE):
        path, _, name = answer.partition("::")
        return f"def {name}(" in (ROOT / path).read_text(encoding="utf-8")
    return answer in WHY_NOT


def test_no_reason_and_no_case_is_left_over() -> None:
    given = set(answers().values())
    assert not WHY_NOT.keys() - given
    assert not {f"{CASE}{name}" for name in CASES} - given


def tried() -> list[Any]:
    """A case for each refusal that has one."""
    rows = [
        (answer.removeprefix(CASE), refusal)
        for refusal, answer in answers().items()
        if answer.startswith(CASE)
    ]
    return [pytest.param(name, refusal, id=f"{name}, {refusal.module}") for name, refusal in rows]


def fixed(words: str) -> list[str]:
    """The parts of a message that are always so."""
    return [part.strip(" .,:“”") for part in re.split(VALUE, words) if part.strip(" .,:“”")]


@pytest.mark.django_db
@pytest.mark.parametrize(("name", "refusal"), tried())
def test_the_file_is_refused_as_the_screen_is(tmp_path: Path, name: str, refusal: Refusal) -> None:
    case: Case = CASES[name]
    at = world()
    if case.before is not None:
        case.before(at)
    outcome = bring_in(tmp_path, case.dataset, *case.rows, by=at.manager, check=True)
    told = " | ".join(str(problem) for problem in outcome.problems)
    assert outcome.problems, f"the file was taken: {refusal.words}"
    for part in [case.says] if case.says else fixed(refusal.words):
        assert part in told, f"{part!r} is not in {told}"
