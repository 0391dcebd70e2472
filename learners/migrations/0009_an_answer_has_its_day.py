"""The rule let an answer without its day through: a comparison with no day is neither true nor false."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("learners", "0008_required_of_whom_stands_once")]

    operations = [
        migrations.RemoveConstraint("extensionrequest", "learners_extension_request_answered"),
        migrations.AddConstraint(
            "extensionrequest",
            models.CheckConstraint(
                condition=models.Q(answer="", answered_on=None)
                | ~models.Q(answer="") & models.Q(answered_on__isnull=False, answered_on__gte=models.F("effective_on")),
                name="learners_extension_request_answered",
            ),
        ),
    ]
