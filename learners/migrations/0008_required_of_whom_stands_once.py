"""Whether a course is required, and when it is due, stands with whom it is required of: no longer on the course too.

What courses said until now is what ships as requirements: `load_reference`, which follows every migrate, brings it in.
"""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("learners", "0007_what_starters_steps_keep")]

    operations = [
        migrations.RemoveField("course", "due_months"),
        migrations.RemoveField("course", "is_required"),
        migrations.AddField(
            "course", "needs_follow_up",
            models.BooleanField(
                default=False, help_text="Each attendance then has a task of its own.", verbose_name="followed up into practice"
            ),
        ),
        migrations.AlterField(
            "course", "recurs_months",
            models.PositiveSmallIntegerField(
                blank=True, choices=[(12, "12 months"), (24, "24 months"), (36, "36 months")],
                help_text="Blank: not known, so it is never due again.", null=True, verbose_name="due again after",
            ),
        ),
    ]
