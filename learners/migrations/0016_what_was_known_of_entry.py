"""What learners came with is kept as a ledger. What stands now is taken to have been known since they were enrolled."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

ENTRIES = """
INSERT INTO learners_entryrecord (enrolment_id, effective_on, recorded_at, recorded_by, voided_by, void_reason,
    entry_route, level5_held, modules_held, campaign_id)
SELECT e.id, (w.at AT TIME ZONE 'Europe/London')::date, w.at, 'job:migration', '', '',
    e.entry_route, e.level5_held, e.modules_held, e.campaign_id
FROM learners_enrolment e CROSS JOIN LATERAL (SELECT coalesce(
    (SELECT min(recorded_at) FROM learners_event WHERE enrolment_id = e.id), now()) AS at) w
"""


class Migration(migrations.Migration):

    dependencies = [
        ('learners', '0015_reasons_and_outcomes'),
    ]

    operations = [
        migrations.CreateModel(
            name='EntryRecord',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('effective_on', models.DateField(verbose_name='true from')),
                ('recorded_at', models.DateTimeField(editable=False, null=True)),
                ('recorded_by', models.CharField(default='', editable=False, max_length=100)),
                ('loaded_at', models.DateTimeField(editable=False, null=True)),
                ('voided_at', models.DateTimeField(editable=False, null=True)),
                ('voided_by', models.CharField(blank=True, default='', editable=False, max_length=100)),
                ('void_reason', models.CharField(blank=True, default='', editable=False, max_length=500)),
                ('entry_route', models.CharField(choices=[('external', 'External'), ('pso_progression', 'PSO progression'), ('internal_moj', 'Internal (Ministry of Justice)')], max_length=20)),
                ('level5_held', models.BooleanField(verbose_name='level 5 held')),
                ('modules_held', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=8), blank=True, default=list, size=None)),
                ('campaign', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='learners.campaign')),
                ('enrolment', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='entry_records', to='learners.enrolment')),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('voided_at__isnull', False)), fields=['voided_at'], name='learners_entry_record_void')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('voided_at', None)), fields=('enrolment',), name='learners_entry_record_once')],
            },
        ),
        migrations.RunSQL(ENTRIES, migrations.RunSQL.noop),
    ]
