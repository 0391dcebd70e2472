"""What may be done with evidence, decisions and their countersigning."""

from pqip.core.permissions import Permission, register

register(
    Permission("assessments.view_assessment", "See evidence, decisions and progress by unit."),
    Permission(
        "assessments.view_named", "See the candidates named to one as external quality assurer."
    ),
    Permission("assessments.view_caseload", "See one's own caseload."),
    Permission("assessments.register_candidate", "Register a candidate for a qualification."),
    Permission("assessments.log_evidence", "Log evidence of one's own learners."),
    Permission(
        "assessments.decide", "Decide evidence of one's own learners, criterion by criterion."
    ),
    Permission("assessments.view_queue", "See decisions that wait to be countersigned."),
    Permission(
        "assessments.countersign", "Agree or return decisions of trainee assessors assigned to one."
    ),
    Permission("assessments.sign_off_unit", "Sign off a unit of one's own learners."),
    Permission("assessments.manage_assessors", "Record assessors' awards and authorities."),
    Permission("assessments.plan_assessment", "Plan assessments with one's own learners."),
    Permission("assessments.agree_plan", "Agree what is planned to be assessed of one's own work."),
    Permission(
        "assessments.develop",
        "Keep one's own record as assessor: portfolio, mentor, professional development.",
    ),
    Permission("assessments.take_over", "Accept learners or trainee assessors handed over to one."),
    Permission(
        "assessments.view_quality",
        "See sampling, standardisation and what was found of assessors' decisions.",
    ),
    Permission(
        "assessments.quality_assure",
        "Plan and record samples, release and unlock units, hold standardisation meetings.",
    ),
    Permission(
        "assessments.claim_certificate",
        "Claim candidates' certificates of the awarding body, and record them.",
    ),
    Permission(
        "assessments.load_criteria",
        "Load new versions of qualifications: units and criteria.",
        whole_country=True,
    ),
    Permission(
        "assessments.agree_sampling",
        "Say whether the sampling plan of a region is agreed, as external quality assurer.",
    ),
    Permission(
        "assessments.import_assessments",
        "Import assessors, registrations, evidence, decisions and sign-offs.",
    ),
    Permission("assessments.import_countersignatures", "Import countersignatures given elsewhere."),
)
