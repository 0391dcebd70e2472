"""Addresses of assessment. They hold public identifiers and codes, never keys."""

from django.urls import path

from assessments.views import (
    amending,
    assessors,
    assessors_looking_after,
    assessors_route,
    assessors_sessions,
    candidates,
    candidates_unassessed,
    capacity_assessors,
    caseload,
    countersigning,
    countersigning_capacity,
    decisions,
    evidence,
    evidence_files,
    handovers,
    open_work,
    options,
    plans,
    sampling,
    sampling_agreement,
    sampling_external,
    standardisation,
    units,
    versions,
)

app_name = "assessments"

WHO = "candidates/<uuid:public_id>"
PIECE = "evidence/<uuid:public_id>"
SUPPORTER = "assessors/<uuid:public_id>/people/<uuid:allocation_id>"

urlpatterns = [
    path("", caseload.Waiting.as_view(), name="waiting"),
    path("caseload/", caseload.Caseload.as_view(), name="caseload"),
    path("named/", sampling_external.Named.as_view(), name="named"),
    path("learners/<uuid:public_id>/", candidates.LearnerAssessment.as_view(), name="learner"),
    path(f"{WHO}/", candidates.Candidate.as_view(), name="candidate"),
    path(f"{WHO}/evidence/log/", evidence.LogEvidence.as_view(), name="log_evidence"),
    path(f"{WHO}/units/<int:number>/sign-off/", candidates.SignOff.as_view(), name="sign_off"),
    path(
        f"{WHO}/units/<int:number>/sign-off/undo/",
        amending.UndoSignOff.as_view(),
        name="undo_sign_off",
    ),
    path(f"{WHO}/correct/", amending.CorrectRegistration.as_view(), name="correct_registration"),
    path(f"{WHO}/version/", versions.MoveVersion.as_view(), name="move_version"),
    path(f"{WHO}/version/undo/", versions.UndoMove.as_view(), name="undo_move"),
    path(
        "people/<uuid:public_id>/register/", candidates.RegisterCandidate.as_view(), name="register"
    ),
    path(f"{PIECE}/", evidence.EvidencePage.as_view(), name="evidence"),
    path(f"{PIECE}/decide/", decisions.Decide.as_view(), name="decide"),
    path(f"{PIECE}/again/", evidence.HandInAgain.as_view(), name="hand_in_again"),
    path(f"{PIECE}/files/add/", evidence_files.AddFile.as_view(), name="add_file"),
    path("files/<uuid:public_id>/", evidence_files.fetch, name="file"),
    path(
        "files/<uuid:public_id>/take-away/", evidence_files.RemoveFile.as_view(), name="remove_file"
    ),
    path(f"{WHO}/optional-units/", options.ChooseUnits.as_view(), name="choose_units"),
    path("plans/", plans.Plans.as_view(), name="plans"),
    path(f"{WHO}/plan/", plans.Plan.as_view(), name="plan"),
    path("plans/<uuid:public_id>/change/", plans.ChangePlan.as_view(), name="change_plan"),
    path("plans/<uuid:public_id>/take-out/", plans.DropPlan.as_view(), name="drop_plan"),
    path("plans/<uuid:public_id>/agree/", plans.AgreePlan.as_view(), name="agree_plan"),
    path(f"{PIECE}/correct/", amending.CorrectEvidence.as_view(), name="correct_evidence"),
    path(f"{PIECE}/undo/", evidence.UndoEvidence.as_view(), name="undo_evidence"),
    path(
        "decisions/<uuid:public_id>/undo/", decisions.UndoDecision.as_view(), name="undo_decision"
    ),
    path("queue/", countersigning.Queue.as_view(), name="queue"),
    path("queue/<uuid:public_id>/", countersigning.DecisionPage.as_view(), name="queued"),
    path(
        "queue/<uuid:public_id>/countersign/",
        countersigning.Countersign.as_view(),
        name="countersign",
    ),
    path("given/", countersigning.Given.as_view(), name="given"),
    path(
        "given/<uuid:public_id>/undo/",
        amending.UndoCountersignature.as_view(),
        name="undo_countersignature",
    ),
    path("given/<uuid:public_id>/dispute/", countersigning.Dispute.as_view(), name="dispute"),
    path("assessors/", assessors.Assessors.as_view(), name="assessors"),
    path("unassessed/", candidates_unassessed.Unassessed.as_view(), name="unassessed"),
    path("assessors/ending/", assessors.Endings.as_view(), name="ending"),
    path(
        "assessors/capacity/",
        capacity_assessors.AssessorCapacity.as_view(),
        name="assessor_capacity",
    ),
    path("route/", assessors_route.Route.as_view(), name="route"),
    path("cpd/", assessors_route.Cpd.as_view(), name="cpd"),
    path("cpd/record/", assessors_route.RecordCpd.as_view(), name="record_cpd"),
    path("cpd/<uuid:public_id>/correct/", assessors_route.CorrectCpd.as_view(), name="correct_cpd"),
    path("cpd/<uuid:public_id>/undo/", assessors_route.UndoCpd.as_view(), name="undo_cpd"),
    path("assessors/<uuid:public_id>/", assessors.Assessor.as_view(), name="assessor"),
    path("assessors/<uuid:public_id>/record/", assessors.Record.as_view(), name="record_assessor"),
    # Countersigning as capacity
    path("countersigning/", countersigning_capacity.Needed.as_view(), name="capacity"),
    path(
        "countersigning/who/",
        countersigning_capacity.Countersigners.as_view(),
        name="countersigners",
    ),
    path("assessors/<uuid:public_id>/hand-over/", handovers.HandOver.as_view(), name="hand_over"),
    path("assessors/<uuid:public_id>/settle/", open_work.Settle.as_view(), name="settle"),
    path(f"{SUPPORTER}/end/", assessors_looking_after.EndSupporter.as_view(), name="end_supporter"),
    path(
        f"{SUPPORTER}/correct/",
        assessors_looking_after.CorrectSupporter.as_view(),
        name="correct_supporter",
    ),
    path(
        f"{SUPPORTER}/undo/", assessors_looking_after.UndoSupporter.as_view(), name="undo_supporter"
    ),
    path(
        "assessors/name/",
        assessors_looking_after.NameForAssessors.as_view(),
        name="name_for_assessors",
    ),
    path(
        "assessors/name/<uuid:token>/done/",
        assessors_looking_after.NamedForAssessors.as_view(),
        name="named_for_assessors",
    ),
    path(
        "assessors/name/<uuid:token>/undo/",
        assessors_looking_after.UndoNamedForAssessors.as_view(),
        name="undo_named_for_assessors",
    ),
    path("open-work/", open_work.OpenWork.as_view(), name="open_work"),
    path("handovers/", handovers.Handovers.as_view(), name="handovers"),
    path("handovers/to-me/", handovers.HandedToMe.as_view(), name="handed_to_me"),
    path(
        "handovers/<uuid:public_id>/accept/",
        handovers.AcceptHandover.as_view(),
        name="accept_handover",
    ),
    path(
        "handovers/<uuid:public_id>/undo/", handovers.UndoHandover.as_view(), name="undo_handover"
    ),
    # Quality assurance
    path("sampling/", sampling.Samples.as_view(), name="samples"),
    path("sampling/assessors/", sampling.Levels.as_view(), name="sampling_levels"),
    path("sampling/plan/", sampling.PlanSamples.as_view(), name="plan_samples"),
    path("sampling/agreement/", sampling_agreement.ExternalPlans.as_view(), name="external_plans"),
    path(
        "sampling/agreement/said/<uuid:public_id>/undo/",
        sampling_agreement.TakeBackAgreement.as_view(),
        name="take_back_agreement",
    ),
    path(
        "sampling/agreement/<slug:region>/",
        sampling_agreement.ExternalPlan.as_view(),
        name="external_plan",
    ),
    path(
        "sampling/agreement/<slug:region>/say/",
        sampling_agreement.AgreeSampling.as_view(),
        name="agree_sampling",
    ),
    path("sampling/<uuid:public_id>/", sampling.SamplePage.as_view(), name="sample"),
    path(
        "sampling/<uuid:public_id>/record/", sampling.RecordSample.as_view(), name="record_sample"
    ),
    path("sampling/<uuid:public_id>/done/", sampling.SampleDone.as_view(), name="sample_done"),
    path("sampling/<uuid:public_id>/undo/", sampling.UndoSample.as_view(), name="undo_sample"),
    path("units/", units.ToRelease.as_view(), name="to_release"),
    path(f"{WHO}/units/<int:number>/release/", units.Release.as_view(), name="release"),
    path(f"{WHO}/units/<int:number>/unlock/", units.Unlock.as_view(), name="unlock"),
    path("certificates/", units.Certificates.as_view(), name="certificates"),
    path(f"{WHO}/certificate/claim/", units.Claim.as_view(), name="claim"),
    path(
        f"{WHO}/certificate/record/",
        amending.RecordCertificate.as_view(),
        name="record_certificate",
    ),
    path(f"{WHO}/certificate/claim/undo/", units.UndoClaim.as_view(), name="undo_claim"),
    path("sessions/", assessors_sessions.Sessions.as_view(), name="sessions"),
    path("sessions/record/", assessors_sessions.RecordSession.as_view(), name="record_session"),
    path("sessions/<uuid:public_id>/", assessors_sessions.Session.as_view(), name="session"),
    path(
        "sessions/<uuid:public_id>/correct/",
        assessors_sessions.CorrectSession.as_view(),
        name="correct_session",
    ),
    path("standardisation/", standardisation.Meetings.as_view(), name="meetings"),
    path("standardisation/not-come/", standardisation.NotCome.as_view(), name="not_come"),
    path("standardisation/record/", standardisation.RecordMeeting.as_view(), name="record_meeting"),
    path("standardisation/<uuid:public_id>/", standardisation.Meeting.as_view(), name="meeting"),
    path(
        "standardisation/<uuid:public_id>/to-do/",
        standardisation.AddMeetingAction.as_view(),
        name="meeting_action",
    ),
    path(
        "standardisation/to-do/<uuid:public_id>/done/",
        standardisation.MeetingActionDone.as_view(),
        name="meeting_action_done",
    ),
    path(
        "standardisation/to-do/<uuid:public_id>/undo/",
        standardisation.UndoMeetingAction.as_view(),
        name="undo_meeting_action",
    ),
]
