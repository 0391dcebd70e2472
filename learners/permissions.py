"""What may be done with learners and their record."""

from pqip.core.permissions import Permission, register

register(
    Permission("learners.view_learner", "See learners: pathway, dates, progress and what is next."),
    Permission("learners.change_learner", "Correct a learner's details."),
    Permission("learners.record_event", "Record starts, breaks, returns, moves, withdrawals and completions."),
    Permission("learners.void_event", "Undo an event recorded in error, with a reason."),
    Permission("learners.complete_without_proof", "Record a completion that the record does not prove, with a reason."),
    Permission("learners.allocate", "Allocate assessors, line managers and mentors."),
    Permission("learners.import_learners", "Import learners, their events, results and training from a file."),
    Permission("learners.view_module_marks", "See marks of academic modules; others see the outcome."),
    Permission("learners.see_break_reason", "See the reason of a break."),
    Permission("learners.view_leavers", "Read leavers' own words."),
)
