"""The pages of a learner's record in this app, and its entries in the navigation."""

from learners.ports import tabs
from pqip.govuk import navigation

VIEW = "learners.view_learner"

tabs.register("Overview", "learners:learner", permission=VIEW, order=10)
tabs.register("Entry", "learners:entry", permission=VIEW, order=15)
tabs.register("Before day one", "learners:starting", permission=VIEW, order=17)
tabs.register("Programme", "learners:programme", permission=VIEW, order=20)
tabs.register("University", "learners:academic", permission=VIEW, order=30)
tabs.register("Training", "learners:training", permission=VIEW, order=40)
tabs.register("Practice", "learners:practice", permission=VIEW, order=45)
tabs.register("Reviews", "learners:reviews_of", permission=VIEW, order=47)
tabs.register("Breaks", "learners:breaks", permission=VIEW, order=52)
tabs.register("Board", "learners:board", permission=VIEW, order=53)
tabs.register("Ending", "learners:ending", permission=VIEW, order=55)
tabs.register("People", "learners:people", permission=VIEW, order=60)
tabs.register("Support", "learners:support", permission="learners.view_support", order=65)
tabs.register(
    "Conversations", "learners:conversations_of", permission="learners.view_conversations", order=66
)
tabs.register("History", "learners:history", permission=VIEW, order=70)

#: Lists about learners are tabs of the list of learners.
LEARNERS = "learners:list"
navigation.register("My training", "learners:own", permission="learners.speak", order=5)
navigation.register("Decisions", "learners:decisions", permission="learners.record_event", order=10)
navigation.register("Learners", LEARNERS, permission=VIEW, order=20)
navigation.register(
    "Starters",
    "learners:starters",
    permission=("learners.prepare_starter", "learners.acknowledge_starter"),
    order=25,
    under=LEARNERS,
)
navigation.register(
    "Training", "learners:courses", permission="learners.record_event", order=30, under=LEARNERS
)
navigation.register(
    "Follow-ups",
    "learners:follow_ups",
    permission="learners.follow_up_training",
    order=32,
    under=LEARNERS,
)
navigation.register(
    "Reviews", "learners:reviews", permission="learners.hold_review", order=27, under=LEARNERS
)
navigation.register(
    "Conversations",
    "learners:conversations",
    permission="learners.hold_conversation",
    order=27,
    under=LEARNERS,
)
navigation.register(
    "Breaks", "learners:on_a_break", permission="learners.record_event", order=28, under=LEARNERS
)
navigation.register(
    "Board", "learners:referrals", permission="learners.run_board", order=33, under=LEARNERS
)
navigation.register(
    "Withdrawals",
    "learners:withdrawals",
    permission="learners.approve_withdrawal",
    order=34,
    under=LEARNERS,
)
navigation.register(
    "Leavers", "learners:leavers", permission="learners.view_leavers", order=34, under=LEARNERS
)
navigation.register(
    "Newly qualified",
    "learners:newly_qualified",
    permission="learners.protect_officer",
    order=36,
    under=LEARNERS,
)
navigation.register(
    "Said to be wrong",
    "learners:challenges",
    permission="learners.record_event",
    order=38,
    under=LEARNERS,
)
navigation.register(
    "PSOs", "learners:psos", permission="learners.develop_pso", order=37, under=LEARNERS
)
navigation.register(
    "Intakes", "learners:intakes", permission="learners.view_intakes", order=29, under=LEARNERS
)
navigation.register(
    "Campaigns",
    "learners:campaigns",
    permission="learners.view_applications",
    order=31,
    under=LEARNERS,
)
