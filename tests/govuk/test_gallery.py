"""Every layout and component as a page: whole, without inline style or script, and titled."""

from __future__ import annotations

import re

import pytest
from django.contrib.auth.models import AnonymousUser
from django.template.loader import render_to_string

from pqip.govuk import errors
from tests.govuk.content import WELSH

PAGES = {
    "list/": "Learners (page 4 of 100)",
    "list/?chosen": "Learners (page 4 of 100)",
    "list/?none": "Learners",
    "list/?one": "Learners",
    "home/": "What needs a decision this week",
    "record/": "Learner overview",
    "form/": "Start a break",
    "form/?wrong": "Error: Start a break",
    "confirm/": "Check before you withdraw this learner",
    "components/": "Components (further on)",
    "conflict/": "Somebody else changed this first",
    "help/": "Help",
    "accessibility/": "Accessibility statement",
    "privacy/": "Privacy",
    "cookies/": "Cookies",
    "complaints/": "Complaints",
    "accounts/login/": "Sign in",
    "accounts/password/reset/": "Set a new password",
    "accounts/password/reset/done/": "Check your email",
}


@pytest.mark.parametrize(("path", "title"), PAGES.items())
def test_page_is_whole(gallery, path, title):
    html = gallery.get(f"/{path}").content.decode()
    assert f"<title>{title} – Manage probation qualifications</title>" in html
    assert html.count("<h1") == 1


@pytest.mark.parametrize("path", PAGES)
def test_no_inline_style_or_script(gallery, path):
    """The one script line whose hash the policy allows, and nothing else."""
    response = gallery.get(f"/{path}")
    html = response.content.decode()
    assert not re.search(r"<[^>]+\sstyle=", html)
    assert not re.search(r"<[^>]+\son[a-z]+=", html)
    assert len(re.findall(r"<script(?![^>]*\bsrc=)", html)) == 1
    assert "script-src 'self' 'sha256-" in response["Content-Security-Policy"]


@pytest.mark.parametrize("path", PAGES)
def test_links_that_sound_alike_lead_to_one_place(gallery, path):
    html = gallery.get(f"/{path}").content.decode()
    main = html[html.index("<main") : html.index("</main>")]
    heard: dict[str, set[str]] = {}
    for url, words in re.findall(r'<a [^>]*href="([^"]*)"[^>]*>(.*?)</a>', main, re.DOTALL):
        heard.setdefault(" ".join(re.sub(r"<[^>]+>", "", words).split()), set()).add(url)
    assert not {words: urls for words, urls in heard.items() if len(urls) > 1}


def test_no_name_in_any_title(gallery):
    for path in PAGES:
        title = re.search(r"<title>(.*?)</title>", gallery.get(f"/{path}").content.decode())
        assert WELSH not in title.group(1)


def test_demonstration_is_said(gallery):
    assert "Everyone and everything here is made up" in gallery.get("/list/").content.decode()


@pytest.mark.parametrize("status", ["400", "403", "403_csrf", "404", "429", "500", "503"])
def test_error_pages_need_nothing(status):
    """No request, no context, no database."""
    html = render_to_string(f"{status}.html")
    assert html.count("<h1") == 1


def test_too_many_and_unavailable_say_when_to_come_back(gallery, rf):
    request = rf.get("/")
    request.user = AnonymousUser()
    assert errors.too_many(request, 30)["Retry-After"] == "30"
    assert errors.unavailable().status_code == 503


def test_conflict_keeps_what_was_typed(gallery):
    response = gallery.get("/conflict/")
    assert response.status_code == 409
    assert "Clear and well argued." in response.content.decode()
