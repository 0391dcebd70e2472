"""What is kept sealed: opened with the key it was made for, and with earlier ones while those are good."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.urls import reverse

from pqip.core.models import SentForm
from pqip.core.sealing import opened, sealed
from pqip.core.tokens import NAME
from tests.personas import client_for, persona


def test_one_purpose_opens_not_another_s(settings: Any) -> None:
    kept = sealed("one", "Ngozi is withdrawn")
    assert "Ngozi" not in kept
    assert opened("one", kept) == "Ngozi is withdrawn"
    assert opened("another", kept) == opened("one", "written before it was sealed") == ""
    assert opened("one", "") == sealed("one", "") == ""
    before, settings.SECRET_KEY = settings.SECRET_KEY, "k" * 60
    assert opened("one", kept) == ""
    settings.SECRET_KEY_FALLBACKS = [before]
    assert opened("one", kept) == "Ngozi is withdrawn"


@pytest.mark.django_db
def test_what_was_said_of_a_form_stands_sealed_and_is_said_again() -> None:
    client, other = client_for(persona("data_protection")), persona("regional_manager")
    address = reverse("workforce:allow_export")
    token = re.search(rf'name="{NAME}" value="([^"]+)"', client.get(address).content.decode())
    assert token
    sent = {"email": other.email, "rows": "5", "reason": "The year's return", NAME: token[1]}
    first = client.post(address, sent)
    assert first.status_code == 302
    kept = SentForm.objects.get()
    assert kept.said
    assert str(other) not in kept.said
    client.get(first.url)  # what was said is shown once
    again = client.post(address, sent, follow=True).content.decode()
    assert f"{other} may take out 5 rows more" in again
