"""Addresses of the pages on messages."""

from django.urls import path

from pqip.pages.messages import views

app_name = "post"

urlpatterns = [
    path("messages/", views.AttentionPage.as_view(), name="attention"),
    path("messages/<uuid:public_id>/send-again/", views.SendAgainPage.as_view(), name="send_again"),
]
