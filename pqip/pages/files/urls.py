"""Addresses of files."""

from django.urls import path

from pqip.pages.files import views

app_name = "files"

urlpatterns = [path("gone/", views.GonePage.as_view(), name="gone")]
