"""Whether a post was undone since an instant is found by index: answers that are kept ask it each time."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("workforce", "0010_the_professional_register")]
    operations = [
        migrations.AddIndex(
            model_name="spell",
            index=models.Index(
                fields=["voided_at"],
                name="workforce_spell_voided",
                condition=models.Q(voided_at__isnull=False),
            ),
        ),
    ]
