"""A post says whether it follows from the programme, and what it took the place of; regions declare their records complete."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('workforce', '0008_two_people_give_far_reaching_roles'),
    ]

    operations = [
        migrations.AddField(
            model_name='spell',
            name='follows_programme',
            field=models.BooleanField(db_default=False, default=False, editable=False),
        ),
        migrations.AddField(
            model_name='spell',
            name='instead_of',
            field=models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='workforce.spell'),
        ),
        migrations.CreateModel(
            name='RecordsComplete',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('effective_on', models.DateField(verbose_name='true from')),
                ('recorded_at', models.DateTimeField(editable=False, null=True)),
                ('recorded_by', models.CharField(default='', editable=False, max_length=100)),
                ('loaded_at', models.DateTimeField(editable=False, null=True)),
                ('voided_at', models.DateTimeField(editable=False, null=True)),
                ('voided_by', models.CharField(blank=True, default='', editable=False, max_length=100)),
                ('void_reason', models.CharField(blank=True, default='', editable=False, max_length=500)),
                ('ended_on', models.DateField(blank=True, null=True, verbose_name='last day')),
                ('grade', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='workforce.grade')),
                ('region', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='workforce.region')),
            ],
            options={
                'verbose_name_plural': 'records declared complete',
                'ordering': ['region', 'grade', 'effective_on'],
                'constraints': [models.UniqueConstraint(condition=models.Q(('voided_at', None)), fields=('region', 'grade'), name='workforce_complete_once', violation_error_message='This grade of this region is declared already. Change that row.'), models.CheckConstraint(condition=models.Q(('ended_on', None), ('ended_on__gte', models.F('effective_on')), _connector='OR'), name='workforce_complete_dates', violation_error_message='The last day must be on or after the first day.')],
            },
        ),
    ]
