"""More rows in files than a day of somebody has, allowed by somebody else."""

import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("core", "0004_sent_forms"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="ExportAllowance",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ("rows", models.PositiveIntegerField()),
                ("reason", models.CharField(max_length=200)),
                (
                    "given_by",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL),
                ),
                (
                    "user",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("user", models.F("given_by")), _negated=True), name="core_allowance_not_to_oneself"
                    ),
                    models.CheckConstraint(condition=models.Q(("rows__range", (1, 1000000))), name="core_allowance_rows"),
                    models.CheckConstraint(condition=models.Q(("reason", ""), _negated=True), name="core_allowance_reason"),
                ],
            },
        ),
    ]
