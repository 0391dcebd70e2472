"""Reference data of the programme: pathways and their timing, modules, courses and reasons for withdrawal."""

from __future__ import annotations

from pathlib import Path

from pqip.core.acting import Job
from pqip.core.clock import now
from pqip.core.reference import Kind, file, register

HERE = Path(__file__).parent


def redate() -> None:
    """Ask a worker to work out every milestone again, because lengths of pathways changed."""
    from learners.models import Enrolment
    from pqip.core.background.queue import enqueue

    if Enrolment.objects.exists():
        enqueue("learners.redate", key=f"redate:{now().isoformat()}", by=Job("reference"))


register(
    Kind(
        "pathways",
        "Pathways",
        "pathway",
        "learners.Pathway",
        ("code",),
        ("code", "name", "opens_on", "closes_on", "order"),
        file(HERE / "pathways.csv"),
        "S4; S3 §2.4; the 13-month pilot S1.",
    ),
    Kind(
        "pathway-timings",
        "Pathway lengths and assessment starts",
        "pathway timing",
        "learners.PathwayTiming",
        ("pathway", "mode", "effective_on"),
        (
            "pathway",
            "mode",
            "effective_on",
            "months",
            "assessment_start_months",
            "source",
            "assumed",
        ),
        file(HERE / "pathway_timings.csv"),
        "Each row states its own source. For starts from its date; blank is not known.",
        after_change=redate,
    ),
    Kind(
        "campaigns",
        "Recruitment campaigns",
        "campaign",
        "learners.Campaign",
        ("code",),
        (
            "code",
            "name",
            "region",
            "target_applications",
            "opens_on",
            "closes_on",
            "selection_version",
            "channels",
        ),
        list,
        "Campaigns come with those who applied in them; none ships.",
    ),
    Kind(
        "entry-rules",
        "Entry rules by campaign",
        "version of the entry rules",
        "learners.EntryRules",
        ("campaign", "effective_on"),
        (
            "campaign",
            "effective_on",
            "level_required",
            "modules_for_short",
            "modules_started",
            "level5_credits",
            "service_months",
            "minimum_age",
            "rejoin_months",
            "short_without_level5",
            "source",
            "assumed",
        ),
        file(HERE / "entry_rules.csv"),
        "Each row states its own source. For applications from its date; a campaign's own row counts before one for every.",
    ),
    Kind(
        "academic-modules",
        "University modules",
        "university module",
        "learners.AcademicModule",
        ("code",),
        ("code", "title", "level", "credits", "is_required", "is_placeholder", "order"),
        file(HERE / "academic_modules.csv"),
        "Level 5: S4. Level 6 areas: S4; each university names its own modules.",
    ),
    Kind(
        "taught-modules",
        "Level 6 modules by university",
        "level 6 module of a university",
        "learners.TaughtModule",
        ("university", "module", "effective_on"),
        ("university", "module", "effective_on", "is_required", "source", "assumed"),
        file(HERE / "taught_modules.csv"),
        "S3 §3.5: each university designs its own to common outcomes; its titles are not published, and the areas of S4 stand in "
        "for them. Assumed required: the two that one university describes (W34b). For starts from its date.",
    ),
    Kind(
        "module-plans",
        "Plans of university modules",
        "planned day of a module",
        "learners.ModulePlan",
        ("university", "cohort", "module", "effective_on"),
        ("university", "cohort", "module", "due_on", "effective_on", "source"),
        list,
        "The universities plan each intake; none ships. Without a plan modules are spread evenly (assumed).",
    ),
    Kind(
        "offered-awards",
        "Awards of the universities",
        "award of a university",
        "learners.OfferedAward",
        ("university", "code", "effective_on"),
        ("university", "code", "title", "effective_on", "source", "assumed", "is_placeholder"),
        file(HERE / "offered_awards.csv"),
        "Liverpool John Moores: W34a, b. Portsmouth: W34g. Those of the others are not published: placeholders, assumed. For "
        "starts from its date.",
    ),
    Kind(
        "courses",
        "Courses",
        "course",
        "learners.Course",
        ("code",),
        (
            "code",
            "title",
            "category",
            "delivery",
            "duration",
            "recurs_months",
            "needs_follow_up",
            "order",
        ),
        file(HERE / "courses.csv"),
        "S3 §3.3. How often each mandatory course recurs is not published. Which are followed up into practice is assumed: "
        "those required for the role.",
    ),
    Kind(
        "course-requirements",
        "Required courses",
        "requirement of a course",
        "learners.CourseRequirement",
        ("course", "audience", "pathway", "effective_on"),
        ("course", "audience", "pathway", "effective_on", "is_required", "due_months"),
        file(HERE / "course_requirements.csv"),
        "S3 §3.3: foundation learning of learners and PSOs alike. A pathway's own row counts before the one for every pathway; "
        "the first day is assumed, and no source says by when each is due: blank months are the assumed number.",
    ),
    Kind(
        "diploma-expectations",
        "PSOs of whom the VQ3 is expected",
        "day from which the VQ3 is expected",
        "learners.DiplomaExpectation",
        ("effective_on",),
        ("effective_on", "is_expected", "source", "assumed"),
        file(HERE / "diploma_expectations.csv"),
        "S3 §3.4 expects the VQ3 within 12 months of starting as a PSO, and does not say since when. For PSOs who begin on the "
        "day or later.",
    ),
    Kind(
        "case-types",
        "Kinds of case that need training",
        "kind of case",
        "learners.CaseType",
        ("code",),
        ("code", "title", "assumed", "order"),
        file(HERE / "case_types.csv"),
        "S3 §3.5 says that there are such kinds, not which: these are placeholders, assumed.",
    ),
    Kind(
        "case-type-courses",
        "Training for kinds of case",
        "course for a kind of case",
        "learners.CaseTypeCourse",
        ("case_type", "course"),
        ("case_type", "course"),
        file(HERE / "case_type_courses.csv"),
        "Assumed; not from the service. A kind of case may be allocated once every course of it was attended.",
    ),
    Kind(
        "lost-reasons",
        "Reasons for lost study and VQ days",
        "reason for a lost day",
        "learners.LostReason",
        ("code",),
        ("code", "title", "assumed", "order"),
        file(HERE / "lost_reasons.csv"),
        "Assumed; not from the service.",
    ),
    Kind(
        "break-reasons",
        "Reasons for a break",
        "reason for a break",
        "learners.BreakReason",
        ("code",),
        ("code", "title", "assumed", "order"),
        file(HERE / "break_reasons.csv"),
        "Assumed; not from the service.",
    ),
    Kind(
        "board-outcomes",
        "Outcomes of the progression board",
        "outcome of the board",
        "learners.BoardOutcome",
        ("code",),
        ("code", "title", "assumed", "order"),
        file(HERE / "board_outcomes.csv"),
        "S3 §3.1 says that learners are referred to the board, not what it may decide: assumed.",
    ),
    Kind(
        "board-reasons",
        "Reasons of the progression board",
        "reason of the board",
        "learners.BoardReason",
        ("outcome", "code"),
        ("outcome", "code", "title", "order"),
        file(HERE / "board_reasons.csv"),
        "Assumed; not from the service.",
    ),
    Kind(
        "reason-sets",
        "Lists of reasons for withdrawal",
        "list of reasons",
        "learners.ReasonSet",
        ("kind", "from_date"),
        ("kind", "title", "from_date", "to_date", "source"),
        file(HERE / "reason_sets.csv"),
        "Each list states its own source.",
    ),
    Kind(
        "reasons",
        "Reasons for withdrawal",
        "reason",
        "learners.Reason",
        ("reason_set", "code"),
        ("reason_set", "code", "label", "order"),
        file(HERE / "reasons.csv"),
        "As their list says.",
    ),
    Kind(
        "induction-items",
        "Induction of PSOs",
        "item of the induction",
        "learners.InductionItem",
        ("code", "effective_on"),
        ("code", "effective_on", "title", "is_required", "is_placeholder", "order"),
        file(HERE / "induction_items.csv"),
        "S3 §3.2: the first three weeks in post. No list of its items is published: these are placeholders, assumed, and so is "
        "their first day. For PSOs who begin on their day or later.",
    ),
)
