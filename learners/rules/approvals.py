"""Who may approve: what the Service ends, and longer time, is agreed to by somebody it is not about (rules F11, C4 78)."""

from __future__ import annotations

from pqip.core.errors import RuleBroken


def check_approver(*, approver: str | None, proposer: str, is_learner: bool, is_allowed: bool = True) -> None:
    """A withdrawal that the Service ends is approved by somebody other than its proposer, who may and is not the learner.

    `approver` and `proposer` are named as the ledger names them (`user:<key>`); None where nobody is named.
    """
    if approver is None:
        raise RuleBroken("A withdrawal that the Service ends is approved by somebody else. Name who approved it.", "approved_by")
    if approver == proposer:
        raise RuleBroken("You proposed this withdrawal. Somebody else must approve it.", "approved_by")
    if is_learner:
        raise RuleBroken("Nobody approves their own withdrawal.", "approved_by")
    if not is_allowed:
        raise RuleBroken("They may not approve withdrawals of this learner. Name somebody who may.", "approved_by")


def check_none_waits(*, waits: bool) -> None:
    """One withdrawal of a learner is proposed at a time."""
    if waits:
        raise RuleBroken("A withdrawal of this learner waits to be approved already.")


def check_extender(approver: object, learner: object) -> None:
    """Longer time is approved by somebody else than who gets it."""
    if approver is not None and approver == learner:
        raise RuleBroken("Nobody approves their own extension.", "approved_by")


def check_said(note: str, field: str = "note") -> None:
    """What is given or undone for a reason says it."""
    if not note.strip():
        raise RuleBroken("Give the reason.", field)


def check_disputed(*, is_named: bool, is_recorder: bool) -> None:
    """Only who is named disputes an approval, and only one that somebody else recorded."""
    if not is_named:
        raise RuleBroken("Only the person named as having approved it disputes it.")
    if is_recorder:
        raise RuleBroken("You recorded this yourself. Undo it instead.")
