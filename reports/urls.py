"""Addresses of reports."""

from django.urls import path

from reports.views import (
    attrition,
    data_quality,
    downloads,
    explorer,
    forecast,
    overview,
    pages,
    runs,
    schedules,
)

app_name = "reports"

urlpatterns = [
    path("", pages.Index.as_view(), name="index"),
    path("overview/", overview.Overview.as_view(), name="overview"),
    path("month/", runs.Month.as_view(), name="month"),
    path("definitions/", pages.Definitions.as_view(), name="definitions"),
    path("my-countersigning/", pages.MyCountersigning.as_view(), name="my_countersigning"),
    path("runs/", runs.Runs.as_view(), name="runs"),
    path("runs/<uuid:public_id>/", runs.RunPage.as_view(), name="run"),
    path("runs/<uuid:public_id>/<slug:format>/", runs.download, name="download"),
    path("downloads/", downloads.Downloads.as_view(), name="downloads"),
    path("schedules/", schedules.Schedules.as_view(), name="schedules"),
    path("schedules/<slug:place>/", schedules.SchedulePage.as_view(), name="schedule"),
    path(
        "schedules/<slug:place>/change/", schedules.ChangeSchedule.as_view(), name="change_schedule"
    ),
    path("schedules/<slug:place>/tell/", schedules.AddRecipient.as_view(), name="add_recipient"),
    path(
        "schedules/<slug:place>/tell-no-longer/<uuid:public_id>/",
        schedules.RemoveRecipient.as_view(),
        name="remove_recipient",
    ),
    path(
        "data-quality/",
        data_quality.DataQuality.as_view(),
        {"name": "data-quality"},
        name="data_quality",
    ),
    path(
        "data-quality/checks/<slug:check>/", data_quality.BehindCheck.as_view(), name="behind_check"
    ),
    path("withdrawals/", attrition.Leaving.as_view(), {"name": "withdrawals"}, name="withdrawals"),
    path("leaving/people/", attrition.LeavingPeople.as_view(), name="leaving_people"),
    path("explorer/", explorer.Explorer.as_view(), name="explorer"),
    path("explorer/people/", explorer.ExplorerPeople.as_view(), name="explorer_people"),
    path("forecast/", forecast.ForecastPage.as_view(), name="forecast"),
    path("forecast/keep/", forecast.KeepScenario.as_view(), name="keep_scenario"),
    path(
        "forecast/<uuid:public_id>/remove/",
        forecast.RemoveScenario.as_view(),
        name="remove_scenario",
    ),
    path("<slug:name>/", pages.ReportPage.as_view(), name="report"),
    path("<slug:name>/file/", runs.file, name="file"),
    path("<slug:name>/people/", pages.PeoplePage.as_view(), name="people"),
    path("<slug:name>/request/", runs.RequestPage.as_view(), name="request"),
    path("<slug:name>/in-full/", runs.InFullPage.as_view(), name="in_full"),
]
