"""check_ledger says what differs, and fails when anything does."""

from __future__ import annotations

import io

import pytest
from django.core.management import CommandError, call_command

from pqip.core import proof

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _no_checks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(proof, "_checks", {})


def test_nothing_differs() -> None:
    proof.check("Dates")(lambda: [])
    out = io.StringIO()
    call_command("check_ledger", stdout=out)
    assert out.getvalue() == "Dates: as the facts say\n"


def test_each_difference_is_listed_and_the_command_fails() -> None:
    proof.check("Dates")(lambda: ["learner 7 ends on 1 May, not 2 May", "learner 9 has no end"])
    said = io.StringIO()
    with pytest.raises(CommandError, match="2 differences"):
        call_command("check_ledger", stdout=io.StringIO(), stderr=said)
    assert said.getvalue().splitlines()[0] == "Dates: learner 7 ends on 1 May, not 2 May"


def test_two_checks_of_one_title_are_refused() -> None:
    proof.check("Dates")(_one)
    with pytest.raises(ValueError, match="Two checks"):
        proof.check("Dates")(_other)


def _one() -> list[str]:
    return []


def _other() -> list[str]:
    return []
