"""Since when a job is due, which is what the age of a queue is told by."""

import django.db.models.functions.datetime
from django.db import migrations, models

SINCE_ASKED = """
UPDATE jobs_job SET due_at = greatest(created_at, coalesce(not_before, created_at)) WHERE state IN ('waiting', 'running')
"""


class Migration(migrations.Migration):
    dependencies = [("jobs", "0001_initial")]

    operations = [
        migrations.AddField(
            "job",
            "due_at",
            models.DateTimeField(
                "due since",
                db_default=django.db.models.functions.datetime.Now(),
                help_text="Asked for, kept for until, or last started again.",
            ),
        ),
        migrations.RunSQL(SINCE_ASKED, migrations.RunSQL.noop),
    ]
