"""The columns that repeat facts drop their own foreign keys: the facts have them, and `check_ledger` proves the copies."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('learners', '0001_initial'),
        ('workforce', '0003_role_grant_public_id'),
    ]

    operations = [
        migrations.AlterField(
            model_name='enrolment',
            name='cohort',
            field=models.ForeignKey(db_constraint=False, editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='enrolments', to='learners.cohort'),
        ),
        migrations.AlterField(
            model_name='enrolment',
            name='line_manager',
            field=models.ForeignKey(db_constraint=False, editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='workforce.person'),
        ),
        migrations.AlterField(
            model_name='enrolment',
            name='pathway',
            field=models.ForeignKey(db_constraint=False, editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='learners.pathway'),
        ),
        migrations.AlterField(
            model_name='enrolment',
            name='pdu',
            field=models.ForeignKey(db_constraint=False, editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='workforce.pdu'),
        ),
        migrations.AlterField(
            model_name='enrolment',
            name='pta',
            field=models.ForeignKey(db_constraint=False, editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='workforce.person'),
        ),
        migrations.AlterField(
            model_name='enrolment',
            name='region',
            field=models.ForeignKey(db_constraint=False, editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='workforce.region'),
        ),
        migrations.AlterField(
            model_name='segment',
            name='cohort',
            field=models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='learners.cohort'),
        ),
        migrations.AlterField(
            model_name='segment',
            name='pathway',
            field=models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='learners.pathway'),
        ),
        migrations.AlterField(
            model_name='segment',
            name='pdu',
            field=models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='workforce.pdu'),
        ),
        migrations.AlterField(
            model_name='segment',
            name='region',
            field=models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='workforce.region'),
        ),
    ]
