"""External quality assurers are named to candidates, with a last day."""

from django.db import migrations, models

ROLES = [
    ("pta", "Practice tutor assessor"), ("countersigner", "Countersigner"), ("iqa", "Internal quality assurer"),
    ("line_manager", "Line manager"), ("mentor", "Mentor"), ("eqa", "External quality assurer"),
]


class Migration(migrations.Migration):
    dependencies = [("learners", "0011_the_dates_around_an_ending")]

    operations = [
        migrations.AlterField("allocation", "role", models.CharField(choices=ROLES, max_length=16)),
        migrations.AddConstraint(
            "allocation",
            models.CheckConstraint(
                condition=~models.Q(role="eqa") | models.Q(ended_on__isnull=False), name="learners_allocation_eqa_ends"
            ),
        ),
    ]
