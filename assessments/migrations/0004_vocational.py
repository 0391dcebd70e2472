"""Optional units and who has chosen them, versions that are chosen, sessions for assessors in training, the sampling plan agreed.

Candidates stay on the version they are on: the three units of the assessor's Certificate become a version that is chosen, beside
the Award; the first placeholder of the VQ3, without optional units, makes room for the one that has them.
"""

import django.db.models.deletion
import pqip.core.expressions
from django.db import migrations, models


STAY = """
SELECT set_config('pqip.actor', 'job:migration', true);
UPDATE assessments_qualificationversion v SET by_choice = true FROM assessments_qualification q
WHERE q.id = v.qualification_id AND (q.code, v.name) IN (('TAQA3', '2012'), ('VQ3', 'placeholder'));
UPDATE assessments_qualificationversion v SET from_date = '2013-12-31' FROM assessments_qualification q
WHERE q.id = v.qualification_id AND q.code = 'VQ3' AND v.name = 'placeholder' AND v.from_date = '2014-01-01';
"""


class Migration(migrations.Migration):

    dependencies = [
        ('assessments', '0003_capacity_and_quality'),
        ('workforce', '0008_two_people_give_far_reaching_roles'),
    ]

    operations = [
        migrations.AddField(
            model_name='qualificationversion',
            name='by_choice',
            field=models.BooleanField(db_default=False, default=False, help_text='Candidates are on it only where somebody chooses it for them.'),
        ),
        migrations.AddField(
            model_name='qualificationversion',
            name='title',
            field=models.CharField(blank=True, db_default='', default='', help_text='The name of its certificate, where that differs.', max_length=120),
        ),
        migrations.AddField(
            model_name='standardisation',
            name='kind',
            field=models.CharField(choices=[('standardisation', 'Standardisation meeting'), ('induction', 'Induction session'), ('workshop', 'Workshop')], db_default='standardisation', default='standardisation', max_length=15),
        ),
        migrations.AddField(
            model_name='unit',
            name='code',
            field=models.CharField(blank=True, db_default='', default='', help_text='Blank: not known.', max_length=20, verbose_name='awarding body’s code'),
        ),
        migrations.AddField(
            model_name='unit',
            name='credit',
            field=models.PositiveSmallIntegerField(blank=True, help_text='Blank: not known.', null=True),
        ),
        migrations.CreateModel(
            name='UnitGroup',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=80)),
                ('choose', models.PositiveSmallIntegerField(help_text='How many of its units are to be achieved.')),
                ('version', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='groups', to='assessments.qualificationversion')),
            ],
            options={
                'ordering': ['version', 'name'],
            },
        ),
        migrations.AddField(
            model_name='unit',
            name='group',
            field=models.ForeignKey(blank=True, help_text='The optional units it is one of; blank: it is mandatory.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='units', to='assessments.unitgroup'),
        ),
        migrations.CreateModel(
            name='SamplingAgreement',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(db_default=pqip.core.expressions.RandomUUID(), editable=False, unique=True)),
                ('effective_on', models.DateField(verbose_name='true from')),
                ('recorded_at', models.DateTimeField(editable=False, null=True)),
                ('recorded_by', models.CharField(default='', editable=False, max_length=100)),
                ('loaded_at', models.DateTimeField(editable=False, null=True)),
                ('voided_at', models.DateTimeField(editable=False, null=True)),
                ('voided_by', models.CharField(blank=True, default='', editable=False, max_length=100)),
                ('void_reason', models.CharField(blank=True, default='', editable=False, max_length=500)),
                ('is_agreed', models.BooleanField()),
                ('comment', models.TextField(blank=True)),
                ('plan', models.CharField(max_length=64)),
                ('samples', models.PositiveIntegerField(help_text='How many samples the plan held.')),
                ('external', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='sampling_agreements', to='workforce.person')),
                ('region', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='workforce.region')),
            ],
            options={
                'ordering': ['-effective_on', '-id'],
                'constraints': [models.CheckConstraint(condition=models.Q(('is_agreed', True), models.Q(('comment', ''), _negated=True), _connector='OR'), name='assessments_agreement_says_why')],
            },
        ),
        migrations.CreateModel(
            name='UnitChoice',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('effective_on', models.DateField(verbose_name='true from')),
                ('recorded_at', models.DateTimeField(editable=False, null=True)),
                ('recorded_by', models.CharField(default='', editable=False, max_length=100)),
                ('loaded_at', models.DateTimeField(editable=False, null=True)),
                ('voided_at', models.DateTimeField(editable=False, null=True)),
                ('voided_by', models.CharField(blank=True, default='', editable=False, max_length=100)),
                ('void_reason', models.CharField(blank=True, default='', editable=False, max_length=500)),
                ('registration', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='choices', to='assessments.registration')),
                ('unit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='assessments.unit')),
            ],
            options={
                'ordering': ['effective_on', 'id'],
                'indexes': [models.Index(fields=['recorded_at'], name='assessments_choice_recorded')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('voided_at', None)), fields=('registration', 'unit'), name='assessments_choice_once')],
            },
        ),
        migrations.AddConstraint(
            model_name='unitgroup',
            constraint=models.UniqueConstraint(fields=('version', 'name'), name='assessments_group_name'),
        ),
        migrations.AddConstraint(
            model_name='unitgroup',
            constraint=models.CheckConstraint(condition=models.Q(('choose__gte', 1)), name='assessments_group_choose'),
        ),
        migrations.RunSQL(STAY, migrations.RunSQL.noop),
    ]
