"""The report on support conversations: how often one was offered, and what came of it. Nobody's words, and no reasons."""

from dataclasses import replace

from learners.rules.conversations import (
    ADJUSTMENT_DAYS,
    AGAIN_DAYS,
    LOST_DAYS,
    LOST_WITHIN,
    PLACEMENT_MONTHS,
)
from reports.catalogue.base import PEOPLE, Report, ReportColumn
from reports.catalogue.keys import REGION
from reports.figures.support_conversations import support_conversations
from reports.suppression.conversations import withheld

LEARNERS = ("Learners on the programme and not on a break", "The as-at date", "On the day")
OFFERS = ("Conversations offered to learners", "The day offered", "The 12 months to the as-at date")
AGREED = ("Things agreed in conversations", "The day agreed", "The 12 months to the as-at date")

COLUMNS = [
    replace(
        REGION,
        definition="Region of the learner: on the as-at date, or on the day of the offer or the agreement.",
    ),
    ReportColumn(
        "called_for",
        "Called for",
        "Those to whom the service owes something that calls for a conversation: no practice tutor assessor, or an absent "
        f"one; no mentor; {LOST_DAYS} or more study or VQ days lost within {LOST_WITHIN} days, but for leave and sickness; no "
        f"placement offered in {PLACEMENT_MONTHS} months; an adjustment agreed and not in place for more than "
        f"{ADJUSTMENT_DAYS} days; a review overdue; or assessed work that waits for longer than it should. The numbers are "
        "assumed. How anybody gets on calls for none.",
        PEOPLE,
        *LEARNERS,
    ),
    ReportColumn(
        "not_offered",
        "Not offered yet",
        "Of them, those with something for which no conversation was offered since it stands, or only one longer than "
        f"{AGAIN_DAYS} days (assumed) ago; without those of whom an offer waits.",
        PEOPLE,
        *LEARNERS,
    ),
    ReportColumn("offered", "Offered", "Conversations offered.", PEOPLE, *OFFERS),
    ReportColumn("held", "Held", "Of them, held by the as-at date.", PEOPLE, *OFFERS),
    ReportColumn(
        "declined",
        "Declined",
        "Of them, declined by the learner by the as-at date.",
        PEOPLE,
        *OFFERS,
    ),
    ReportColumn("actions_agreed", "Agreed", "Things agreed to be done.", PEOPLE, *AGREED),
    ReportColumn("actions_done", "Done", "Of them, done by the as-at date.", PEOPLE, *AGREED),
    ReportColumn(
        "actions_overdue",
        "Overdue",
        "Of them, not done by the as-at date, which is after the day by which they were to be done.",
        PEOPLE,
        *AGREED,
    ),
]
REPORT = Report(
    "support-conversations",
    "Support conversations by region",
    "How often is a conversation offered to learners to whom the service owes something, and what comes of it?",
    COLUMNS,
    support_conversations,
    "Region.",
    suppress=withheld,
    on_screen=True,
    opened_by=("learners.view_conversations",),
    for_whom="Learning managers, regional managers, the national team",
    notes=(
        "What was said, what was agreed and what called for each conversation is read by the learner, their line manager and "
        "learning managers only.",
    ),
    of_people=False,
)
