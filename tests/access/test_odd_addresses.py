"""The sign that no text of the database may hold, in an address: no page breaks over it, and no line of the log."""

from __future__ import annotations

import pytest

from tests.personas import client_for, persona

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("address", [
    "/staff/?format=csv&of=%00", "/reports/monthly-status/people/?column=active&of_region=%00",
    "/learners/attendance/?course=%00", "/reports/%00/", "/accounts/login/?next=%00", "/health/live?a=b%00",
])  # fmt: skip
def test_it_is_a_bad_request(address: str) -> None:
    for client in (client_for(persona("learning_manager")), client_for()):
        answer = client.get(address)
        assert answer.status_code == 400
        assert "govuk" in answer.content.decode()


def test_what_is_written_in_other_signs_is_taken() -> None:
    assert (
        client_for(persona("learning_manager")).get("/staff/?region=%2500&q=%E2%82%AC").status_code
        == 200
    )
