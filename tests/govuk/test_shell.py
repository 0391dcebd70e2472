"""The frame of every page: navigation by role, and nothing of it for somebody signed out."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from django.contrib.auth.models import AnonymousUser

from pqip.govuk import navigation, shell


@pytest.fixture
def entries(monkeypatch):
    monkeypatch.setattr(navigation, "_entries", {})
    navigation.register("Cookies", "govuk:cookies", permission="x.cookies", order=30)
    navigation.register("Help", "govuk:help", order=10)
    navigation.register("Gone", "no:such", order=20)


def request_by(rf, path: str, *permissions: str):
    request = rf.get(path)
    request.user = SimpleNamespace(
        is_authenticated=True, can=lambda permission: permission in permissions
    )
    return request


def test_people_see_what_they_may_open_in_order(rf, entries):
    assert [item.label for item in navigation.navigation_for(request_by(rf, "/", "x.cookies"))] == [
        "Help",
        "Cookies",
    ]
    assert [item.label for item in navigation.navigation_for(request_by(rf, "/"))] == ["Help"]


def test_the_page_belongs_to_one_entry(rf, entries):
    items = navigation.navigation_for(request_by(rf, "/cookies/more/", "x.cookies"))
    assert [item.label for item in items if item.active] == ["Cookies"]


def test_a_list_under_another_is_a_tab_for_those_who_see_both_and_an_entry_for_the_others(
    rf, entries
):
    navigation.register(
        "Privacy", "govuk:privacy", permission="x.privacy", order=40, under="govuk:cookies"
    )
    both, alone = (
        request_by(rf, "/privacy/", "x.cookies", "x.privacy"),
        request_by(rf, "/privacy/", "x.privacy"),
    )
    assert [(item.label, item.active) for item in navigation.navigation_for(both)] == [
        ("Help", False),
        ("Cookies", True),
    ]
    assert [(tab.label, tab.active) for tab in navigation.section_of(both)] == [
        ("Cookies", False),
        ("Privacy", True),
    ]
    assert [item.label for item in navigation.navigation_for(alone)] == ["Help", "Privacy"]
    assert navigation.section_of(alone) == []
    assert navigation.section_of(request_by(rf, "/cookies/more/", "x.cookies", "x.privacy")) == []


def test_signed_out_sees_no_navigation_and_no_search(rf, entries):
    request = rf.get("/")
    request.user = AnonymousUser()
    context = shell.shell(request)
    assert context["navigation"] == []
    assert context["find_url"] == ""


def test_the_box_posts_to_the_page_named_in_the_settings(rf, settings):
    settings.PQIP_FIND_URL_NAME = "govuk:help"
    assert shell.shell(request_by(rf, "/"))["find_url"] == "/help/"
