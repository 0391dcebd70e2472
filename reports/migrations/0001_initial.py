import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.functions.datetime
import pqip.core.expressions
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('workforce', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Run',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(db_default=pqip.core.expressions.RandomUUID(), editable=False, unique=True)),
                ('report', models.CharField(max_length=40)),
                ('as_at', models.DateField()),
                ('known_at', models.DateTimeField(null=True)),
                ('formats', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=4), size=None)),
                ('suppressed', models.BooleanField(default=False)),
                ('reason', models.CharField(blank=True, help_text='Why small numbers were shown in full.', max_length=500)),
                ('state', models.CharField(choices=[('waiting', 'Being made'), ('ready', 'Ready'), ('failed', 'Could not be made'), ('expired', 'Files deleted')], default='waiting', max_length=8)),
                ('requested_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('schedule', models.CharField(blank=True, max_length=40)),
                ('period', models.CharField(blank=True, max_length=20)),
                ('definitions', models.CharField(blank=True, max_length=12)),
                ('ready_at', models.DateTimeField(null=True)),
                ('expires_at', models.DateTimeField(null=True)),
                ('pdu', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='workforce.pdu')),
                ('region', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='workforce.region')),
                ('requested_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['-requested_at', '-id'],
            },
        ),
        migrations.CreateModel(
            name='RunFile',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('format', models.CharField(max_length=4)),
                ('path', models.CharField(help_text="Beneath the folder of files; outside the web's reach.", max_length=200)),
                ('sha256', models.CharField(max_length=64)),
                ('size', models.PositiveBigIntegerField(help_text='Bytes.')),
                ('rows', models.PositiveIntegerField(help_text='Of the first table.')),
                ('run', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='files', to='reports.run')),
            ],
            options={
                'ordering': ['id'],
            },
        ),
        migrations.AddIndex(
            model_name='run',
            index=models.Index(fields=['requested_by', '-requested_at'], name='reports_run_mine'),
        ),
        migrations.AddIndex(
            model_name='run',
            index=models.Index(fields=['schedule', 'period'], name='reports_run_period'),
        ),
        migrations.AddIndex(
            model_name='run',
            index=models.Index(condition=models.Q(('state', 'ready')), fields=['expires_at'], name='reports_run_expires'),
        ),
        migrations.AddConstraint(
            model_name='run',
            constraint=models.UniqueConstraint(condition=models.Q(('schedule', ''), _negated=True), fields=('schedule', 'period', 'report', 'region', 'pdu'), name='reports_run_once_a_period', nulls_distinct=False),
        ),
        migrations.AddConstraint(
            model_name='run',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'ready'), _negated=True), models.Q(('known_at__isnull', False), ('ready_at__isnull', False)), _connector='OR'), name='reports_run_ready_is_dated'),
        ),
        migrations.AddConstraint(
            model_name='runfile',
            constraint=models.UniqueConstraint(fields=('run', 'format'), name='reports_file_once'),
        ),
    ]
