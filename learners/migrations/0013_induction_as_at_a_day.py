"""Items of the induction are dated, as other reference data that reports count by; nothing recorded them before."""

import pqip.core.expressions
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('learners', '0012_external_quality_assurers'),
    ]

    operations = [
        migrations.RemoveConstraint(model_name='inductionrecord', name='learners_induction_once'),
        migrations.RemoveField(model_name='inductionrecord', name='item'),
        migrations.DeleteModel(name='InductionItem'),
        migrations.CreateModel(
            name='InductionItem',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('effective_on', models.DateField(verbose_name='true from')),
                ('recorded_at', models.DateTimeField(editable=False, null=True)),
                ('recorded_by', models.CharField(default='', editable=False, max_length=100)),
                ('loaded_at', models.DateTimeField(editable=False, null=True)),
                ('voided_at', models.DateTimeField(editable=False, null=True)),
                ('voided_by', models.CharField(blank=True, default='', editable=False, max_length=100)),
                ('void_reason', models.CharField(blank=True, default='', editable=False, max_length=500)),
                ('code', models.SlugField(db_index=False, max_length=20)),
                ('title', models.CharField(max_length=120)),
                ('is_required', models.BooleanField(default=True, verbose_name='shown to everybody')),
                ('is_placeholder', models.BooleanField(default=False)),
                ('order', models.PositiveSmallIntegerField(default=0)),
            ],
            options={
                'ordering': ['order', 'code', 'effective_on'],
                'constraints': [models.UniqueConstraint(condition=models.Q(('voided_at', None)), fields=('code', 'effective_on'), name='learners_induction_item_once')],
            },
        ),
        migrations.AddField(
            model_name='inductionrecord',
            name='item',
            field=models.SlugField(db_index=False, default='', max_length=20),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name='inductionrecord',
            name='public_id',
            field=models.UUIDField(db_default=pqip.core.expressions.RandomUUID(), editable=False, unique=True),
        ),
        migrations.AddConstraint(
            model_name='inductionrecord',
            constraint=models.UniqueConstraint(condition=models.Q(('voided_at', None)), fields=('person', 'item'), name='learners_induction_once'),
        ),
        migrations.AddConstraint(
            model_name='practiceobservation',
            constraint=models.CheckConstraint(condition=models.Q(('feedback_given', False), ('held_on', None)) | models.Q(('held_on__isnull', False), ('observer__isnull', False)), name='learners_practice_observation_held'),
        ),
    ]
