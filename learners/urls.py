"""URLs of learners. Identifiers in them reveal nothing."""

from django.urls import path

from learners.views import (
    allocations,
    allocations_many,
    applications,
    approvals,
    awards,
    board,
    campaigns,
    conversations,
    development,
    development_recording,
    enrolments,
    entry,
    events,
    events_amend,
    facts_amend,
    intakes,
    intakes_courses,
    leavers,
    lists,
    milestones_what_if,
    modules,
    practice,
    qualified,
    record,
    reviews,
    starting,
    starting_list,
    strands,
    support,
    training,
    training_attendance,
    training_courses,
    training_evaluations,
    voice,
    withdrawals,
)

app_name = "learners"

WHO = "<uuid:public_id>"
ALLOCATION = f"{WHO}/allocations/<uuid:allocation_id>"
RESULT = f"{WHO}/results/<slug:module>/<int:attempt>"
AWARD = f"{WHO}/university/awards/<slug:award>"
CONVERSATION = f"{WHO}/conversations/<uuid:key>"
CONVERSATION_ACTION = f"{WHO}/conversations/agreed/<uuid:key>"
PSO = f"psos/{WHO}"
CAMPAIGN = "campaigns/<uuid:campaign_id>"
APPLICATION = "applications/<uuid:application_id>"
BOOKING = f"{WHO}/training/<slug:course>/<slug:booked>"

urlpatterns = [
    path("", lists.LearnerList.as_view(), name="list"),
    path("own/", voice.Own.as_view(), name="own"),
    path("conversations/", conversations.ConversationList.as_view(), name="conversations"),
    path(f"{WHO}/conversations/", conversations.Conversations.as_view(), name="conversations_of"),
    path(
        f"{WHO}/conversations/offer/",
        conversations.OfferConversation.as_view(),
        name="offer_conversation",
    ),
    path(
        f"{CONVERSATION}/outcome/",
        conversations.ConversationOutcome.as_view(),
        name="conversation_outcome",
    ),
    path(
        f"{CONVERSATION}/agree/",
        conversations.AgreeAction.as_view(),
        name="agree_conversation_action",
    ),
    path(
        f"{CONVERSATION}/correct/",
        conversations.CorrectConversation.as_view(),
        name="correct_conversation",
    ),
    path(
        f"{CONVERSATION}/undo/", conversations.UndoConversation.as_view(), name="undo_conversation"
    ),
    path(
        f"{CONVERSATION_ACTION}/done/",
        conversations.FinishAction.as_view(),
        name="finish_conversation_action",
    ),
    path(
        f"{CONVERSATION_ACTION}/correct/",
        conversations.CorrectAction.as_view(),
        name="correct_conversation_action",
    ),
    path(
        f"{CONVERSATION_ACTION}/undo/",
        conversations.UndoAction.as_view(),
        name="undo_conversation_action",
    ),
    path("said-to-be-wrong/", voice.Challenges.as_view(), name="challenges"),
    path(
        "said-to-be-wrong/<uuid:challenge_id>/",
        voice.AnswerChallenge.as_view(),
        name="answer_challenge",
    ),
    path("<uuid:public_id>/own-account/", voice.Tell.as_view(), name="tell"),
    path("<uuid:public_id>/wrong/", voice.SayWrong.as_view(), name="challenge"),
    path("allocate/", allocations_many.AllocateMany.as_view(), name="allocate_many"),
    path("allocate/<uuid:token>/done/", allocations_many.Allocated.as_view(), name="allocated"),
    path(
        "allocate/<uuid:token>/undo/",
        allocations_many.UndoAllocated.as_view(),
        name="undo_allocated",
    ),
    path("decisions/", lists.Decisions.as_view(), name="decisions"),
    path("mine/", lists.MyLearners.as_view(), name="mine"),
    path("starters/", starting_list.Starters.as_view(), name="starters"),
    path("courses/", training_courses.Courses.as_view(), name="courses"),
    path("courses/<path:code>/due/", training_courses.CourseDue.as_view(), name="course"),
    path("attendance/", training_attendance.SheetStart.as_view(), name="attendance"),
    path(
        "attendance/<uuid:token>/", training_attendance.MarkSheet.as_view(), name="attendance_sheet"
    ),
    path(
        "attendance/<uuid:token>/done/",
        training_attendance.SheetDone.as_view(),
        name="attendance_done",
    ),
    path(
        "attendance/<uuid:token>/undo/",
        training_attendance.UndoSheet.as_view(),
        name="attendance_undo",
    ),
    path("intakes/", intakes.Intakes.as_view(), name="intakes"),
    path("intakes/add/", intakes.PlanIntake.as_view(), name="plan_intake"),
    path(
        "intakes/planned/<uuid:intake_id>/change/",
        intakes.ChangeIntake.as_view(),
        name="change_intake",
    ),
    path(
        "intakes/planned/<uuid:intake_id>/undo/", intakes.UndoIntake.as_view(), name="undo_intake"
    ),
    path("intakes/courses/", intakes_courses.IntakesCourses.as_view(), name="intakes_courses"),
    path(
        "intakes/booked/<uuid:token>/", intakes_courses.IntakeBooked.as_view(), name="intake_booked"
    ),
    path(
        "intakes/booked/<uuid:token>/undo/",
        intakes_courses.UndoIntakeBooked.as_view(),
        name="undo_intake_booked",
    ),
    path(
        "intakes/days/<uuid:plan_id>/book/",
        intakes_courses.BookIntake.as_view(),
        name="book_intake",
    ),
    path(
        "intakes/days/<uuid:plan_id>/take-out/",
        intakes_courses.DropPlan.as_view(),
        name="drop_plan",
    ),
    path(
        "intakes/of/<slug:region>/<path:cohort>/",
        intakes_courses.IntakePlan.as_view(),
        name="intake",
    ),
    path(
        "intakes/plan/<slug:region>/<path:cohort>/",
        intakes_courses.PlanCourse.as_view(),
        name="plan_course",
    ),
    path("campaigns/", campaigns.Campaigns.as_view(), name="campaigns"),
    path("campaigns/add/", campaigns.AddCampaign.as_view(), name="add_campaign"),
    path(
        "campaigns/places/<uuid:places_id>/change/",
        campaigns.ChangePlaces.as_view(),
        name="change_campaign_places",
    ),
    path(
        "campaigns/places/<uuid:places_id>/undo/",
        campaigns.UndoPlaces.as_view(),
        name="undo_campaign_places",
    ),
    path(f"{CAMPAIGN}/", campaigns.CampaignPage.as_view(), name="campaign"),
    path(f"{CAMPAIGN}/change/", campaigns.ChangeCampaign.as_view(), name="change_campaign"),
    path(f"{CAMPAIGN}/places/", campaigns.PlanPlaces.as_view(), name="plan_campaign_places"),
    path(f"{CAMPAIGN}/applications/", applications.Applications.as_view(), name="applications"),
    path(
        f"{CAMPAIGN}/applications/add/",
        applications.AddApplication.as_view(),
        name="add_application",
    ),
    path(f"{APPLICATION}/", applications.ApplicationPage.as_view(), name="application"),
    path(
        f"{APPLICATION}/change/",
        applications.ChangeApplication.as_view(),
        name="change_application",
    ),
    path(f"{APPLICATION}/record/", applications.RecordStage.as_view(), name="record_stage"),
    path(
        f"{APPLICATION}/learner/", applications.ToLearner.as_view(), name="application_to_learner"
    ),
    path(f"{APPLICATION}/link/", applications.LinkLearner.as_view(), name="link_learner"),
    path(f"{APPLICATION}/link/undo/", applications.UnlinkLearner.as_view(), name="unlink_learner"),
    path(f"{APPLICATION}/equality/", applications.Equality.as_view(), name="applicant_equality"),
    path(
        "applications/stages/<uuid:stage_id>/correct/",
        applications.CorrectStage.as_view(),
        name="correct_stage",
    ),
    path(
        "applications/stages/<uuid:stage_id>/undo/",
        applications.UndoStage.as_view(),
        name="undo_stage",
    ),
    path("withdrawals/", withdrawals.Proposals.as_view(), name="withdrawals"),
    path(
        "withdrawals/<uuid:proposal_id>/",
        withdrawals.DecideWithdrawal.as_view(),
        name="decide_withdrawal",
    ),
    path(
        "withdrawals/<uuid:proposal_id>/take-back/",
        withdrawals.TakeBackWithdrawal.as_view(),
        name="take_back_withdrawal",
    ),
    path("codings/", withdrawals.Codings.as_view(), name="codings"),
    path("codings/<uuid:event_id>/", withdrawals.AgreeCoding.as_view(), name="agree_coding"),
    path(
        "codings/<uuid:event_id>/correct/",
        withdrawals.CorrectCoding.as_view(),
        name="correct_coding",
    ),
    path("approvals/", approvals.Approvals.as_view(), name="approvals"),
    path(
        "approvals/<uuid:event_id>/dispute/",
        approvals.DisputeApproval.as_view(),
        name="dispute_approval",
    ),
    path("leavers/", leavers.Leavers.as_view(), name="leavers"),
    path(f"leavers/{WHO}/", leavers.Leaver.as_view(), name="leaver"),
    path(f"leavers/{WHO}/interview/", leavers.RecordInterview.as_view(), name="leaver_interview"),
    path(f"leavers/{WHO}/words/", leavers.RecordWords.as_view(), name="leaver_words"),
    path("newly-qualified/", qualified.NewlyQualified.as_view(), name="newly_qualified"),
    path("follow-ups/", training_courses.FollowUps.as_view(), name="follow_ups"),
    path(
        "extension-requests/",
        training_courses.ExtensionRequests.as_view(),
        name="extension_requests",
    ),
    path("enrol/", enrolments.WhoIsEnrolled.as_view(), name="enrol"),
    path("enrol/new/", enrolments.AddLearner.as_view(), name="enrol_new"),
    path("enrol/<uuid:public_id>/", enrolments.Enrol.as_view(), name="enrol_person"),
    path(f"{WHO}/look-after/", enrolments.LookAfter.as_view(), name="look_after"),
    path("events/<uuid:event_id>/undo/", events_amend.Undo.as_view(), name="undo"),
    path("events/<uuid:event_id>/correct/", events_amend.Correct.as_view(), name="correct"),
    path(
        "board-decisions/<uuid:event_id>/undo/",
        events_amend.UndoDecision.as_view(),
        name="undo_board_decision",
    ),
    path(
        "board-decisions/<uuid:event_id>/correct/",
        events_amend.CorrectDecision.as_view(),
        name="correct_board_decision",
    ),
    path(f"{WHO}/", record.Overview.as_view(), name="learner"),
    path(f"{WHO}/programme/", record.Programme.as_view(), name="programme"),
    path(f"{WHO}/university/", strands.Academic.as_view(), name="academic"),
    path(f"{WHO}/training/", strands.Training.as_view(), name="training"),
    path(f"{WHO}/people/", record.People.as_view(), name="people"),
    path(f"{WHO}/history/", record.History.as_view(), name="history"),
    path(f"{WHO}/changes/", record.Changes.as_view(), name="changes"),
    path(f"{WHO}/entry/", entry.Entry.as_view(), name="entry"),
    path(f"{WHO}/entry/facts/", entry.RecordEntryFacts.as_view(), name="entry_facts"),
    path(f"{WHO}/entry/decide/", entry.DecidePathway.as_view(), name="decide_pathway"),
    path(f"{WHO}/starting/", starting.Starting.as_view(), name="starting"),
    path(f"{WHO}/starting/brief/", starting.Brief.as_view(), name="brief"),
    path(f"{WHO}/starting/brief/read/", starting.Acknowledge.as_view(), name="acknowledge"),
    path(f"{WHO}/starting/done/", starting.StepsDone.as_view(), name="steps_done"),
    path(
        f"{WHO}/starting/contacts/record/", starting.RecordContact.as_view(), name="record_contact"
    ),
    path(
        f"{WHO}/starting/contacts/<uuid:contact_id>/undo/",
        starting.UndoContact.as_view(),
        name="undo_contact",
    ),
    path(
        f"{WHO}/starting/steps/<slug:arrangement>/",
        starting.StarterStep.as_view(),
        name="starter_step",
    ),
    path(
        f"{WHO}/starting/steps/<slug:arrangement>/undo/",
        starting.UndoStep.as_view(),
        name="undo_step",
    ),
    path(f"{WHO}/support/", support.Support.as_view(), name="support"),
    path(f"{WHO}/support/add/", support.AddSupport.as_view(), name="add_support"),
    path(f"{WHO}/support/readings/", support.SupportReadings.as_view(), name="support_readings"),
    path(
        f"{WHO}/support/<uuid:need_id>/change/",
        support.ChangeSupport.as_view(),
        name="change_support",
    ),
    path(
        f"{WHO}/support/<uuid:need_id>/remove/",
        support.RemoveSupport.as_view(),
        name="remove_support",
    ),
    path("reviews/", reviews.ReviewList.as_view(), name="reviews"),
    path(f"{WHO}/reviews/", reviews.Reviews.as_view(), name="reviews_of"),
    path(f"{WHO}/reviews/lay-out/", reviews.PlanReviews.as_view(), name="plan_reviews"),
    path(f"{WHO}/reviews/to-do/<uuid:key>/", reviews.FinishAction.as_view(), name="finish_action"),
    path(f"{WHO}/reviews/<slug:due>/", reviews.ReviewPage.as_view(), name="review"),
    path(f"{WHO}/reviews/<slug:due>/held/", reviews.HoldReview.as_view(), name="hold_review"),
    path(f"{WHO}/reviews/<slug:due>/say/", reviews.Say.as_view(), name="say"),
    path(f"{WHO}/reviews/<slug:due>/agree/", reviews.Agree.as_view(), name="agree"),
    path(f"{WHO}/reviews/<slug:due>/own-say/", reviews.OwnSay.as_view(), name="own_say"),
    path(f"{WHO}/reviews/<slug:due>/own-agree/", reviews.OwnAgree.as_view(), name="own_agree"),
    path(
        f"{WHO}/reviews/<slug:due>/manageable/", reviews.HowManageable.as_view(), name="manageable"
    ),
    path(f"{WHO}/reviews/<slug:due>/to-do/", reviews.AddAction.as_view(), name="add_action"),
    path("referrals/", board.Referrals.as_view(), name="referrals"),
    path(f"{WHO}/board/", board.Board.as_view(), name="board"),
    path(f"{WHO}/board/paper/", board.AddPaper.as_view(), name="add_paper"),
    path(f"{WHO}/board/to-do/", board.AddBoardAction.as_view(), name="add_board_action"),
    path(
        f"{WHO}/board/to-do/<uuid:key>/",
        board.FinishBoardAction.as_view(),
        name="finish_board_action",
    ),
    path(f"{WHO}/board/appeal/", board.Appeal.as_view(), name="appeal"),
    path(f"{WHO}/board/appeal/<uuid:key>/", board.DecideAppeal.as_view(), name="decide_appeal"),
    path("on-a-break/", board.OnABreak.as_view(), name="on_a_break"),
    path(f"{WHO}/breaks/", board.Breaks.as_view(), name="breaks"),
    path(f"{WHO}/breaks/look/", board.PlanBreakReview.as_view(), name="plan_look"),
    path(f"{WHO}/breaks/look/<uuid:key>/", board.HoldBreakReview.as_view(), name="hold_look"),
    path(f"{WHO}/breaks/return/", board.PlanReturn.as_view(), name="plan_return"),
    path(f"{WHO}/breaks/return/<uuid:key>/", board.ReturnMeeting.as_view(), name="return_meeting"),
    path(f"{WHO}/practice/", practice.Practice.as_view(), name="practice"),
    path(f"{WHO}/practice/plan-days/", practice.PlanDays.as_view(), name="plan_days"),
    path(f"{WHO}/practice/day/", practice.RecordDay.as_view(), name="record_day"),
    path(f"{WHO}/practice/day/<uuid:key>/undo/", practice.UndoDay.as_view(), name="undo_day"),
    path(f"{WHO}/practice/own-day/", practice.OwnDay.as_view(), name="own_day"),
    path(
        f"{WHO}/practice/own-day/<uuid:key>/undo/",
        practice.UndoOwnDay.as_view(),
        name="undo_own_day",
    ),
    path(f"{WHO}/practice/placement/", practice.PlanPlacement.as_view(), name="plan_placement"),
    path(
        f"{WHO}/practice/placement/<uuid:key>/",
        practice.RecordPlacement.as_view(),
        name="record_placement",
    ),
    path(
        f"{WHO}/practice/placement/<uuid:key>/undo/",
        practice.UndoPlacement.as_view(),
        name="undo_placement",
    ),
    path(f"{WHO}/practice/co-work/", practice.CoWorking.as_view(), name="co_work"),
    path(
        f"{WHO}/practice/co-work/<uuid:key>/end/", practice.EndCoWork.as_view(), name="end_co_work"
    ),
    path(
        f"{WHO}/practice/co-work/<uuid:key>/undo/",
        practice.UndoCoWork.as_view(),
        name="undo_co_work",
    ),
    path(f"{WHO}/practice/case/", practice.AllowCase.as_view(), name="allow_case"),
    path(
        f"{WHO}/practice/case/<uuid:key>/undo/",
        practice.UndoOverride.as_view(),
        name="undo_override",
    ),
    path(f"{WHO}/what-if/", milestones_what_if.WhatIf.as_view(), name="what_if"),
    path(f"{WHO}/start/", events.Start.as_view(), name="start"),
    path(f"{WHO}/did-not-start/", events.DidNotStart.as_view(), name="did_not_start"),
    path(f"{WHO}/break/", events.Defer.as_view(), name="defer"),
    path(f"{WHO}/return/", events.Resume.as_view(), name="resume"),
    path(f"{WHO}/withdraw/", withdrawals.Withdraw.as_view(), name="withdraw"),
    path(f"{WHO}/complete/", events.Complete.as_view(), name="complete"),
    path(f"{WHO}/extend/", events.Extend.as_view(), name="extend"),
    path(f"{WHO}/pathway/", events.MovePathway.as_view(), name="move_pathway"),
    path(f"{WHO}/region/", events.MoveRegion.as_view(), name="move_region"),
    path(f"{WHO}/hours/", events.ChangeFte.as_view(), name="change_fte"),
    path(f"{WHO}/cohort/", events.MoveCohort.as_view(), name="move_cohort"),
    path(f"{WHO}/board/refer/", events.ReferToBoard.as_view(), name="refer_to_board"),
    path(f"{WHO}/board/decision/", events.BoardDecision.as_view(), name="board_decision"),
    path(f"{WHO}/qualify/", events.Qualify.as_view(), name="qualify"),
    path(f"{WHO}/register/", events.Register.as_view(), name="register"),
    path(f"{WHO}/allocate/", allocations.Allocate.as_view(), name="allocate"),
    path(f"{WHO}/external/name/", allocations.NameExternal.as_view(), name="name_external"),
    path(f"{ALLOCATION}/external/end/", allocations.EndExternal.as_view(), name="end_external"),
    path(
        f"{ALLOCATION}/external/correct/",
        facts_amend.CorrectExternal.as_view(),
        name="correct_external",
    ),
    path(f"{ALLOCATION}/external/undo/", facts_amend.UndoExternal.as_view(), name="undo_external"),
    path(f"{ALLOCATION}/end/", allocations.EndAllocation.as_view(), name="end_allocation"),
    path(
        f"{ALLOCATION}/correct/", facts_amend.CorrectAllocation.as_view(), name="correct_allocation"
    ),
    path(f"{ALLOCATION}/undo/", facts_amend.UndoAllocation.as_view(), name="undo_allocation"),
    path(f"{RESULT}/correct/", facts_amend.CorrectResult.as_view(), name="correct_result"),
    path(f"{RESULT}/undo/", facts_amend.UndoResult.as_view(), name="undo_result"),
    path(f"{BOOKING}/correct/", facts_amend.CorrectTraining.as_view(), name="correct_training"),
    path(f"{BOOKING}/undo/", facts_amend.UndoTraining.as_view(), name="undo_training"),
    path(
        f"{BOOKING}/evaluation/",
        training_evaluations.RecordEvaluation.as_view(),
        name="record_evaluation",
    ),
    path(
        f"{BOOKING}/own-evaluation/",
        training_evaluations.OwnEvaluation.as_view(),
        name="own_evaluation",
    ),
    path(
        f"{BOOKING}/evaluation/<int:level>/undo/",
        training_evaluations.UndoEvaluation.as_view(),
        name="undo_evaluation",
    ),
    path(
        f"{WHO}/university/requests/record/", strands.AskExtension.as_view(), name="ask_extension"
    ),
    path(
        f"{WHO}/university/requests/<uuid:request_id>/answer/",
        strands.AnswerExtension.as_view(),
        name="answer_extension",
    ),
    path(f"{WHO}/university/awards/record/", awards.RecordAward.as_view(), name="record_award"),
    path(f"{AWARD}/correct/", awards.CorrectAward.as_view(), name="correct_award"),
    path(f"{AWARD}/undo/", awards.UndoAward.as_view(), name="undo_award"),
    path(f"{WHO}/training/exempt/", strands.Exempt.as_view(), name="exempt"),
    path(
        f"{WHO}/training/exemptions/<uuid:exemption_id>/end/",
        strands.EndExemption.as_view(),
        name="end_exemption",
    ),
    path(
        f"{WHO}/training/follow-ups/<uuid:follow_up_id>/",
        strands.RecordFollowUp.as_view(),
        name="follow_up",
    ),
    path(f"{WHO}/ending/", qualified.Ending.as_view(), name="ending"),
    path(f"{WHO}/ending/posts/record/", qualified.OfferPost.as_view(), name="offer_post"),
    path(
        f"{WHO}/ending/posts/<uuid:post_id>/answer/",
        qualified.AnswerPost.as_view(),
        name="answer_post",
    ),
    path(
        f"{WHO}/ending/posts/<uuid:post_id>/undo/", qualified.UndoPost.as_view(), name="undo_post"
    ),
    path(f"{WHO}/ending/protection/", qualified.RecordProtection.as_view(), name="protection"),
    path(f"{WHO}/ending/workshops/record/", qualified.RecordWorkshop.as_view(), name="workshop"),
    # PSOs in post, whether or not they are learners.
    path("psos/", development.Psos.as_view(), name="psos"),
    path(f"{PSO}/", development.PsoPage.as_view(), name="pso"),
    path(
        f"{PSO}/induction/record/",
        development_recording.RecordInduction.as_view(),
        name="record_induction",
    ),
    path(
        f"{PSO}/induction/<slug:item>/undo/",
        development_recording.UndoInduction.as_view(),
        name="undo_induction",
    ),
    path(
        f"{PSO}/observations/plan/",
        development_recording.PlanObservation.as_view(),
        name="plan_observation",
    ),
    path(
        f"{PSO}/observations/<uuid:observation_id>/",
        development_recording.HoldObservation.as_view(),
        name="hold_observation",
    ),
    path(
        f"{PSO}/observations/<uuid:observation_id>/undo/",
        development_recording.UndoObservation.as_view(),
        name="undo_observation",
    ),
    path(f"{PSO}/people/name/", development_recording.LookAfter.as_view(), name="look_after_pso"),
    path(
        f"{PSO}/people/<uuid:allocation_id>/end/",
        development_recording.EndLookingAfter.as_view(),
        name="end_pso_person",
    ),
    path(
        f"{PSO}/people/<uuid:allocation_id>/undo/",
        development_recording.UndoLookingAfter.as_view(),
        name="undo_pso_person",
    ),
    path(f"{WHO}/results/record/", modules.RecordResult.as_view(), name="record_result"),
    path(f"{WHO}/training/record/", training.RecordTraining.as_view(), name="record_training"),
]
