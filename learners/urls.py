"""Addresses of learners. Identifiers in them say nothing."""

from django.urls import path

from learners.views import actions, amend, amend_facts, download, lists, people, record

app_name = "learners"

WHO = "<uuid:public_id>"
ALLOCATION = f"{WHO}/allocations/<uuid:allocation_id>"
RESULT = f"{WHO}/results/<slug:module>/<int:attempt>"
BOOKING = f"{WHO}/training/<slug:course>/<slug:booked>"

urlpatterns = [
    path("", lists.LearnerList.as_view(), name="list"),
    path("download/", download.Download.as_view(), name="download"),
    path("own/", lists.Own.as_view(), name="own"),
    path("decisions/", lists.Decisions.as_view(), name="decisions"),
    path("mine/", lists.MyLearners.as_view(), name="mine"),
    path("enrol/", people.Enrol.as_view(), name="enrol"),
    path("events/<uuid:event_id>/undo/", amend.Undo.as_view(), name="undo"),
    path("events/<uuid:event_id>/correct/", amend.Correct.as_view(), name="correct"),
    path(f"{WHO}/", record.Overview.as_view(), name="learner"),
    path(f"{WHO}/programme/", record.Programme.as_view(), name="programme"),
    path(f"{WHO}/university/", record.Academic.as_view(), name="academic"),
    path(f"{WHO}/training/", record.Training.as_view(), name="training"),
    path(f"{WHO}/people/", record.People.as_view(), name="people"),
    path(f"{WHO}/history/", record.History.as_view(), name="history"),
    path(f"{WHO}/changes/", record.Changes.as_view(), name="changes"),
    path(f"{WHO}/start/", actions.Start.as_view(), name="start"),
    path(f"{WHO}/did-not-start/", actions.DidNotStart.as_view(), name="did_not_start"),
    path(f"{WHO}/break/", actions.Defer.as_view(), name="defer"),
    path(f"{WHO}/return/", actions.Resume.as_view(), name="resume"),
    path(f"{WHO}/withdraw/", actions.Withdraw.as_view(), name="withdraw"),
    path(f"{WHO}/complete/", actions.Complete.as_view(), name="complete"),
    path(f"{WHO}/extend/", actions.Extend.as_view(), name="extend"),
    path(f"{WHO}/pathway/", actions.MovePathway.as_view(), name="move_pathway"),
    path(f"{WHO}/region/", actions.MoveRegion.as_view(), name="move_region"),
    path(f"{WHO}/hours/", actions.ChangeFte.as_view(), name="change_fte"),
    path(f"{WHO}/cohort/", actions.MoveCohort.as_view(), name="move_cohort"),
    path(f"{WHO}/board/refer/", actions.ReferToBoard.as_view(), name="refer_to_board"),
    path(f"{WHO}/board/decision/", actions.BoardDecision.as_view(), name="board_decision"),
    path(f"{WHO}/qualify/", actions.Qualify.as_view(), name="qualify"),
    path(f"{WHO}/register/", actions.Register.as_view(), name="register"),
    path(f"{WHO}/allocate/", people.Allocate.as_view(), name="allocate"),
    path(f"{ALLOCATION}/end/", people.EndAllocation.as_view(), name="end_allocation"),
    path(f"{ALLOCATION}/correct/", amend_facts.CorrectAllocation.as_view(), name="correct_allocation"),
    path(f"{ALLOCATION}/undo/", amend_facts.UndoAllocation.as_view(), name="undo_allocation"),
    path(f"{RESULT}/correct/", amend_facts.CorrectResult.as_view(), name="correct_result"),
    path(f"{RESULT}/undo/", amend_facts.UndoResult.as_view(), name="undo_result"),
    path(f"{BOOKING}/correct/", amend_facts.CorrectTraining.as_view(), name="correct_training"),
    path(f"{BOOKING}/undo/", amend_facts.UndoTraining.as_view(), name="undo_training"),
    path(f"{WHO}/results/record/", people.RecordResult.as_view(), name="record_result"),
    path(f"{WHO}/training/record/", people.RecordTraining.as_view(), name="record_training"),
]
