"""Every address of the project."""

from django.urls import include, path

from pqip.pages import file_page, health

handler403 = "pqip.govuk.errors.refused"
handler404 = "pqip.govuk.errors.not_found"
handler500 = "pqip.pages.middleware.server_error"

urlpatterns = [
    path("health/live", health.live, name="health_live"),
    path("health/ready", health.ready, name="health_ready"),
    path("file/", file_page.FilePage.as_view(), name="file"),
    path("file/purpose/", file_page.PurposePage.as_view(), name="file_purpose"),
    path("", include("workforce.urls")),  # before allauth's, whose page of addresses it replaces
    path("accounts/", include("allauth.urls")),
    path("learners/", include("learners.urls")),
    path("assessments/", include("assessments.urls")),
    path("reports/", include("reports.urls")),
    path("", include("pqip.govuk.urls")),
    path("", include("pqip.pages.exchange.urls")),
    path("", include("pqip.pages.jobs.urls")),
    path("", include("pqip.pages.messages.urls")),
    path("files/", include("pqip.pages.files.urls")),
]

#: Used by allauth where one of its own limits is reached.
handler429 = "pqip.govuk.errors.too_many"
