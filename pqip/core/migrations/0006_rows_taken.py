"""How many rows about people somebody took out, in a table of its own; what was taken out since yesterday goes on counting."""

import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models

#: The log does not say which files were about nobody: all of them count, for this one day.
SINCE_YESTERDAY = """
INSERT INTO core_rowstaken (at, user_id, rows)
SELECT at, user_id, (detail->>'rows')::integer FROM core_accessentry
WHERE kind IN ('export', 'download') AND at >= now() - interval '1 day' AND user_id IS NOT NULL
    AND jsonb_typeof(detail->'rows') = 'number'
"""


class Migration(migrations.Migration):
    dependencies = [
        ("core", "0005_export_allowance"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="RowsTaken",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ("rows", models.PositiveIntegerField()),
                (
                    "user",
                    models.ForeignKey(
                        db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={"indexes": [models.Index(fields=["user", "-at"], name="core_rows_taken")]},
        ),
        migrations.RunSQL(SINCE_YESTERDAY, migrations.RunSQL.noop),
    ]
