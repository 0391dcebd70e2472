"""Every address of the project."""

from django.urls import include, path

from pqip.core import health

urlpatterns = [
    path("health/live", health.live, name="health_live"),
    path("health/ready", health.ready, name="health_ready"),
    path("", include("workforce.urls")),  # before allauth's, whose page of addresses it replaces
    path("accounts/", include("allauth.urls")),
    path("learners/", include("learners.urls")),
    path("assessments/", include("assessments.urls")),
    path("reports/", include("reports.urls")),
    path("", include("pqip.govuk.urls")),
    path("", include("pqip.exchange.urls")),
    path("", include("pqip.jobs.urls")),
    path("", include("pqip.messages.urls")),
    path("files/", include("pqip.files.urls")),
]
