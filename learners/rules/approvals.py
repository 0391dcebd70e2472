"""Who may approve a withdrawal that the Service starts, and an extension (rules F11, C4 78).

Neither is approved by the learner it is about.
"""

from __future__ import annotations

from pqip.core.errors import RuleBroken


def check_approver(
    *, approver: str | None, proposer: str, is_learner: bool, is_allowed: bool = True
) -> None:
    """Raise RuleBroken unless this person may approve a withdrawal that the Service starts.

    The approver has the permission, is not the proposer and is not the learner. `approver` and
    `proposer` are written as in the ledger (`user:<key>`); `approver` is None where nobody is
    named.
    """
    if approver is None:
        raise RuleBroken(
            "A withdrawal that the Service ends is approved by somebody else. Name who approved it.",
            "approved_by",
        )
    if approver == proposer:
        raise RuleBroken(
            "You proposed this withdrawal. Somebody else must approve it.", "approved_by"
        )
    if is_learner:
        raise RuleBroken("Nobody approves their own withdrawal.", "approved_by")
    if not is_allowed:
        raise RuleBroken(
            "They may not approve withdrawals of this learner. Name somebody who may.",
            "approved_by",
        )


def check_none_waits(*, waits: bool) -> None:
    """Raise RuleBroken if a proposal to withdraw the learner is already waiting."""
    if waits:
        raise RuleBroken("A withdrawal of this learner waits to be approved already.")


def check_extender(approver: object, learner: object) -> None:
    """Raise RuleBroken if learners would approve their own extension."""
    if approver is not None and approver == learner:
        raise RuleBroken("Nobody approves their own extension.", "approved_by")


def check_reason_given(note: str, field: str = "note") -> None:
    """Raise RuleBroken if a required reason is blank."""
    if not note.strip():
        raise RuleBroken("Give the reason.", field)


def check_disputed(*, is_named: bool, is_recorder: bool) -> None:
    """Raise RuleBroken unless this person may dispute the approval.

    Only the person named as the approver may, and only if somebody else recorded it.
    """
    if not is_named:
        raise RuleBroken("Only the person named as having approved it disputes it.")
    if is_recorder:
        raise RuleBroken("You recorded this yourself. Undo it instead.")
