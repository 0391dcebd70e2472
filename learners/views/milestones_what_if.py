"""What if: the milestones as they are today, and as they would be. Nothing is recorded."""

from __future__ import annotations

from typing import Any

from learners.facts.milestones import milestones_of, supposing
from learners.forms.milestones_what_if import WhatIfForm
from learners.presenters.milestones import moves_table
from learners.rules.events import check_extension, check_hours
from learners.rules.milestones import PLANNED_END
from learners.rules.milestones_what_if import Move, Supposed
from learners.views.record import LearnerPage
from pqip.core.clock import today
from pqip.core.errors import RuleBroken
from pqip.core.formats import date_gov


class WhatIf(LearnerPage):
    """The page keeps its answers in the address: it can be kept, printed, and sent to a colleague
    who may open the record.
    """

    page_title = "What if"
    template_name = "learners/what_if.html"
    url_name = "learners:programme"
    lead = "Try part time, a break, another pathway or an extension. Nothing is recorded."

    def shown(self) -> dict[str, Any]:
        form = WhatIfForm(self.request.GET if WhatIfForm(self.request.GET).is_asked else None)
        if form.is_bound and form.is_valid():
            try:
                return {"form": form, **self.answer(form)}
            except RuleBroken as broken:
                form.add_error(self.at_fault, broken.message)
        now = [
            Move(each.title, each.strand, each.on, each.on)
            for each in milestones_of(self.enrolment, today())
        ]
        return {
            "form": form,
            "table": moves_table(now, before="Today", after="If nothing changes"),
            "note": "",
        }

    def answer(self, form: WhatIfForm) -> dict[str, Any]:
        """Return both sides.

        Raises RuleBroken for what is impossible, with the field of the error in `at_fault`.
        """
        supposed: list[Supposed] = []
        for field, events in form.supposed():
            self.at_fault = field
            self.check(supposed, events)
            supposed += events
            found = supposing(self.enrolment, supposed, today())
        note = (
            f"Both as at {date_gov(found.day)}, the last of these changes."
            if found.day > today()
            else ""
        )
        return {"table": moves_table(found.moves, before="As it is", after="What if"), "note": note}

    def check(self, before: list[Supposed], events: list[Supposed]) -> None:
        """Check what the actions would refuse, beyond an impossible order of events."""
        for each in events:
            if each.to_fte is not None:
                check_hours(each.to_fte)
            if each.extended_to is not None:
                found = supposing(self.enrolment, before, today())
                ends = [move.after for move in found.moves if move.title == PLANNED_END]
                check_extension(ends[0] if ends else None, each.extended_to)
