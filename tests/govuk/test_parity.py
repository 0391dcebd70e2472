"""Our components against those of GOV.UK Frontend: every published example we have the options for gives the same markup."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from django.conf import settings

from tests.govuk.markup import normal
from tests.govuk.published import components as c
from tests.govuk.published import fields as f
from tests.govuk.published.options import Options, Unsupported

COMPONENTS = settings.BASE_DIR / "node_modules/govuk-frontend/dist/govuk/components"

#: component → (what renders it, the least number of examples that must be comparable)
BUILDERS: dict[str, tuple[Callable[[Options], str], int]] = {
    "back-link": (c.back_link, 4),
    "breadcrumbs": (c.breadcrumbs, 5),
    "button": (c.button, 20),
    "checkboxes": (f.checkboxes, 5),
    "date-input": (f.date_input, 8),
    "details": (c.details, 4),
    "error-summary": (c.error_summary, 4),
    "file-upload": (f.file_upload, 1),
    "input": (f.text_input, 15),
    "inset-text": (c.inset_text, 3),
    "notification-banner": (c.notification_banner, 4),
    "pagination": (c.pagination, 7),
    "panel": (c.panel, 3),
    "phase-banner": (c.phase_banner, 2),
    "radios": (f.radios, 6),
    "select": (f.select, 4),
    "skip-link": (c.skip_link, 4),
    "summary-list": (c.summary_list, 4),
    "table": (c.table, 1),
    "tag": (c.tag, 10),
    "task-list": (c.task_list, 2),
    "textarea": (f.textarea, 6),
    "warning-text": (c.warning_text, 3),
}


def examples(component: str) -> list[Options]:
    return json.loads((COMPONENTS / component / "fixtures.json").read_text())["fixtures"]


@pytest.mark.parametrize("component", BUILDERS)
def test_markup_equals_the_published_examples(component: str) -> None:
    build, least = BUILDERS[component]
    compared, different = 0, []
    for example in examples(component):
        try:
            ours = normal(build(example["options"]))
        except (Unsupported, KeyError):
            continue
        compared += 1
        theirs = normal(
            f.REWRITTEN.get(component, lambda _, html: html)(example["options"], example["html"])
        )
        if ours != theirs:
            different.append(f"{example['name']}\n--- ours\n{ours}\n--- theirs\n{theirs}")
    assert not different, f"{len(different)} of {compared} differ\n\n" + "\n\n".join(different)
    assert compared >= least
