"""The entries of a learner's timeline from this app's ledgers (`learners/ports/timeline.py`), by
strand.

They never mention support needs, the family-connection check, the reason for a break, or what was
said at reviews; and support conversations only to those who read them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from learners.facts.awards import awards_of, titles_for
from learners.models import (
    BreakReview,
    Contact,
    CoWork,
    Enrolment,
    ExtensionRequest,
    FollowUp,
    InductionItem,
    InductionRecord,
    NewlyQualifiedWorkshop,
    OfficerPost,
    Placement,
    PracticeObservation,
    ProtectedDay,
    ReturnPlan,
    StarterStep,
)
from learners.models.starting import Arrangement
from learners.ports import timeline
from learners.ports.timeline import TimelineEntry
from learners.presenters.events import details_of, title_of
from learners.queries import records
from learners.queries.conversations import SEE, agreed_with, conversations_of
from pqip.core.formats import date_gov, lower_first, number, upper_first

#: Arrangements whose state only users who may see support needs may see.
PRIVATE = (Arrangement.ADJUSTMENTS, Arrangement.FAMILY_CONNECTION)


def events(enrolment: Enrolment, user: Any) -> Iterator[TimelineEntry]:
    """Yield every event of an enrolment, including undone ones.

    The reason of a break is shown only if the user may see it.
    """
    reasons, see = (
        records.reason_labels(),
        records.may(user, "learners.see_break_reason", enrolment),
    )
    for row in records.events_of(enrolment):
        title = f"{title_of(row)} (undone)" if row.is_void else title_of(row)
        yield TimelineEntry(
            row.effective_on, title, row, details_of(row, reasons, see_break_reason=see)
        )


def breaks(enrolment: Enrolment, user: Any) -> Iterator[TimelineEntry]:
    """Yield reviews of breaks and return meetings that were held."""
    for look in BreakReview.objects.live().filter(enrolment=enrolment).exclude(held_on=None):
        if look.held_on:
            yield TimelineEntry(look.held_on, "Break looked at again", look)
    for plan in ReturnPlan.objects.live().filter(enrolment=enrolment).exclude(meeting_held_on=None):
        if plan.meeting_held_on:
            yield TimelineEntry(plan.meeting_held_on, "Return meeting held", plan)


def starting(enrolment: Enrolment, user: Any) -> Iterator[TimelineEntry]:
    """Yield steps of arrangements and contacts."""
    steps = StarterStep.objects.live().filter(enrolment=enrolment).exclude(arrangement__in=PRIVATE)
    for step in steps:
        title = f"{step.get_arrangement_display()}: {lower_first(step.get_state_display())}"
        yield TimelineEntry(step.effective_on, title, step, step.note)
    for contact in Contact.objects.live().filter(enrolment=enrolment):
        how = lower_first(contact.get_means_display())
        yield TimelineEntry(contact.effective_on, f"Kept in touch: {how}", contact, contact.about)


def people(enrolment: Enrolment, user: Any) -> Iterator[TimelineEntry]:
    """Yield who looks after the learner, and from when."""
    for row in records.allocations_of(enrolment.person_id):
        role, unit = row.get_role_display(), f" for unit {row.unit}" if row.unit else ""
        yield TimelineEntry(row.effective_on, f"{role}{unit}: {row.other}", row)
        if row.ended_on:
            yield TimelineEntry(row.ended_on, f"{role}{unit}: {row.other}, last day", row)


def university(enrolment: Enrolment, user: Any) -> Iterator[TimelineEntry]:
    """Yield module attempts, awards, and requests for more time."""
    see = records.may(user, "learners.view_module_marks", enrolment)
    for row in records.results_of(enrolment):
        what, attempt = row.module.title, f"attempt {row.attempt}"
        if row.outcome == "pending":
            if row.submitted_date:
                yield TimelineEntry(
                    row.submitted_date, f"{what}: handed in", row, upper_first(attempt)
                )
            continue
        mark = f", mark {number(row.mark)}" if see and row.mark is not None else ""
        came = "passed" if row.outcome == "pass" else "failed"
        yield TimelineEntry(
            row.effective_on, f"{what}: {came}", row, f"{upper_first(attempt)}{mark}"
        )
    named = titles_for(enrolment)
    for given in awards_of(enrolment.pk):
        yield TimelineEntry(
            given.effective_on,
            f"Awarded: {named.get(given.award, given.award)}",
            given,
            given.classification if see else "",
        )
    for asked in (
        ExtensionRequest.objects.live().filter(enrolment=enrolment).select_related("module")
    ):
        until = f"until {date_gov(asked.asked_until)}"
        yield TimelineEntry(
            asked.effective_on,
            f"{asked.module.title}: asked for more time",
            asked,
            upper_first(until),
        )
        if asked.answered_on:
            answer = lower_first(asked.get_answer_display())
            yield TimelineEntry(
                asked.answered_on,
                f"{asked.module.title}: more time {answer}",
                asked,
                upper_first(until),
            )


def training(enrolment: Enrolment, user: Any) -> Iterator[TimelineEntry]:
    """Yield outcomes of bookings, and follow-ups that were done."""
    for row in records.training_of(enrolment.person_id):
        if row.status != "booked":
            came = lower_first(row.get_status_display())
            how = row.get_delivery_display()
            yield TimelineEntry(row.effective_on, f"{row.course.title}: {came}", row, how)
    done = FollowUp.objects.live().filter(person=enrolment.person_id).exclude(done_on=None)
    for task in done.select_related("course"):
        how = task.get_kind_display()
        if task.done_on:
            yield TimelineEntry(
                task.done_on, f"{task.course.title}: followed up into practice", task, how
            )


def practice(enrolment: Enrolment, user: Any) -> Iterator[TimelineEntry]:
    """Yield placements, co-working and lost days."""
    for row in Placement.objects.live().filter(enrolment=enrolment):
        where = row.get_setting_display()
        if row.began_on:
            yield TimelineEntry(row.began_on, f"Placement began: {where}", row)
        if row.ended_on:
            came = row.get_quality_display()
            yield TimelineEntry(row.ended_on, f"Placement ended: {where}", row, came)
    for work in (
        CoWork.objects.live().filter(enrolment=enrolment).select_related("responsible_officer")
    ):
        yield TimelineEntry(
            work.effective_on, f"Co-working with {work.responsible_officer}", work, work.tasks
        )
        if work.ended_on:
            yield TimelineEntry(
                work.ended_on, f"Co-working with {work.responsible_officer}: last day", work
            )
    for day in ProtectedDay.objects.live().filter(person=enrolment.person_id, taken=False):
        yield TimelineEntry(day.effective_on, f"{day.get_kind_display()} lost", day)


def development(enrolment: Enrolment, user: Any) -> Iterator[TimelineEntry]:
    """Yield their induction as a PSO, and observations of their practice."""
    titles = dict(
        InductionItem.objects.live().order_by("effective_on").values_list("code", "title")
    )
    for row in InductionRecord.objects.live().filter(person=enrolment.person_id):
        yield TimelineEntry(row.effective_on, f"Induction: {titles.get(row.item, row.item)}", row)
    held = (
        PracticeObservation.objects.live().filter(person=enrolment.person_id).exclude(held_on=None)
    )
    for seen in held.select_related("observer"):
        spoken = "Spoken about" if seen.feedback_given else "Not spoken about yet"
        if seen.held_on:
            yield TimelineEntry(seen.held_on, f"Practice observed by {seen.observer}", seen, spoken)


def reviews(enrolment: Enrolment, user: Any) -> Iterator[TimelineEntry]:
    """Yield reviews that were held."""
    for row in records.reviews_of(enrolment.person_id):
        if row.held_on:
            yield TimelineEntry(row.held_on, f"{row.get_kind_display()} review held", row)


def conversations(enrolment: Enrolment, user: Any) -> Iterator[TimelineEntry]:
    """Yield support conversations and what was agreed, for those who read them."""
    if not records.may(user, SEE, enrolment):
        return
    for row in conversations_of(enrolment):
        yield TimelineEntry(row.effective_on, "Support conversation offered", row)
        if row.held_on:
            yield TimelineEntry(row.held_on, "Support conversation held", row)
        if row.declined_on:
            yield TimelineEntry(row.declined_on, "Support conversation declined", row)
    for task in agreed_with(enrolment):
        yield TimelineEntry(task.effective_on, "Agreed in a support conversation", task, task.what)
        if task.done_on:
            title = "Done, as agreed in a support conversation"
            yield TimelineEntry(task.done_on, title, task, task.what)


def afterwards(enrolment: Enrolment, user: Any) -> Iterator[TimelineEntry]:
    """Yield offers of officers' posts, the answers and workshops."""
    for post in OfficerPost.objects.live().filter(enrolment=enrolment).select_related("region"):
        yield TimelineEntry(
            post.effective_on, f"Offered a probation officer's post in {post.region}", post
        )
        if post.answered_on:
            answer = lower_first(post.get_answer_display())
            yield TimelineEntry(post.answered_on, f"Probation officer's post {answer}", post)
    for row in NewlyQualifiedWorkshop.objects.live().filter(enrolment=enrolment):
        yield TimelineEntry(row.effective_on, f"Workshop attended: {row.title}", row)


def register(strands: Iterable[tuple[str, timeline.Source]]) -> None:
    """Register the sources of this app's strands."""
    for name, source in strands:
        timeline.register(name, source, permission=records.VIEW)


register(
    [
        ("Programme", events),
        ("Programme", breaks),
        ("Programme", afterwards),
        ("Before day one", starting),
        ("University", university),
        ("Role training", training),
        ("Practice", practice),
        ("Practice", development),
        ("Reviews", reviews),
        ("People", people),
    ]
)
timeline.register("Conversations", conversations, permission=SEE)
