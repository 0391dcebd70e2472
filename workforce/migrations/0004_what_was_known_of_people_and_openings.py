"""What was known of people is kept as ledgers, and from when a region's record is kept here.

Of people on record already, what stands now is taken to have been known since their first post was recorded, and an equality
answer since the audit says it was written: what they said before that was corrected is in the audit only.
"""

import django.db.models.deletion
from django.db import migrations, models

PEOPLE = """
INSERT INTO workforce_personrecord (person_id, effective_on, recorded_at, recorded_by, voided_by, void_reason,
    staff_number, first_name, last_name, email, date_of_birth, organisation)
SELECT p.id, (w.at AT TIME ZONE 'Europe/London')::date, w.at, 'job:migration', '', '',
    p.staff_number, p.first_name, p.last_name, p.email, p.date_of_birth, p.organisation
FROM workforce_person p CROSS JOIN LATERAL (SELECT coalesce(
    (SELECT min(recorded_at) FROM workforce_spell WHERE person_id = p.id),
    (SELECT min(at) FROM core_auditentry WHERE table_name = 'workforce_person' AND row_key = p.id), now()) AS at) w
"""
ANSWERS = """
INSERT INTO workforce_equalityrecord (person_id, effective_on, recorded_at, recorded_by, voided_by, void_reason,
    sex, ethnicity, disability)
SELECT q.person_id, (w.at AT TIME ZONE 'Europe/London')::date, w.at, 'job:migration', '', '', q.sex, q.ethnicity, q.disability
FROM workforce_equalityanswers q JOIN workforce_personrecord r ON r.person_id = q.person_id
CROSS JOIN LATERAL (SELECT coalesce((SELECT min(at) FROM core_auditentry
    WHERE table_name = 'workforce_equalityanswers' AND row_key = q.id), r.recorded_at) AS at) w
"""


class Migration(migrations.Migration):

    dependencies = [
        ('workforce', '0003_role_grant_public_id'),
        ('core', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='RegionOpening',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('opened_at', models.DateTimeField()),
                ('region', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='opening', to='workforce.region')),
            ],
            options={
                'ordering': ['region'],
            },
        ),
        migrations.CreateModel(
            name='EqualityRecord',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('effective_on', models.DateField(verbose_name='true from')),
                ('recorded_at', models.DateTimeField(editable=False, null=True)),
                ('recorded_by', models.CharField(default='', editable=False, max_length=100)),
                ('loaded_at', models.DateTimeField(editable=False, null=True)),
                ('voided_at', models.DateTimeField(editable=False, null=True)),
                ('voided_by', models.CharField(blank=True, default='', editable=False, max_length=100)),
                ('void_reason', models.CharField(blank=True, default='', editable=False, max_length=500)),
                ('sex', models.CharField(blank=True, max_length=40)),
                ('ethnicity', models.CharField(blank=True, max_length=80)),
                ('disability', models.CharField(blank=True, max_length=40)),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='equality_records', to='workforce.person')),
            ],
            options={
                'indexes': [models.Index(fields=['recorded_at'], name='workforce_equality_recorded'), models.Index(condition=models.Q(('voided_at__isnull', False)), fields=['voided_at'], name='workforce_equality_voided')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('voided_at', None)), fields=('person',), name='workforce_equality_record_once')],
            },
        ),
        migrations.CreateModel(
            name='PersonRecord',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('effective_on', models.DateField(verbose_name='true from')),
                ('recorded_at', models.DateTimeField(editable=False, null=True)),
                ('recorded_by', models.CharField(default='', editable=False, max_length=100)),
                ('loaded_at', models.DateTimeField(editable=False, null=True)),
                ('voided_at', models.DateTimeField(editable=False, null=True)),
                ('voided_by', models.CharField(blank=True, default='', editable=False, max_length=100)),
                ('void_reason', models.CharField(blank=True, default='', editable=False, max_length=500)),
                ('staff_number', models.CharField(max_length=30)),
                ('first_name', models.CharField(max_length=100)),
                ('last_name', models.CharField(max_length=100)),
                ('email', models.EmailField(blank=True, max_length=254)),
                ('date_of_birth', models.DateField(blank=True, null=True)),
                ('organisation', models.CharField(blank=True, max_length=100)),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='records', to='workforce.person')),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('voided_at__isnull', False)), fields=['voided_at'], name='workforce_person_record_void')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('voided_at', None)), fields=('person',), name='workforce_person_record_once')],
            },
        ),
        migrations.RunSQL([PEOPLE, ANSWERS], migrations.RunSQL.noop),
    ]
