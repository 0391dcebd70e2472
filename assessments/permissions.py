"""What may be done with evidence, decisions and their countersigning."""

from pqip.core.permissions import Permission, register

register(
    Permission("assessments.view_assessment", "See evidence, decisions and progress by unit."),
    Permission("assessments.view_named", "See the candidates named to one as external quality assurer."),
    Permission("assessments.view_caseload", "See one's own caseload."),
    Permission("assessments.register_candidate", "Register a candidate for a qualification."),
    Permission("assessments.log_evidence", "Log evidence of one's own learners."),
    Permission("assessments.decide", "Decide evidence of one's own learners, criterion by criterion."),
    Permission("assessments.view_queue", "See decisions that wait to be countersigned."),
    Permission("assessments.countersign", "Agree or return decisions of trainee assessors assigned to one."),
    Permission("assessments.sign_off_unit", "Sign off a unit of one's own learners."),
    Permission("assessments.manage_assessors", "Record assessors' awards and authorities."),
    Permission("assessments.quality_assure", "Sample decisions and record what was found."),
    Permission("assessments.import_assessments", "Import assessors, registrations, evidence, decisions and sign-offs."),
    Permission("assessments.import_countersignatures", "Import countersignatures given elsewhere."),
)
