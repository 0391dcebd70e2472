"""How a learner came in: what they came with, what the rules say of it, and the pathway decided."""

from __future__ import annotations

from typing import Any

from learners import reading
from learners.actions.decide_pathway import decide_pathway
from learners.actions.record_entry_facts import record_entry_facts
from learners.entry_facts import entry_of, university_of
from learners.forms.entry import OF_ENROLMENT, DecidePathwayForm, EntryFactsForm
from learners.presenters import entry as shown
from learners.rules.what_if import Supposed
from learners.views.actions import EventPage, LearnerAction
from learners.views.record import LearnerPage
from pqip.core.clock import today
from pqip.govuk.formats import date_gov, lower_first
from pqip.govuk.links import record_url
from pqip.govuk.pages import SummaryRow

DECIDE = "learners.decide_pathway"


class Entry(LearnerPage):
    """The pathway's clauses and decisions; what else they came with, for the learner and those who decide."""

    page_title = "Entry"
    template_name = "learners/entry.html"
    url_name = "learners:entry"

    def shown(self) -> dict[str, Any]:
        who, names = self.enrolment, {row.code: str(row) for row in reading.pathways()}
        entry = entry_of(who)
        recorders = reading.names_of_actors(row.recorded_by for row in entry.decisions)
        clauses = shown.clauses_table("What the pathway follows from", entry.advice.pathway_clauses, shown.rules_note(entry))
        tables = [clauses, shown.decisions_table(entry.decisions, recorders)]
        content: dict[str, Any] = {"lead": shown.verdict_words(entry, names), "about": self.about(entry)}
        if self.sees_everything():
            tables.insert(1, shown.clauses_table("What their route asks for", entry.advice.eligibility_clauses))
            content["facts"] = shown.facts_summary(who, entry.facts, entry.came.procedure_bars)
        actions = self.action(DECIDE, "Record what they came with", "entry_facts") + self.action(
            DECIDE, "Decide the pathway", "decide_pathway"
        )
        return {**content, "tables": tables, "actions": actions}

    def sees_everything(self) -> bool:
        """The learner themself, and whoever may decide about this very learner."""
        user = self.request.user
        if user.person_id == self.enrolment.person_id:
            return True
        return self.may(DECIDE)

    def about(self, entry: Any) -> list[SummaryRow]:
        """The university, and an earlier place where there was one (rule F27)."""
        rows = [SummaryRow("University", university_of(self.enrolment) or "", empty="Not known")]
        earlier = entry.earlier
        if earlier is None or not self.sees_everything():
            return rows
        reason = reading.reason_labels().get(earlier.left_event.reason or "not_recorded", "Not recorded")
        reached = reading.enrolments(self.request.user).filter(pk=earlier.pk).exists()
        url = record_url("learners:history", earlier.public_id) if reached else ""
        said = f"{earlier.entry_cohort}, left on {date_gov(earlier.left_on)}. Reason: {lower_first(reason)}"
        rows.append(SummaryRow("Was on the programme before", said, url, change="Open", hidden="the earlier record"))
        return rows


class RecordEntryFacts(LearnerAction):
    permission = DECIDE
    form_class = EntryFactsForm
    page_title, submit, said, back = "What they came with", "Save", "Recorded", "learners:entry"
    lead = "As the application shows it, on the day they applied. Leave blank what is not recorded."

    def get_form_kwargs(self) -> dict[str, Any]:
        entry = entry_of(self.enrolment)
        return {**super().get_form_kwargs(), "decided": bool(entry.decisions)}

    def get_initial(self) -> dict[str, Any]:
        facts = entry_of(self.enrolment).facts
        own = {name: getattr(self.enrolment, name) for name in OF_ENROLMENT if name != "applied_on"}
        if facts is None:
            return own
        recorded = {name: getattr(facts, name) for name in EntryFactsForm.base_fields if hasattr(facts, name)}
        return {**recorded, **own, "applied_on": facts.effective_on}

    def perform(self, form: Any) -> str:
        own = {name: form.cleaned_data[name] for name in OF_ENROLMENT}
        record_entry_facts(by=self.request.user, enrolment=self.enrolment, **own, **form.entry_facts())
        return self.said


class DecidePathway(EventPage):
    """The decision; where it moves the learner to another pathway, every milestone is shown before and after."""

    permission = DECIDE
    action, form_class, check = decide_pathway, DecidePathwayForm, True
    page_title, submit, said, back = "Decide the pathway", "Decide", "Pathway decided", "learners:entry"

    def get_initial(self) -> dict[str, Any]:
        return {"on": today(), "chosen": self.enrolment.pathway_id}

    def supposed(self, content: dict[str, Any]) -> list[Supposed]:
        if content["chosen"].pk == self.enrolment.pathway_id:
            return []
        return [Supposed("moved_pathway", content["on"], to_pathway_id=content["chosen"].pk)]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        names = {row.code: str(row) for row in reading.pathways()}
        return super().get_context_data(**{"lead": shown.verdict_words(entry_of(self.enrolment), names), **kwargs})


