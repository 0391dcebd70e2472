"""The engine of the pages: strict about names, escaping, and the only one that shows pages, allauth's too."""

from __future__ import annotations

import pytest
from django.template import TemplateDoesNotExist, engines
from django.template.loader import get_template, render_to_string
from jinja2 import UndefinedError

from pqip.core.access import every_url, is_library
from pqip.govuk import forms
from pqip.govuk.jinja import compile_all

#: Templates of allauth that no page shows, and why.
UNSEEN = {
    "account/signup.html": "nobody signs up by themselves; the page says so",
    "account/confirm_login_code.html": "nobody signs in by a code that is sent",
    "mfa/recovery_codes/download.txt": "a file",
}


class Told(forms.Form):
    how = forms.RadioField(label="How", choices=[("phone", "By phone"), ("other", "Otherwise")])
    words = forms.TextField(label="Words")
    reveals = {"words": ("how", "other")}


def shown(source: str, **context: object) -> str:
    return engines["jinja2"].from_string(source).render(context)


def test_a_name_that_is_not_passed_is_an_error() -> None:
    for source in ("{{ nobody }}", "{% if nobody %}{% endif %}", "{{ place.nobody }}"):
        with pytest.raises(UndefinedError):
            shown(source, place={})


def test_what_is_passed_is_escaped_on_pages_and_not_in_notices() -> None:
    assert shown("{{ words }}", words="<b>&") == "&lt;b&gt;&amp;"
    notice = render_to_string(
        "messages/work_set_aside.txt", {"work": "a & <b>", "link": "https://x.test/?a=1&b=2"}
    )
    assert "a & <b>" in notice
    assert "?a=1&b=2" in notice


def test_every_template_is_read_before_a_web_process_answers() -> None:
    compile_all()
    assert "layouts/list.html" in engines["jinja2"].env.list_templates()


def test_every_page_of_a_library_has_the_service_s_frame() -> None:
    views = {
        getattr(view, "view_class", None) for _name, _path, view in every_url() if is_library(view)
    }
    names = {getattr(view, "template_name", None) for view in views if view} - {None, ""}
    assert len(names) > 10
    assert {name for name in names if get_template(name).backend.name != "jinja2"} == set(UNSEEN)


def test_a_template_of_nobody_s_does_not_exist() -> None:
    with pytest.raises(TemplateDoesNotExist):
        get_template("pages/nothing.html")


def test_the_lines_of_a_text_stay_where_they_were_typed() -> None:
    """Within a choice that reveals it, too, where the library indents what it is given."""
    form = Told({"how": "other", "words": "First line\n  second line\nthird line"})
    html = str(form["how"].as_field_group())
    assert html.index("conditional-") < html.index(
        "First line\n  second line\nthird line</textarea>"
    )
