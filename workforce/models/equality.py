"""The answers that may be given to equality questions: reference data from the harmonised lists (W37)."""

from __future__ import annotations

from django.db import models


class EqualityOption(models.Model):
    """One possible answer to a question, such as `female` to *sex*.

    Rates compare each group with the reference groups.
    """

    class Question(models.TextChoices):
        SEX = "sex", "Sex"
        ETHNICITY = "ethnicity", "Ethnic group"
        DISABILITY = "disability", "Disability"
        AGE_BAND = "age_band", "Age band"

    #: Answers that say nothing about the person. They are *not stated* in reports and never a
    #: reference group.
    NOT_STATED = ("prefer_not_to_say", "unknown")

    question = models.CharField(max_length=12, choices=Question)
    code = models.CharField(max_length=80)
    label = models.CharField(max_length=100)
    broad_group = models.CharField(
        max_length=60, blank=True, help_text="What it counts towards in published figures."
    )
    is_reference = models.BooleanField(
        default=False, help_text="Others are compared with this group."
    )
    order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["question", "order"]
        constraints = [
            models.UniqueConstraint(
                fields=["question", "code"], name="workforce_equality_option_once"
            )
        ]

    def __str__(self) -> str:
        return self.label
