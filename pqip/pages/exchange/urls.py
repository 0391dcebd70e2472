"""Addresses of imports."""

from django.urls import path

from pqip.pages.exchange import bring, files, runs

app_name = "exchange"

urlpatterns = [
    path("imports/", bring.Imports.as_view(), name="list"),
    path("imports/templates/", bring.Templates.as_view(), name="templates"),
    path("imports/of/<uuid:public_id>/", runs.Run.as_view(), name="run"),
    path("imports/of/<uuid:public_id>/confirm/", runs.Confirm.as_view(), name="confirm"),
    path("imports/of/<uuid:public_id>/answers/", runs.Answers.as_view(), name="answers"),
    path("imports/of/<uuid:public_id>/new.csv", files.new, name="new"),
    path("imports/of/<uuid:public_id>/changes.csv", files.changes, name="changes"),
    path("imports/of/<uuid:public_id>/results/", files.own_file, name="results"),
    path("imports/<slug:dataset>/", bring.Bring.as_view(), name="bring"),
    path("imports/<slug:dataset>/template.<slug:format>", files.template, name="template"),
    path("imports/<slug:dataset>/current.<slug:format>", files.filled, name="filled"),
]
