"""What may be done with learners and their record."""

from pqip.core.permissions import Permission, register

register(
    Permission(
        "learners.view_learner",
        "See learners: pathway, dates, progress and what is next.",
        follows_post=True,
    ),
    Permission("learners.change_learner", "Correct a learner's details."),
    Permission(
        "learners.record_event",
        "Record starts, breaks, returns, moves, withdrawals and completions.",
    ),
    Permission("learners.void_event", "Undo an event recorded in error, with a reason."),
    Permission(
        "learners.complete_without_proof",
        "Record a completion that the record does not prove, with a reason.",
    ),
    Permission(
        "learners.allocate", "Allocate assessors, line managers and mentors.", follows_post=True
    ),
    Permission(
        "learners.import_learners",
        "Import learners, their events, results and training from a file.",
    ),
    Permission(
        "learners.view_intakes",
        "See the intakes planned, beside who has started and is due to start.",
    ),
    Permission("learners.plan_intakes", "Plan intakes, on screen or from a file."),
    Permission(
        "learners.view_applications",
        "See recruitment campaigns, how far applications have come, and each application, which names nobody.",
    ),
    Permission(
        "learners.record_applications",
        "Keep campaigns and their places, and record applications and their stages, on screen or from a file.",
    ),
    Permission(
        "learners.view_module_marks", "See marks of academic modules; others see the outcome."
    ),
    Permission("learners.see_break_reason", "See the reason of a break."),
    Permission("learners.view_leavers", "Read leavers' own words."),
    Permission(
        "learners.decide_pathway", "Record what a learner came with and decide their pathway."
    ),
    Permission(
        "learners.prepare_starter", "Arrange what a starter needs and keep in touch with them."
    ),
    Permission(
        "learners.acknowledge_starter",
        "Say that they have read what they must know before a learner starts.",
    ),
    Permission(
        "learners.view_support", "See support needs; every reading is logged.", follows_post=True
    ),
    Permission(
        "learners.view_conversations",
        "Read support conversations: what calls for one, what came of it, and what was agreed.",
    ),
    Permission(
        "learners.hold_conversation",
        "Offer support conversations, and record what came of them and what was agreed.",
    ),
    Permission("learners.change_support", "Record and change support needs.", follows_post=True),
    Permission(
        "learners.record_practice",
        "Record placements, co-worked work, protected days and kinds of case.",
    ),
    Permission(
        "learners.follow_up_training", "Record that training was followed up into practice."
    ),
    Permission("learners.hold_review", "Prepare reviews, record them and agree what was recorded."),
    Permission(
        "learners.run_board",
        "Bring papers to the progression board, record what was done for it, and appeals.",
    ),
    Permission(
        "learners.hear_board",
        "Hear cases for the progression board: record its decisions, what it asks for, and what "
        "came of appeals.",
    ),
    Permission(
        "learners.name_external",
        "Name candidates to an external quality assurer, between two days.",
    ),
    Permission(
        "learners.approve_withdrawal",
        "Approve withdrawals proposed by somebody else, and check how they are coded.",
    ),
    Permission(
        "learners.protect_officer",
        "Record the protection of newly qualified officers and the workshops they attend.",
        follows_post=True,
    ),
    Permission("learners.develop_pso", "Record the induction, observation and mentors of PSOs."),
    Permission(
        "learners.speak",
        "Agree reviews, record lost days, say what is wrong and add an own account: the learner only.",
    ),
)
