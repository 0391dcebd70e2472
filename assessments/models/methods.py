"""How evidence is gathered."""

from __future__ import annotations

from django.db import models


class Method(models.TextChoices):
    OBSERVATION = "observation", "Observation"
    PROFESSIONAL_DISCUSSION = "professional_discussion", "Professional discussion"
    WITNESS_TESTIMONY = "witness_testimony", "Witness testimony"
    WORK_PRODUCT = "work_product", "Work product"
    REFLECTIVE_ACCOUNT = "reflective_account", "Reflective account"
    QUESTIONING = "questioning", "Questioning"
