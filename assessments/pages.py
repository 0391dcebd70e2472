"""This app's entries in the navigation, its page of the learner's record, and the first lists of its roles."""

from assessments.reading import COUNTERSIGN, DECIDE, NAMED, QUEUE, VIEW
from learners import tabs
from pqip.govuk import navigation
from workforce import homes

tabs.register("Assessment", "assessments:learner", permission=VIEW, order=50)

navigation.register("Waiting for me", "assessments:waiting", permission=DECIDE, order=11)
navigation.register("Planned", "assessments:plans", permission="assessments.plan_assessment", order=12)
navigation.register("Caseload", "assessments:caseload", permission="assessments.view_caseload", order=12)
navigation.register("Countersigning", "assessments:queue", permission=QUEUE, order=13)
navigation.register("Countersigned", "assessments:given", permission=COUNTERSIGN, order=14)
navigation.register("Candidates", "assessments:named", permission=NAMED, order=15)
navigation.register("Assessors", "assessments:assessors", permission="assessments.manage_assessors", order=30)
navigation.register(
    "Ending", "assessments:ending", permission="assessments.manage_assessors", order=32, under="assessments:assessors"
)
navigation.register(
    "Assessor capacity", "assessments:assessor_capacity", permission="workforce.view_staffing", order=31,
    under="assessments:assessors",
)

homes.register("pta", "Waiting for me", "assessments:waiting")
homes.register("countersigner", "Decisions to countersign", "assessments:queue")
homes.register("iqa", "Decisions to countersign", "assessments:queue")
homes.register("eqa", "Candidates named to me", "assessments:named")
