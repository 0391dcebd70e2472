"""Runs say what of the places they cover, so that whoever asked for all within their reach may open what was made."""

import django.contrib.postgres.fields
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("reports", "0002_schedules"),
    ]

    operations = [
        migrations.AddField(
            model_name="run",
            name="covers",
            field=models.TextField(blank=True, db_default="", default=""),
        ),
        migrations.AddField(
            model_name="run",
            name="pdus",
            field=django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), null=True, size=None),
        ),
        migrations.AddField(
            model_name="run",
            name="regions",
            field=django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), null=True, size=None),
        ),
    ]
