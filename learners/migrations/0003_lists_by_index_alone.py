"""A filtered list is chosen and counted from the index alone.

Without the person in it, the planner walked through everybody by name until it had met a page of those asked for.
"""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("learners", "0002_derived_copies_unchecked")]

    operations = [
        migrations.AddIndex(
            model_name="enrolment",
            index=models.Index(fields=["status", "region"], include=("person", "id"), name="learners_enrolment_listed"),
        ),
        migrations.RemoveIndex(model_name="enrolment", name="learners_enrolment_status"),
    ]
