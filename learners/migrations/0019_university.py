"""What universities teach at level 6 and by when, the awards they give, and the awards learners were given."""

import django.core.validators
import django.db.models.deletion
import re
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("learners", "0018_the_post_follows_the_programme"),
        ("workforce", "0008_two_people_give_far_reaching_roles"),
    ]

    operations = [
        migrations.CreateModel(
            name="ModulePlan",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("effective_on", models.DateField(verbose_name="true from")),
                ("recorded_at", models.DateTimeField(editable=False, null=True)),
                ("recorded_by", models.CharField(default="", editable=False, max_length=100)),
                ("loaded_at", models.DateTimeField(editable=False, null=True)),
                ("voided_at", models.DateTimeField(editable=False, null=True)),
                ("voided_by", models.CharField(blank=True, default="", editable=False, max_length=100)),
                ("void_reason", models.CharField(blank=True, default="", editable=False, max_length=500)),
                ("due_on", models.DateField(verbose_name="due on")),
                ("source", models.CharField(blank=True, max_length=200)),
                (
                    "cohort",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="learners.cohort", verbose_name="intake"
                    ),
                ),
                (
                    "module",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="learners.academicmodule"
                    ),
                ),
                (
                    "university",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="workforce.university"),
                ),
            ],
            options={
                "ordering": ["cohort", "university", "due_on"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("voided_at", None)),
                        fields=("university", "cohort", "module", "effective_on"),
                        name="learners_module_plan_once",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="OfferedAward",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("effective_on", models.DateField(verbose_name="true from")),
                ("recorded_at", models.DateTimeField(editable=False, null=True)),
                ("recorded_by", models.CharField(default="", editable=False, max_length=100)),
                ("loaded_at", models.DateTimeField(editable=False, null=True)),
                ("voided_at", models.DateTimeField(editable=False, null=True)),
                ("voided_by", models.CharField(blank=True, default="", editable=False, max_length=100)),
                ("void_reason", models.CharField(blank=True, default="", editable=False, max_length=500)),
                (
                    "code",
                    models.CharField(
                        max_length=12,
                        validators=[
                            django.core.validators.RegexValidator(
                                re.compile("^[-a-zA-Z0-9_]+\\Z"),
                                "Enter a valid “slug” consisting of letters, numbers, underscores or hyphens.",
                                "invalid",
                            )
                        ],
                    ),
                ),
                ("title", models.CharField(max_length=120)),
                ("is_placeholder", models.BooleanField(default=False, verbose_name="placeholder")),
                ("source", models.CharField(blank=True, max_length=200)),
                ("assumed", models.BooleanField(default=False, help_text="Assumed; not from the service.")),
                (
                    "university",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="workforce.university"),
                ),
            ],
            options={
                "ordering": ["university", "code", "effective_on"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("voided_at", None)),
                        fields=("university", "code", "effective_on"),
                        name="learners_offered_award_once",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="TaughtModule",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("effective_on", models.DateField(verbose_name="true from")),
                ("recorded_at", models.DateTimeField(editable=False, null=True)),
                ("recorded_by", models.CharField(default="", editable=False, max_length=100)),
                ("loaded_at", models.DateTimeField(editable=False, null=True)),
                ("voided_at", models.DateTimeField(editable=False, null=True)),
                ("voided_by", models.CharField(blank=True, default="", editable=False, max_length=100)),
                ("void_reason", models.CharField(blank=True, default="", editable=False, max_length=500)),
                ("is_required", models.BooleanField(default=True, verbose_name="required")),
                ("source", models.CharField(blank=True, max_length=200)),
                ("assumed", models.BooleanField(default=False, help_text="Assumed; not from the service.")),
                (
                    "module",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="learners.academicmodule"
                    ),
                ),
                (
                    "university",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="workforce.university"),
                ),
            ],
            options={
                "ordering": ["university", "effective_on", "module"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("voided_at", None)),
                        fields=("university", "module", "effective_on"),
                        name="learners_taught_module_once",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="UniversityAward",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("effective_on", models.DateField(verbose_name="true from")),
                ("recorded_at", models.DateTimeField(editable=False, null=True)),
                ("recorded_by", models.CharField(default="", editable=False, max_length=100)),
                ("loaded_at", models.DateTimeField(editable=False, null=True)),
                ("voided_at", models.DateTimeField(editable=False, null=True)),
                ("voided_by", models.CharField(blank=True, default="", editable=False, max_length=100)),
                ("void_reason", models.CharField(blank=True, default="", editable=False, max_length=500)),
                ("award", models.CharField(max_length=12)),
                ("classification", models.CharField(blank=True, max_length=60)),
                (
                    "enrolment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="university_awards", to="learners.enrolment"
                    ),
                ),
            ],
            options={
                "ordering": ["effective_on", "id"],
                "indexes": [models.Index(fields=["recorded_at"], name="learners_award_recorded")],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("voided_at", None)),
                        fields=("enrolment", "award"),
                        name="learners_university_award_once",
                    )
                ],
            },
        ),
    ]
