"""How ready starters are: arrangements, what their manager has read, and the last contact.

It is worked out for many enrolments at once, as at a day and as known at an instant; the page, the
list and the report use it.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from learners.models import (
    Allocation,
    Contact,
    Enrolment,
    Event,
    ManagerAcknowledgement,
    StarterStep,
    SupportNeed,
)
from learners.models.enrolments import EntryRoute
from learners.models.starting import Arrangement
from learners.rules.starting import (
    Adjustment,
    ArrangementState,
    Step,
    adjustments_state,
    arrangement_state,
    mentor_state,
    told_state,
)

#: For each thing that a learner is told, the kind of event that changes it.
TOLD = {Arrangement.PATHWAY_TOLD: "moved_pathway", Arrangement.OFFICE: "moved_region"}


@dataclass(frozen=True)
class Readiness:
    """How ready one starter is: the state of each arrangement, in order.

    `read_on` is the day on which their line manager said that they have read what they must know,
    or None if adjustments were recorded since.
    """

    states: dict[str, ArrangementState]
    read_on: dt.date | None = None
    last_contact: dt.date | None = None

    def missing(self) -> list[str]:
        """Return the arrangements that are still to be made."""
        return [arrangement for arrangement, found in self.states.items() if not found.is_finished]


def readiness(
    keys: Collection[int], on: dt.date, known_at: dt.datetime | None = None
) -> dict[int, Readiness]:
    """Return the readiness of each of these enrolments, in a fixed number of queries."""
    keys = set(keys)
    people = {row.pk: row for row in Enrolment.objects.filter(pk__in=keys)}
    steps = _of_each(_known(StarterStep, keys, known_at))
    changes = _of_each(
        _known(Event, keys, known_at).filter(kind__in=TOLD.values(), effective_on__lte=on)
    )
    needs = _of_each(_known(SupportNeed, keys, known_at))
    read = _of_each(_known(ManagerAcknowledgement, keys, known_at).filter(effective_on__lte=on))
    contacts = _of_each(_known(Contact, keys, known_at).filter(effective_on__lte=on))
    mentors: dict[int, list[Allocation]] = defaultdict(list)
    who = {row.person_id for row in people.values()}
    for row in Allocation.objects.known_at(known_at).filter(person_id__in=who, role="mentor"):
        mentors[row.person_id].append(row)
    return {
        key: Readiness(
            _states(row, steps[key], changes[key], needs[key], mentors[row.person_id], on),
            _read_on(row, read[key], needs[key]),
            max((each.effective_on for each in contacts[key]), default=None),
        )
        for key, row in people.items()
    }


def _known(model: Any, keys: Collection[int], known_at: dt.datetime | None) -> Any:
    return (
        model.objects.known_at(known_at)
        .filter(enrolment_id__in=keys)
        .order_by("effective_on", "id")
    )


def _of_each(rows: Iterable[Any]) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = defaultdict(list)
    for row in rows:
        found[row.enrolment_id].append(row)
    return found


def _states(
    enrolment: Enrolment,
    steps: Iterable[Any],
    changes: Iterable[Any],
    needs: Iterable[Any],
    mentors: Iterable[Any],
    on: dt.date,
) -> dict[str, ArrangementState]:
    steps_by_arrangement: dict[str, list[Step]] = defaultdict(list)
    for row in steps:
        steps_by_arrangement[row.arrangement].append(Step(row.effective_on, row.state))
    found = {each.value: arrangement_state(steps_by_arrangement[each], on) for each in Arrangement}
    for arrangement, kind in TOLD.items():
        found[arrangement] = told_state(
            steps_by_arrangement[arrangement],
            [row.effective_on for row in changes if row.kind == kind],
            on,
        )
    agreed = [Adjustment(row.effective_on, row.in_place_on, row.ended_on) for row in needs]
    found[Arrangement.ADJUSTMENTS] = adjustments_state(
        steps_by_arrangement[Arrangement.ADJUSTMENTS], agreed, on
    )
    allocated = [(row.effective_on, row.ended_on) for row in mentors]
    found[Arrangement.MENTOR] = mentor_state(allocated, enrolment.start_date, on)
    if enrolment.entry_route != EntryRoute.PSO_PROGRESSION:
        del found[Arrangement.CASES]  # only a PSO who progresses had cases before
    return found


def _read_on(enrolment: Enrolment, read: Iterable[Any], needs: Iterable[Any]) -> dt.date | None:
    changed = max((row.recorded_at for row in needs), default=None)
    own = [row for row in read if row.manager_id == enrolment.line_manager_id]
    current = [row.effective_on for row in own if changed is None or row.recorded_at >= changed]
    return max(current, default=None)


def steps_of(enrolment: Enrolment) -> list[StarterStep]:
    """Return every step of every arrangement, the latest first."""
    rows = StarterStep.objects.live().filter(enrolment=enrolment).select_related("owner")
    return list(rows.order_by("-effective_on", "-id"))


def contacts_of(enrolment: Enrolment) -> list[Contact]:
    """Return the contacts with the learner, the latest first."""
    return list(Contact.objects.live().filter(enrolment=enrolment).order_by("-effective_on", "-id"))


def read_by(enrolment: Enrolment) -> list[ManagerAcknowledgement]:
    """Return the line managers who have read what they must know, the latest first."""
    rows = (
        ManagerAcknowledgement.objects.live().filter(enrolment=enrolment).select_related("manager")
    )
    return list(rows.order_by("-effective_on", "-id"))


def mentor_of(enrolment: Enrolment, on: dt.date) -> Allocation | None:
    """Return the mentor on the first day, or on `on` once the first day is past; None if there is
    none.
    """
    day = max(enrolment.start_date or on, on)
    rows = Allocation.objects.live().filter(person=enrolment.person_id, role="mentor")
    return rows.in_force(day).select_related("other").first()
