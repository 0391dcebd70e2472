"""Who may approve and dispute: nobody what is their own, each refusal in its words; the rules alone, without a database."""

from __future__ import annotations

from typing import Any

import pytest

from learners.rules.approvals import (
    check_approver,
    check_disputed,
    check_extender,
    check_none_waits,
    check_reason_given,
)
from pqip.core.errors import RuleBroken

SOUND: dict[str, Any] = {
    "approver": "user:2", "proposer": "user:1", "is_learner": False, "is_allowed": True,
}  # fmt: skip


def test_somebody_else_who_may_approves() -> None:
    check_approver(**SOUND)
    unasked = {name: value for name, value in SOUND.items() if name != "is_allowed"}
    check_approver(**unasked)


@pytest.mark.parametrize(("changes", "words"), [
    ({"approver": None}, "Name who approved it"),
    ({"approver": None, "proposer": "user:9", "is_learner": True}, "Name who approved it"),
    ({"approver": "user:1"}, "You proposed this"),
    ({"proposer": "user:2"}, "You proposed this"),
    ({"is_learner": True}, "their own withdrawal"),
    ({"is_allowed": False}, "may not approve"),
])  # fmt: skip
def test_who_may_not_approve(changes: dict[str, Any], words: str) -> None:
    with pytest.raises(RuleBroken, match=words) as refused:
        check_approver(**SOUND | changes)
    assert refused.value.field == "approved_by"


def test_one_withdrawal_waits_at_a_time() -> None:
    check_none_waits(waits=False)
    with pytest.raises(RuleBroken, match="waits to be approved"):
        check_none_waits(waits=True)


@pytest.mark.parametrize(
    ("approver", "learner", "is_refused"), [(None, None, False), (1, 2, False), (2, 1, False), (1, 1, True)]
)  # fmt: skip
def test_nobody_gives_themselves_longer(
    approver: object, learner: object, is_refused: bool
) -> None:
    if not is_refused:
        check_extender(approver, learner)
        return
    with pytest.raises(RuleBroken, match="their own extension"):
        check_extender(approver, learner)


@pytest.mark.parametrize("note", ["", " ", "\n"])
def test_a_reason_is_given_in_words(note: str) -> None:
    check_reason_given("They said so.")
    with pytest.raises(RuleBroken, match="reason") as refused:
        check_reason_given(note, "why")
    assert refused.value.field == "why"


def test_only_who_is_named_disputes_what_another_recorded() -> None:
    check_disputed(is_named=True, is_recorder=False)
    with pytest.raises(RuleBroken, match="Only the person named"):
        check_disputed(is_named=False, is_recorder=False)
    with pytest.raises(RuleBroken, match="Undo it instead"):
        check_disputed(is_named=True, is_recorder=True)
