"""What this app tells of a learner's way (`learners/chronicle.py`), strand by strand, from what stands in its ledgers.

Nothing here tells of support needs, the family-connection check, the reason of a break, or of what was said at reviews.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from learners import chronicle, reading
from learners.award_facts import awards_of, titles_for
from learners.chronicle import Happening
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
from learners.presenters.words import details_of, title_of
from pqip.govuk.formats import date_gov, lower_first, number, upper_first

#: Arrangements whose state only those with access to support needs may see.
PRIVATE = (Arrangement.ADJUSTMENTS, Arrangement.FAMILY_CONNECTION)


def events(enrolment: Enrolment, user: Any) -> Iterator[Happening]:
    """Every event, undone ones too."""
    reasons, see = reading.reason_labels(), reading.may(user, "learners.see_break_reason", enrolment)
    for row in reading.events_of(enrolment):
        title = f"{title_of(row)} (undone)" if row.is_void else title_of(row)
        yield Happening(row.effective_on, title, row, details_of(row, reasons, see_break_reason=see))


def breaks(enrolment: Enrolment, user: Any) -> Iterator[Happening]:
    for look in BreakReview.objects.live().filter(enrolment=enrolment).exclude(held_on=None):
        yield Happening(look.held_on, "Break looked at again", look)
    for plan in ReturnPlan.objects.live().filter(enrolment=enrolment).exclude(meeting_held_on=None):
        yield Happening(plan.meeting_held_on, "Return meeting held", plan)


def starting(enrolment: Enrolment, user: Any) -> Iterator[Happening]:
    steps = StarterStep.objects.live().filter(enrolment=enrolment).exclude(arrangement__in=PRIVATE)
    for step in steps:
        title = f"{step.get_arrangement_display()}: {lower_first(step.get_state_display())}"  # type: ignore[attr-defined]
        yield Happening(step.effective_on, title, step, step.note)
    for contact in Contact.objects.live().filter(enrolment=enrolment):
        how = lower_first(contact.get_means_display())  # type: ignore[attr-defined]
        yield Happening(contact.effective_on, f"Kept in touch: {how}", contact, contact.about)


def people(enrolment: Enrolment, user: Any) -> Iterator[Happening]:
    for row in reading.allocations_of(enrolment.person_id):
        role, unit = row.get_role_display(), f" for unit {row.unit}" if row.unit else ""  # type: ignore[attr-defined]
        yield Happening(row.effective_on, f"{role}{unit}: {row.other}", row)
        if row.ended_on:
            yield Happening(row.ended_on, f"{role}{unit}: {row.other}, last day", row)


def university(enrolment: Enrolment, user: Any) -> Iterator[Happening]:
    see = reading.may(user, "learners.view_module_marks", enrolment)
    for row in reading.results_of(enrolment):
        what, attempt = row.module.title, f"attempt {row.attempt}"
        if row.outcome == "pending":
            if row.submitted_date:
                yield Happening(row.submitted_date, f"{what}: handed in", row, upper_first(attempt))
            continue
        mark = f", mark {number(row.mark)}" if see and row.mark is not None else ""
        came = "passed" if row.outcome == "pass" else "failed"
        yield Happening(row.effective_on, f"{what}: {came}", row, f"{upper_first(attempt)}{mark}")
    named = titles_for(enrolment)
    for given in awards_of(enrolment.pk):
        yield Happening(given.effective_on, f"Awarded: {named.get(given.award, given.award)}", given,
                        given.classification if see else "")
    for asked in ExtensionRequest.objects.live().filter(enrolment=enrolment).select_related("module"):
        until = f"until {date_gov(asked.asked_until)}"
        yield Happening(asked.effective_on, f"{asked.module.title}: asked for more time", asked, upper_first(until))
        if asked.answered_on:
            answer = lower_first(asked.get_answer_display())  # type: ignore[attr-defined]
            yield Happening(asked.answered_on, f"{asked.module.title}: more time {answer}", asked, upper_first(until))


def training(enrolment: Enrolment, user: Any) -> Iterator[Happening]:
    for row in reading.training_of(enrolment.person_id):
        if row.status != "booked":
            came = lower_first(row.get_status_display())  # type: ignore[attr-defined]
            how = row.get_delivery_display()  # type: ignore[attr-defined]
            yield Happening(row.effective_on, f"{row.course.title}: {came}", row, how)
    done = FollowUp.objects.live().filter(person=enrolment.person_id).exclude(done_on=None)
    for task in done.select_related("course"):
        how = task.get_kind_display()  # type: ignore[attr-defined]
        yield Happening(task.done_on, f"{task.course.title}: followed up into practice", task, how)


def practice(enrolment: Enrolment, user: Any) -> Iterator[Happening]:
    for row in Placement.objects.live().filter(enrolment=enrolment):
        where = row.get_setting_display()  # type: ignore[attr-defined]
        if row.began_on:
            yield Happening(row.began_on, f"Placement began: {where}", row)
        if row.ended_on:
            came = row.get_quality_display()  # type: ignore[attr-defined]
            yield Happening(row.ended_on, f"Placement ended: {where}", row, came)
    for work in CoWork.objects.live().filter(enrolment=enrolment).select_related("responsible_officer"):
        yield Happening(work.effective_on, f"Co-working with {work.responsible_officer}", work, work.tasks)
        if work.ended_on:
            yield Happening(work.ended_on, f"Co-working with {work.responsible_officer}: last day", work)
    for day in ProtectedDay.objects.live().filter(person=enrolment.person_id, taken=False):
        yield Happening(day.effective_on, f"{day.get_kind_display()} lost", day)  # type: ignore[attr-defined]


def development(enrolment: Enrolment, user: Any) -> Iterator[Happening]:
    """Their induction as a PSO, and observations of their practice."""
    titles = dict(InductionItem.objects.live().order_by("effective_on").values_list("code", "title"))
    for row in InductionRecord.objects.live().filter(person=enrolment.person_id):
        yield Happening(row.effective_on, f"Induction: {titles.get(row.item, row.item)}", row)
    held = PracticeObservation.objects.live().filter(person=enrolment.person_id).exclude(held_on=None)
    for seen in held.select_related("observer"):
        spoken = "Spoken about" if seen.feedback_given else "Not spoken about yet"
        yield Happening(seen.held_on, f"Practice observed by {seen.observer}", seen, spoken)


def reviews(enrolment: Enrolment, user: Any) -> Iterator[Happening]:
    for row in reading.reviews_of(enrolment.person_id):
        if row.held_on:
            yield Happening(row.held_on, f"{row.get_kind_display()} review held", row)  # type: ignore[attr-defined]


def afterwards(enrolment: Enrolment, user: Any) -> Iterator[Happening]:
    for post in OfficerPost.objects.live().filter(enrolment=enrolment).select_related("region"):
        yield Happening(post.effective_on, f"Offered a probation officer's post in {post.region}", post)
        if post.answered_on:
            answer = lower_first(post.get_answer_display())  # type: ignore[attr-defined]
            yield Happening(post.answered_on, f"Probation officer's post {answer}", post)
    for row in NewlyQualifiedWorkshop.objects.live().filter(enrolment=enrolment):
        yield Happening(row.effective_on, f"Workshop attended: {row.title}", row)


def register(strands: Iterable[tuple[str, chronicle.Source]]) -> None:
    for name, source in strands:
        chronicle.register(name, source, permission=reading.VIEW)


register([
    ("Programme", events), ("Programme", breaks), ("Programme", afterwards), ("Before day one", starting),
    ("University", university), ("Role training", training), ("Practice", practice), ("Practice", development),
    ("Reviews", reviews), ("People", people),
])
