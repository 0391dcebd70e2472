"""Words that pages of a record share: who acted, and why somebody left."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from learners.models import Reason

JOBS = {"import": "an import", "reference": "reference data", "demonstration": "made-up data"}
SYSTEM, FORMER, NOT_RECORDED = "the system", "a former account", "Not recorded"


def who_acted(actors: Collection[str], accounts: Mapping[str, str]) -> dict[str, str]:
    """Return a name for each actor: that of `user:7` is the account's, that of `job:import` a description."""
    jobs = {
        actor: JOBS.get(actor.removeprefix("job:"), SYSTEM)
        for actor in actors
        if actor.startswith("job:")
    }
    users = [actor for actor in actors if actor.startswith("user:")]
    return jobs | {actor: accounts.get(actor, FORMER) for actor in users}


def reason_words(code: str, reasons: Mapping[str, str]) -> str:
    """Return the label of a reason for leaving; a blank code is not recorded."""
    return NOT_RECORDED if code in {"", Reason.NOT_RECORDED} else reasons.get(code, code)
