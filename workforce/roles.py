"""Roles as job descriptions: what each may do, and how far it reaches.

A permission reaches either the place for which the role was granted (`PLACE`: the nation, a region,
a unit) or only records tied to the person by a relation (`own`). People are given roles, never
single permissions. A code belongs to the app that declares it, and a check refuses unknown ones.
"""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Reach:
    """The reach of a permission: the place of the grant, or records tied by the relation `own`."""

    own: str = ""


PLACE = Reach()


@dataclass(frozen=True)
class Role:
    """A job: its title, a sentence that describes it, and its permissions with their reach.

    `national` roles may be granted for the whole country. The others need a region, and may be
    limited to a unit.
    """

    title: str
    sentence: str
    permissions: dict[str, Reach] = field(default_factory=dict)
    national: bool = False
    needs_place: bool = True


def with_reach(reach: Reach, *codes: str) -> dict[str, Reach]:
    return dict.fromkeys(codes, reach)


SEE_REPORTS = with_reach(PLACE, "reports.view_reports", "reports.request_report")

ROLES: dict[str, Role] = {
    "learning_manager": Role(
        "Learning manager",
        "Runs the programme in a region: starts learners, records what happens to them, imports, and looks after assessors.",
        with_reach(
            PLACE,
            "learners.view_learner",
            "learners.change_learner",
            "learners.record_event",
            "learners.void_event",
            "learners.complete_without_proof",
            "learners.allocate",
            "learners.import_learners",
            "learners.view_intakes",
            "learners.plan_intakes",
            "learners.view_applications",
            "learners.record_applications",
            "learners.view_module_marks",
            "learners.see_break_reason",
            "learners.decide_pathway",
            "learners.prepare_starter",
            "learners.view_support",
            "learners.change_support",
            "learners.view_conversations",
            "learners.hold_conversation",
            "learners.record_practice",
            "learners.hold_review",
            "learners.run_board",
            "learners.approve_withdrawal",
            "learners.protect_officer",
            "learners.develop_pso",
            "learners.follow_up_training",
            "workforce.view_person",
            "workforce.manage_people",
            "workforce.import_staff",
            "workforce.view_staffing",
            "workforce.change_equality",
            "workforce.view_history",
            "assessments.view_assessment",
            "assessments.manage_assessors",
            "assessments.register_candidate",
            "assessments.import_assessments",
            "assessments.import_countersignatures",
            "assessments.view_queue",
            "assessments.view_quality",
            "exchange.import_data",
            "exchange.view_imports",
        )
        | SEE_REPORTS
        | with_reach(PLACE, "reports.view_assessors"),
    ),
    "pta": Role(
        "Practice tutor assessor",
        "Assesses their own learners: logs evidence, decides it criterion by criterion, signs units off.",
        with_reach(
            Reach("pta"),
            "learners.view_learner",
            "assessments.view_assessment",
            "assessments.log_evidence",
            "assessments.decide",
            "assessments.sign_off_unit",
            "assessments.view_caseload",
            "reports.view_assessors",
            "learners.hold_review",
            "learners.follow_up_training",
            "assessments.plan_assessment",
            "assessments.take_over",
        )
        | with_reach(Reach("learner"), "assessments.develop"),
        needs_place=False,
    ),
    "countersigner": Role(
        "Countersigner",
        "Agrees or returns the decisions of trainee assessors assigned to them; never one of their own.",
        with_reach(
            Reach("countersigner"),
            "assessments.countersign",
            "assessments.view_queue",
            "reports.view_assessors",
            "assessments.take_over",
        )
        | with_reach(Reach("learner"), "assessments.develop"),
        needs_place=False,
    ),
    "iqa": Role(
        "Internal quality assurer",
        "Samples decisions and looks after the quality of assessment in a region.",
        with_reach(
            PLACE,
            "assessments.view_assessment",
            "assessments.quality_assure",
            "assessments.view_queue",
            "assessments.view_quality",
            "learners.view_learner",
            "reports.view_assessors",
        )
        | SEE_REPORTS,
    ),
    "eqa": Role(
        "External quality assurer",
        "Reads the assessment of named learners for a limited time, and says whether the sampling plan is agreed; changes "
        "nothing else.",
        with_reach(
            Reach("eqa"),
            "assessments.view_assessment",
            "assessments.view_named",
            "assessments.agree_sampling",
        ),
        needs_place=False,
    ),
    "line_manager": Role(
        "Line manager",
        "Sees what each of their own learners must do next.",
        with_reach(
            Reach("line_manager"),
            "learners.view_learner",
            "assessments.view_assessment",
            "learners.acknowledge_starter",
            "learners.view_support",
            "learners.view_conversations",
            "learners.hold_conversation",
            "learners.record_practice",
            "learners.hold_review",
            "learners.develop_pso",
            "learners.follow_up_training",
        ),
        needs_place=False,
    ),
    "hr_partner": Role(
        "HR business partner",
        "Reads leavers' own words, offers interviews, and keeps who holds which post.",
        with_reach(
            PLACE,
            "learners.view_leavers",
            "learners.see_break_reason",
            "learners.view_applications",
            "workforce.view_person",
            "workforce.manage_people",
            "reports.view_reports",
        ),
    ),
    "regional_manager": Role(
        "Regional manager",
        "Answers for a region's workforce: people and posts, reports, targets and attrition.",
        with_reach(
            PLACE,
            "learners.view_learner",
            "learners.view_intakes",
            "learners.view_applications",
            "learners.approve_withdrawal",
            "workforce.view_person",
            "workforce.manage_people",
            "workforce.view_staffing",
        )
        | SEE_REPORTS,
    ),
    "national": Role(
        "National programme team",
        "Sees every region side by side and downloads the month's reports; hears what is referred to the progression board; as "
        "VQ centre, loads criteria, claims certificates and answers the awarding body.",
        with_reach(
            PLACE,
            "learners.view_learner",
            "learners.view_intakes",
            "learners.plan_intakes",
            "learners.view_applications",
            "learners.record_applications",
            "learners.run_board",
            "learners.hear_board",
            "learners.name_external",
            "workforce.view_person",
            "workforce.merge_people",
            "workforce.view_staffing",
            "workforce.import_staffing",
            "workforce.view_equality",
            "assessments.view_assessment",
            "reports.view_assessors",
            "reports.unsuppressed",
            "assessments.view_quality",
            "assessments.claim_certificate",
            "assessments.load_criteria",
            "reports.manage_schedules",
            "reports.view_downloads",
            "exchange.import_data",
            "exchange.view_imports",
        )
        | SEE_REPORTS,
        national=True,
    ),
    "administrator": Role(
        "Administrator",
        "Looks after accounts, roles and reference data; sees nobody's record by this role alone.",
        with_reach(
            PLACE,
            "workforce.manage_accounts",
            "workforce.manage_reference",
            "workforce.open_region",
            "jobs.manage",
            "exchange.import_data",
            "exchange.state_recording",
            "exchange.view_imports",
            "reports.manage_schedules",
        ),
        national=True,
    ),
    "data_protection": Role(
        "Data protection officer",
        "Sees who viewed, exported and downloaded what: logs, not content.",
        with_reach(
            PLACE, "workforce.view_access_log", "workforce.allow_export", "reports.view_downloads"
        ),
        national=True,
    ),
    "learner": Role(
        "Learner",
        "Sees their own record and what is next.",
        with_reach(
            Reach("learner"),
            "learners.view_learner",
            "learners.view_module_marks",
            "learners.view_support",
            "learners.view_conversations",
            "learners.speak",
            "assessments.view_assessment",
            "assessments.agree_plan",
        ),
        needs_place=False,
    ),
}

NATIONAL_ROLES = [code for code, role in ROLES.items() if role.national]
PLACELESS_ROLES = [code for code, role in ROLES.items() if not role.needs_place]


def is_far_reaching(role: str, region: object | None) -> bool:
    """Return True if two administrators are needed to give a role.

    It is so for a role over the whole country, and for an administrator's role anywhere, because it
    gives roles to others. A blank place is the whole country, except for roles that reach only
    records tied to their holder. The database has the same rule (`workforce_is_far_reaching` in
    `workforce/sql/2_accounts_roles.sql`).
    """
    return "workforce.manage_accounts" in ROLES[role].permissions or (
        region is None and role not in PLACELESS_ROLES
    )
