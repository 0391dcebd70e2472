"""People and accounts are looked up folded: whatever apostrophe, accent, hyphen or case their names have."""

import django.contrib.postgres.indexes
from django.db import migrations, models

import pqip.core.expressions


def folded(*parts):
    return models.GeneratedField(
        db_persist=True, expression=pqip.core.expressions.Folded(pqip.core.expressions.Joined(*parts)),
        output_field=models.TextField(),
    )


def index(name):
    return django.contrib.postgres.indexes.GinIndex(
        django.contrib.postgres.indexes.OpClass("search_name", name="gin_trgm_ops"), name=name
    )


class Migration(migrations.Migration):

    dependencies = [
        ("core", "0002_folded_text"),
        ("workforce", "0005_staff_numbers_have_a_form_and_are_one_whatever_their_case"),
    ]

    operations = [
        migrations.RemoveIndex(model_name="person", name="workforce_person_search"),
        migrations.RemoveField(model_name="person", name="search_name"),
        migrations.AddField(
            model_name="person", name="search_name",
            field=folded("first_name", models.Value(" "), "last_name", models.Value(" "), "staff_number"),
        ),
        migrations.AddIndex(model_name="person", index=index("workforce_person_search")),
        migrations.AddField(model_name="user", name="search_name", field=folded("name", models.Value(" "), "email")),
        migrations.AddIndex(model_name="user", index=index("workforce_user_search")),
    ]
