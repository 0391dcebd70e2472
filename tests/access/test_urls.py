"""Addresses name records by public identifiers: no key of a row stands in one, so none can be counted through."""

from __future__ import annotations

import re

import pytest

from pqip.core.access import every_url, is_library

#: Parts of addresses that are no public identifier, and what they name.
NAMES = {
    "slug": "a word of the project's own: a report, a dataset, a kind, a module or course by its code, a day",
    "path": "a row of reference data, or a cohort, by its code",
}
#: Numbers that are no keys.
NUMBERS = {
    **dict.fromkeys(
        (
            "assessments:sign_off",
            "assessments:undo_sign_off",
            "assessments:release",
            "assessments:unlock",
        ),
        "the number of a unit, as published",
    ),
    **dict.fromkeys(
        ("learners:correct_result", "learners:undo_result"), "the number of an attempt at a module"
    ),
    **dict.fromkeys(("learners:correct_award", "learners:undo_award"), "the code of an award"),
    "learners:undo_evaluation": "the level of an evaluation, from 1 to 4",
}
OURS = [(name, path) for name, path, callback in every_url() if not is_library(callback)]


@pytest.mark.parametrize(("name", "path"), OURS, ids=[name for name, _path in OURS])
def test_an_address_holds_no_key(name: str, path: str) -> None:
    kinds = {kind for kind, _part in re.findall(r"<(?:(\w+):)?(\w+)>", path)}
    assert kinds - set(NAMES) <= ({"uuid", "int"} if name in NUMBERS else {"uuid"})
