"""The words for what learners need."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from learners.queries.needs import Need


@dataclass(frozen=True)
class Words:
    """The words of a need: the title of its list, and what the page of one learner says."""

    title: str
    of_one: str


WORDS = {
    "past_return": Words("Past their expected return", "Expected back from a break"),
    "past_end": Words("Past their planned end", "Planned end has passed"),
    "start_unconfirmed": Words(
        "Start not confirmed", "Was due to start: confirm or record that they did not"
    ),
    "undecided": Words("Pathway not decided", "Their pathway is still to be decided"),
    "no_pta": Words("No practice tutor assessor", "Needs a practice tutor assessor"),
    "no_line_manager": Words("No line manager", "Needs a line manager"),
    "no_mentor": Words("No mentor", "Needs a mentor"),
    "behind": Words("Behind on vocational units", "Fewer units than expected"),
    "at_risk": Words("Needs action", "Needs action"),
    "modules": Words(
        "Modules failed or overdue",
        "A module failed at the last attempt, long overdue, or a fourth not passed in six months",
    ),
    "results": Words(
        "Module results not recorded", "A university module is due and nothing is recorded of it"
    ),
    "training": Words("Training overdue", "Required training is overdue"),
    "unbooked": Words("Training due and not booked", "Book the training that is due"),
    "review": Words("Review overdue", "A review is overdue"),
    "board": Words("Waiting for the progression board", "The board is to decide"),
    "no_offer": Words("Completed, no post offered", "Completed, and no officer’s post was offered"),
    "unread": Words(
        "Starting in 4 weeks, not read by their manager", "Their line manager must know first"
    ),
    "starters": Words("Starting in the next 8 weeks", "Starts soon"),
}


def titles() -> list[tuple[str, str]]:
    """Return the code and title of every need, as choices."""
    return [(code, words.title) for code, words in WORDS.items()]


def said_of_one(needs: Iterable[Need]) -> str:
    """Return a sentence for each need of a learner."""
    return ". ".join(WORDS[need.code].of_one for need in needs) + "."
