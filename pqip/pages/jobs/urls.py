"""Addresses of the pages on background work."""

from django.urls import path

from pqip.pages.jobs import views

app_name = "jobs"

urlpatterns = [
    path("jobs/", views.AttentionPage.as_view(), name="attention"),
    path("jobs/<uuid:public_id>/retry/", views.RetryPage.as_view(), name="retry"),
]
