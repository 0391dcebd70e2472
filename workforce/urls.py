"""URLs of the workforce: the first page, search, staff, people with access, reference data."""

from django.urls import path

from workforce.views import (
    access_log,
    accounts,
    home,
    merges,
    opening,
    posts_amending,
    reference,
    register,
    session,
    staff,
    staff_adding,
    staff_details,
)

app_name = "workforce"

WHO = "<uuid:public_id>"
POST = f"staff/{WHO}/posts/<slug:began>"
ABSENCE = f"staff/{WHO}/absences/<slug:kind>/<slug:began>"
ENTRY = f"staff/{WHO}/register/<slug:award>"
GRANT = f"people-with-access/{WHO}/roles/<uuid:grant_id>"

urlpatterns = [
    path("", home.HomePage.as_view(), name="home"),
    path("find/", home.FindPage.as_view(), name="find"),
    path("session/", session.SessionLeft.as_view(), name="session"),
    path("my-account/", home.MyAccountPage.as_view(), name="my_account"),
    path("accounts/email/", home.ManageEmail.as_view(), name="manage_email"),
    path("staff/", staff.StaffList.as_view(), name="staff"),
    path(f"staff/{WHO}/", staff.PersonPage.as_view(), name="person"),
    path("staff/add/", staff_adding.AddPerson.as_view(), name="add_person"),
    path(f"staff/{WHO}/details/", staff_details.CorrectDetails.as_view(), name="correct_details"),
    path(f"staff/{WHO}/number/", staff_details.ChangeNumber.as_view(), name="change_number"),
    path(f"staff/{WHO}/post/begin/", staff_adding.BeginPost.as_view(), name="begin_post"),
    path(f"staff/{WHO}/post/", staff.ChangePost.as_view(), name="change_post"),
    path(f"staff/{WHO}/post/end/", staff.EndPost.as_view(), name="end_post"),
    path(f"staff/{WHO}/absences/add/", staff.AddAbsence.as_view(), name="add_absence"),
    path(f"staff/{WHO}/merge/", merges.FindOther.as_view(), name="find_other"),
    path(f"staff/{WHO}/merge/<uuid:other_id>/", merges.Merge.as_view(), name="merge"),
    path(
        f"staff/{WHO}/merged/<uuid:merge_id>/undo/", merges.UndoMerge.as_view(), name="undo_merge"
    ),
    path(f"{POST}/correct/", posts_amending.CorrectPost.as_view(), name="correct_post"),
    path(f"{POST}/undo/", posts_amending.UndoPost.as_view(), name="undo_post"),
    path(f"{ABSENCE}/correct/", posts_amending.CorrectAbsence.as_view(), name="correct_absence"),
    path(f"{ABSENCE}/undo/", posts_amending.UndoAbsence.as_view(), name="undo_absence"),
    path(f"{ABSENCE}/end/", staff.EndAbsence.as_view(), name="end_absence"),
    path("register/", register.RegisterList.as_view(), name="register"),
    path("register/missing/", register.NotRegistered.as_view(), name="not_registered"),
    path(f"staff/{WHO}/register/", register.EnterRegister.as_view(), name="enter_register"),
    path(
        f"staff/{WHO}/register/changes/<uuid:change_id>/undo/",
        register.UndoChange.as_view(),
        name="undo_register_change",
    ),
    path(f"{ENTRY}/correct/", register.CorrectEntry.as_view(), name="correct_register"),
    path(f"{ENTRY}/undo/", register.UndoEntry.as_view(), name="undo_register"),
    path(f"{ENTRY}/status/", register.ChangeStatus.as_view(), name="register_status"),
    path(f"{ENTRY}/declaration/", register.Declare.as_view(), name="declare_cpd"),
    path("people-with-access/", accounts.AccountList.as_view(), name="accounts"),
    path("people-with-access/invite/", accounts.Invite.as_view(), name="invite"),
    path(f"people-with-access/{WHO}/", accounts.AccountPage.as_view(), name="account"),
    path(f"people-with-access/{WHO}/role/", accounts.GiveRole.as_view(), name="give_role"),
    path(f"people-with-access/{WHO}/link/", accounts.SendLink.as_view(), name="send_link"),
    path(f"people-with-access/{WHO}/off/", accounts.SwitchOff.as_view(), name="switch_off"),
    path(f"people-with-access/{WHO}/on/", accounts.SwitchOn.as_view(), name="switch_on"),
    path(
        f"people-with-access/{WHO}/second-factor/",
        accounts.ResetSecondFactor.as_view(),
        name="reset_second_factor",
    ),
    path(f"{GRANT}/end/", accounts.EndRole.as_view(), name="end_role"),
    path(f"{GRANT}/confirm/", accounts.ConfirmRole.as_view(), name="confirm_role"),
    path("access-log/", access_log.AccessLog.as_view(), name="access_log"),
    path("access-log/allow/", access_log.AllowExport.as_view(), name="allow_export"),
    path("regions/", opening.OpenRegions.as_view(), name="open_regions"),
    path("regions/<slug:code>/open/", opening.OpenRegion.as_view(), name="open_region"),
    path("reference/", reference.ReferenceIndex.as_view(), name="reference"),
    path("reference/<slug:slug>/", reference.KindList.as_view(), name="reference_kind"),
    path("reference/<slug:slug>/add/", reference.AddRow.as_view(), name="reference_add"),
    path(
        "reference/<slug:slug>/change/<path:name>/",
        reference.ChangeRow.as_view(),
        name="reference_change",
    ),
]
