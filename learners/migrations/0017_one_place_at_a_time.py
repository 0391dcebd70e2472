"""Nobody has a second place on the programme while one is open: an enrolment keeps the days of its place, and the database
refuses days that two places of one person share. What is recorded already gets its days from the stretches kept of it.
"""

import django.contrib.postgres.constraints
import django.db.models.deletion
from django.db import migrations, models

import pqip.core.expressions

FILL = """
SELECT set_config('pqip.actor', 'job:migration', true);
UPDATE learners_enrolment e SET placed_from = least(e.start_date, s.ended_on), placed_until = s.ended_on FROM (
    SELECT enrolment_id, min(from_on) FILTER (WHERE status IN ('withdrawn', 'completed', 'did_not_start')) AS ended_on
    FROM learners_segment GROUP BY enrolment_id
) AS s WHERE s.enrolment_id = e.id;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("learners", "0016_what_was_known_of_entry"),
        ("workforce", "0003_role_grant_public_id"),
    ]

    operations = [
        migrations.AddField(
            model_name="enrolment",
            name="placed_from",
            field=models.DateField(editable=False, help_text="The first day of the place.", null=True),
        ),
        migrations.AddField(
            model_name="enrolment",
            name="placed_until",
            field=models.DateField(editable=False, help_text="The day it ended; none while it lasts.", null=True),
        ),
        migrations.AlterField(
            model_name="event",
            name="approved_by",
            field=models.ForeignKey(
                blank=True, help_text="Who approved an extension, or a withdrawal that the Service ends.", null=True,
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="workforce.person",
            ),
        ),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
        migrations.AddConstraint(
            model_name="enrolment",
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(
                name="learners_enrolment_one_place",
                expressions=[
                    ("person", "="),
                    (pqip.core.expressions.DaysBefore("placed_from", "placed_until"), "&&"),
                ],
                condition=models.Q(("placed_from__isnull", False)),
                deferrable=models.Deferrable.DEFERRED,
                violation_error_message="They are on the programme already. End that place first.",
            ),
        ),
    ]
