"""How a learner came in: the entry facts, what the rules say about them, and the pathway decided."""

from __future__ import annotations

from typing import Any

from learners.actions.entry import record_entry_facts
from learners.actions.pathways_decide import decide_pathway
from learners.facts.entry import decisions_of, entry_of, facts_of, university_of
from learners.forms.entry import OF_ENROLMENT, DecidePathwayForm, EntryFactsForm
from learners.presenters import entry as shown
from learners.presenters.words import reason_words
from learners.queries import records
from learners.rules.milestones_what_if import Supposed
from learners.views.events import EventPage, LearnerAction
from learners.views.record import LearnerPage, names_of_actors
from pqip.core.clock import today
from pqip.core.formats import date_gov, lower_first
from pqip.govuk.links import record_url
from pqip.govuk.pages import SummaryRow

DECIDE = "learners.decide_pathway"


class Entry(LearnerPage):
    """The page with the pathway's clauses and decisions.

    Other entry facts are shown to the learner and to those who decide.
    """

    page_title = "Entry"
    template_name = "learners/entry.html"
    url_name = "learners:entry"

    def shown(self) -> dict[str, Any]:
        who, names = self.enrolment, {row.code: str(row) for row in records.pathways()}
        entry, sees_everything = entry_of(who), self.sees_everything()
        decisions = entry.decisions if entry else decisions_of(who)
        recorders = names_of_actors(row.recorded_by for row in decisions)
        tables = shown.clauses_tables(entry, sees_everything=sees_everything)
        content: dict[str, Any] = {
            "lead": shown.entry_words(entry, names),
            "tables": [*tables, shown.decisions_table(decisions, recorders)],
            "about": self.about(entry),
            "facts": shown.facts_summary(who, entry) if sees_everything else None,
        }
        actions = self.action(DECIDE, "Record what they came with", "entry_facts") + self.action(
            DECIDE, "Decide the pathway", "decide_pathway"
        )
        return {**content, "actions": actions}

    def sees_everything(self) -> bool:
        """Return True for the learner, and for users who may decide about this learner."""
        user = self.request.user
        if user.person_id == self.enrolment.person_id:
            return True
        return self.may(DECIDE)

    def about(self, entry: Any) -> list[SummaryRow]:
        """Return the university, and an earlier place if there was one (rule F27)."""
        rows = [SummaryRow("University", university_of(self.enrolment) or "", empty="Not known")]
        earlier = entry.earlier if entry else None
        if earlier is None or not self.sees_everything():
            return rows
        reason = reason_words(earlier.left_event.reason, records.reason_labels())
        reached = records.enrolments(self.request.user).filter(pk=earlier.place.pk).exists()
        url = record_url("learners:history", earlier.place.public_id) if reached else ""
        text = f"{earlier.place.entry_cohort}, left on {date_gov(earlier.left_event.effective_on)}. Reason: {lower_first(reason)}"
        rows.append(
            SummaryRow(
                "Was on the programme before", text, url, change="Open", hidden="the earlier record"
            )
        )
        return rows


class RecordEntryFacts(LearnerAction):
    permission = DECIDE
    form_class = EntryFactsForm
    page_title, submit, success_message, back = (
        "What they came with",
        "Save",
        "Recorded",
        "learners:entry",
    )
    lead = "As the application shows it, on the day they applied. Leave blank what is not recorded."

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "decided": bool(decisions_of(self.enrolment))}

    def get_initial(self) -> dict[str, Any]:
        facts = facts_of(self.enrolment)
        own = {name: getattr(self.enrolment, name) for name in OF_ENROLMENT if name != "applied_on"}
        if facts is None:
            return own
        recorded = {
            name: getattr(facts, name)
            for name in EntryFactsForm.base_fields
            if hasattr(facts, name)
        }
        return {**recorded, **own, "applied_on": facts.effective_on}

    def perform(self, form: Any) -> str:
        own = {name: form.cleaned_data[name] for name in OF_ENROLMENT}
        record_entry_facts(
            by=self.request.user, enrolment=self.enrolment, **own, **form.entry_facts()
        )
        return self.success_message


class DecidePathway(EventPage):
    """The page to decide the pathway.

    If it moves the learner to another pathway, every milestone is shown before and after.
    """

    permission = DECIDE
    action, form_class, check = decide_pathway, DecidePathwayForm, True
    page_title, submit, success_message, back = (
        "Decide the pathway",
        "Decide",
        "Pathway decided",
        "learners:entry",
    )

    def get_initial(self) -> dict[str, Any]:
        return {"on": today(), "chosen": self.enrolment.pathway_id}

    def supposed(self, content: dict[str, Any]) -> list[Supposed]:
        if content["chosen"].pk == self.enrolment.pathway_id:
            return []
        return [Supposed("moved_pathway", content["on"], to_pathway_id=content["chosen"].pk)]

    def shown(self) -> dict[str, Any]:
        names = {row.code: str(row) for row in records.pathways()}
        return {"lead": shown.entry_words(entry_of(self.enrolment), names)}
