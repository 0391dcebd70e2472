"""Addresses of assessment. Identifiers in them say nothing."""

from django.urls import path

from assessments.views import (
    amending,
    assessor_capacity,
    assessors,
    candidates,
    deciding,
    evidence,
    external,
    filing,
    lists,
    plans,
    queue,
    versions,
)

app_name = "assessments"

WHO = "candidates/<uuid:public_id>"
PIECE = "evidence/<uuid:public_id>"

urlpatterns = [
    path("", lists.Waiting.as_view(), name="waiting"),
    path("caseload/", lists.Caseload.as_view(), name="caseload"),
    path("named/", external.Named.as_view(), name="named"),
    path("learners/<uuid:public_id>/", candidates.LearnerAssessment.as_view(), name="learner"),
    path(f"{WHO}/", candidates.Candidate.as_view(), name="candidate"),
    path(f"{WHO}/evidence/log/", evidence.LogEvidence.as_view(), name="log_evidence"),
    path(f"{WHO}/units/<int:number>/sign-off/", candidates.SignOff.as_view(), name="sign_off"),
    path(f"{WHO}/units/<int:number>/sign-off/undo/", amending.UndoSignOff.as_view(), name="undo_sign_off"),
    path(f"{WHO}/correct/", amending.CorrectRegistration.as_view(), name="correct_registration"),
    path(f"{WHO}/version/", versions.MoveVersion.as_view(), name="move_version"),
    path(f"{WHO}/version/undo/", versions.UndoMove.as_view(), name="undo_move"),
    path("people/<uuid:public_id>/register/", candidates.RegisterCandidate.as_view(), name="register"),
    path(f"{PIECE}/", evidence.EvidencePage.as_view(), name="evidence"),
    path(f"{PIECE}/decide/", deciding.Decide.as_view(), name="decide"),
    path(f"{PIECE}/again/", evidence.HandInAgain.as_view(), name="hand_in_again"),
    path(f"{PIECE}/files/add/", filing.AddFile.as_view(), name="add_file"),
    path("files/<uuid:public_id>/", filing.fetch, name="file"),
    path("files/<uuid:public_id>/take-away/", filing.RemoveFile.as_view(), name="remove_file"),
    path("plans/", plans.Plans.as_view(), name="plans"),
    path(f"{WHO}/plan/", plans.Plan.as_view(), name="plan"),
    path("plans/<uuid:public_id>/change/", plans.ChangePlan.as_view(), name="change_plan"),
    path("plans/<uuid:public_id>/take-out/", plans.DropPlan.as_view(), name="drop_plan"),
    path("plans/<uuid:public_id>/agree/", plans.AgreePlan.as_view(), name="agree_plan"),
    path(f"{PIECE}/correct/", amending.CorrectEvidence.as_view(), name="correct_evidence"),
    path(f"{PIECE}/undo/", evidence.UndoEvidence.as_view(), name="undo_evidence"),
    path("decisions/<uuid:public_id>/undo/", deciding.UndoDecision.as_view(), name="undo_decision"),
    path("queue/", queue.Queue.as_view(), name="queue"),
    path("queue/<uuid:public_id>/", queue.DecisionPage.as_view(), name="queued"),
    path("queue/<uuid:public_id>/countersign/", queue.Countersign.as_view(), name="countersign"),
    path("given/", queue.Given.as_view(), name="given"),
    path("given/<uuid:public_id>/undo/", amending.UndoCountersignature.as_view(), name="undo_countersignature"),
    path("given/<uuid:public_id>/dispute/", queue.Dispute.as_view(), name="dispute"),
    path("assessors/", assessors.Assessors.as_view(), name="assessors"),
    path("assessors/ending/", assessors.Endings.as_view(), name="ending"),
    path("assessors/capacity/", assessor_capacity.AssessorCapacity.as_view(), name="assessor_capacity"),
    path("assessors/<uuid:public_id>/", assessors.Assessor.as_view(), name="assessor"),
    path("assessors/<uuid:public_id>/record/", assessors.Record.as_view(), name="record_assessor"),
]
