"""A role says when it was given and confirmed, and an account who invited it: by them a second administrator is one who owes it
to nobody concerned. What stands already gets them from the audit, which alone has kept them until now.
"""

import datetime
import django.db.models.deletion
import django.db.models.expressions
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models

FROM_AUDIT = """
SELECT set_config('pqip.actor', 'job:migration', true);
SELECT set_config('pqip.reason', 'When roles were given, and who invited whom, from the audit', true);
UPDATE workforce_rolegrant g SET given_at = a.at FROM (
    SELECT row_key, min(at) AS at FROM core_auditentry WHERE table_name = 'workforce_rolegrant' AND operation = 'insert' GROUP BY 1
) a WHERE a.row_key = g.id;
UPDATE workforce_rolegrant g SET confirmed_at = a.at FROM (
    SELECT row_key, min(at) AS at FROM core_auditentry
    WHERE table_name = 'workforce_rolegrant' AND operation = 'update' AND after ? 'confirmed_by_id' GROUP BY 1
) a WHERE a.row_key = g.id AND g.confirmed_by_id IS NOT NULL;
UPDATE workforce_user u SET invited_by_id = substr(a.actor, 6)::bigint FROM core_auditentry a
WHERE a.table_name = 'workforce_user' AND a.operation = 'insert' AND a.row_key = u.id AND a.actor ~ '^user:[0-9]+$'
    AND substr(a.actor, 6)::bigint <> u.id AND EXISTS (SELECT FROM workforce_user i WHERE i.id = substr(a.actor, 6)::bigint);
"""


class Migration(migrations.Migration):

    dependencies = [
        ('core', '0001_initial'),
        ('workforce', '0007_two_records_of_one_person'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='rolegrant',
            name='workforce_grant_dates',
        ),
        migrations.RemoveConstraint(
            model_name='rolegrant',
            name='workforce_grant_once',
        ),
        migrations.AddField(
            model_name='rolegrant',
            name='confirmed_at',
            field=models.DateTimeField(editable=False, null=True),
        ),
        migrations.AddField(
            model_name='rolegrant',
            name='given_at',
            field=models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False),
        ),
        migrations.AddField(
            model_name='user',
            name='invited_by',
            field=models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddConstraint(
            model_name='rolegrant',
            constraint=models.CheckConstraint(condition=models.Q(('ends_on', None), ('ends_on__gte', django.db.models.expressions.CombinedExpression(models.F('starts_on'), '-', models.Value(datetime.timedelta(days=1)))), _connector='OR'), name='workforce_grant_dates'),
        ),
        migrations.AddConstraint(
            model_name='rolegrant',
            constraint=models.UniqueConstraint(condition=models.Q(('ends_on', None), ('ends_on__gte', models.F('starts_on')), _connector='OR'), fields=('user', 'role', 'region', 'pdu', 'starts_on'), name='workforce_grant_once', nulls_distinct=False),
        ),
        migrations.RunSQL(FROM_AUDIT, migrations.RunSQL.noop),
    ]
