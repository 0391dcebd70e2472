"""This app's navigation entries, its page of the learner's record, and the landing pages of its roles."""

from assessments.queries.records import COUNTERSIGN, DECIDE, NAMED, QUEUE, VIEW
from assessments.queries.sampling import CLAIM
from assessments.queries.sampling import VIEW as QUALITY
from learners.ports import tabs
from pqip.govuk import navigation
from workforce.ports import landing_pages

tabs.register("Assessment", "assessments:learner", permission=VIEW, order=50)

navigation.register("Waiting for me", "assessments:waiting", permission=DECIDE, order=11)
navigation.register(
    "Planned", "assessments:plans", permission="assessments.plan_assessment", order=12
)
navigation.register(
    "Caseload", "assessments:caseload", permission="assessments.view_caseload", order=12
)
navigation.register("Countersigning", "assessments:queue", permission=QUEUE, order=13)
navigation.register("Countersigned", "assessments:given", permission=COUNTERSIGN, order=14)
navigation.register("Candidates", "assessments:named", permission=NAMED, order=15)
navigation.register(
    "Sampling plans",
    "assessments:external_plans",
    permission="assessments.agree_sampling",
    order=16,
)
navigation.register("My route", "assessments:route", permission="assessments.develop", order=16)
navigation.register(
    "My CPD",
    "assessments:cpd",
    permission="assessments.develop",
    order=17,
    under="assessments:route",
)
navigation.register(
    "Assessors", "assessments:assessors", permission="assessments.manage_assessors", order=30
)
navigation.register(
    "Ending",
    "assessments:ending",
    permission="assessments.manage_assessors",
    order=32,
    under="assessments:assessors",
)
navigation.register(
    "No assessor",
    "assessments:unassessed",
    permission="assessments.register_candidate",
    order=33,
    under="assessments:assessors",
)
navigation.register(
    "Assessor capacity",
    "assessments:assessor_capacity",
    permission="workforce.view_staffing",
    order=31,
    under="assessments:assessors",
)
navigation.register(
    "Countersigning capacity",
    "assessments:capacity",
    permission=QUALITY,
    order=31,
    under="assessments:queue",
)
navigation.register(
    "Who can countersign",
    "assessments:countersigners",
    permission=QUALITY,
    order=32,
    under="assessments:queue",
)
navigation.register(
    "Open work",
    "assessments:open_work",
    permission="assessments.manage_assessors",
    order=32,
    under="assessments:assessors",
)
navigation.register(
    "Handovers",
    "assessments:handovers",
    permission="assessments.manage_assessors",
    order=33,
    under="assessments:assessors",
)
navigation.register(
    "Induction and workshops",
    "assessments:sessions",
    permission="assessments.manage_assessors",
    order=34,
    under="assessments:assessors",
)
navigation.register(
    "Handed over to me", "assessments:handed_to_me", permission="assessments.take_over", order=18
)
navigation.register("Sampling", "assessments:samples", permission=QUALITY, order=33)
navigation.register(
    "Assessors sampled",
    "assessments:sampling_levels",
    permission=QUALITY,
    order=34,
    under="assessments:samples",
)
navigation.register(
    "Units to release",
    "assessments:to_release",
    permission=QUALITY,
    order=35,
    under="assessments:samples",
)
navigation.register(
    "Standardisation",
    "assessments:meetings",
    permission=QUALITY,
    order=36,
    under="assessments:samples",
)
navigation.register(
    "Certificates",
    "assessments:certificates",
    permission=CLAIM,
    order=37,
    under="assessments:samples",
)

landing_pages.register("pta", "Waiting for me", "assessments:waiting")
landing_pages.register("countersigner", "Decisions to countersign", "assessments:queue")
landing_pages.register("iqa", "Sampling plan", "assessments:samples")
landing_pages.register("eqa", "Candidates named to me", "assessments:named")
