"""Addresses of learners. Identifiers in them say nothing."""

from django.urls import path

from learners.views import actions, amend, download, entry, lists, people, record, starters, starting, support, what_if

app_name = "learners"

WHO = "<uuid:public_id>"

urlpatterns = [
    path("", lists.LearnerList.as_view(), name="list"),
    path("download/", download.Download.as_view(), name="download"),
    path("own/", lists.Own.as_view(), name="own"),
    path("decisions/", lists.Decisions.as_view(), name="decisions"),
    path("mine/", lists.MyLearners.as_view(), name="mine"),
    path("starters/", starters.Starters.as_view(), name="starters"),
    path("starters/download/", starters.StartersFile.as_view(), name="starters_file"),
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
    path(f"{WHO}/entry/", entry.Entry.as_view(), name="entry"),
    path(f"{WHO}/entry/facts/", entry.RecordEntryFacts.as_view(), name="entry_facts"),
    path(f"{WHO}/entry/decide/", entry.DecidePathway.as_view(), name="decide_pathway"),
    path(f"{WHO}/starting/", starting.Starting.as_view(), name="starting"),
    path(f"{WHO}/starting/brief/", starting.Brief.as_view(), name="brief"),
    path(f"{WHO}/starting/brief/read/", starting.Acknowledge.as_view(), name="acknowledge"),
    path(f"{WHO}/starting/contacts/record/", starting.RecordContact.as_view(), name="record_contact"),
    path(f"{WHO}/starting/contacts/<uuid:contact_id>/undo/", starting.UndoContact.as_view(), name="undo_contact"),
    path(f"{WHO}/starting/steps/<slug:arrangement>/", starting.StarterStep.as_view(), name="starter_step"),
    path(f"{WHO}/starting/steps/<slug:arrangement>/undo/", starting.UndoStep.as_view(), name="undo_step"),
    path(f"{WHO}/support/", support.Support.as_view(), name="support"),
    path(f"{WHO}/support/add/", support.AddSupport.as_view(), name="add_support"),
    path(f"{WHO}/support/readings/", support.SupportReadings.as_view(), name="support_readings"),
    path(f"{WHO}/support/<uuid:need_id>/change/", support.ChangeSupport.as_view(), name="change_support"),
    path(f"{WHO}/support/<uuid:need_id>/remove/", support.RemoveSupport.as_view(), name="remove_support"),
    path(f"{WHO}/what-if/", what_if.WhatIf.as_view(), name="what_if"),
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
    path(f"{WHO}/allocations/<uuid:allocation_id>/end/", people.EndAllocation.as_view(), name="end_allocation"),
    path(f"{WHO}/results/record/", people.RecordResult.as_view(), name="record_result"),
    path(f"{WHO}/training/record/", people.RecordTraining.as_view(), name="record_training"),
]
