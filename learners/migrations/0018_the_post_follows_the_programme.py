"""An offer says the first day as an officer, and an enrolment where the officer's post is, which follows from posts on record."""

import django.db.models.deletion
from django.db import migrations, models


FROM_POSTS = """
SELECT set_config('pqip.actor', 'job:migration', true);
SELECT set_config('pqip.reason', 'Where officers hold their post', true);
UPDATE learners_enrolment e SET post_region_id = p.region_id, post_pdu_id = p.pdu_id
FROM workforce_person p JOIN workforce_grade g ON g.id = p.grade_id AND g.code = 'PO'
WHERE p.id = e.person_id AND e.status = 'completed';
"""


class Migration(migrations.Migration):

    dependencies = [
        ('learners', '0017_one_place_at_a_time'),
        ('workforce', '0009_the_post_follows_the_programme'),
    ]

    operations = [
        migrations.AddField(
            model_name='enrolment',
            name='post_pdu',
            field=models.ForeignKey(db_constraint=False, editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='workforce.pdu'),
        ),
        migrations.AddField(
            model_name='enrolment',
            name='post_region',
            field=models.ForeignKey(db_constraint=False, editable=False, help_text="Of their officer's post, once they completed.", null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='workforce.region'),
        ),
        migrations.AddField(
            model_name='officerpost',
            name='begins_on',
            field=models.DateField(blank=True, help_text='Blank: the day they accepted, or completed where that is later.', null=True, verbose_name='first day as an officer'),
        ),
        migrations.AlterField(
            model_name='starterstep',
            name='arrangement',
            field=models.CharField(choices=[('pathway_told', 'Pathway told to the learner'), ('checks', 'Pre-employment checks'), ('vetting', 'Vetting'), ('contract', 'Contract'), ('office', 'Office confirmed and told'), ('equipment', 'Equipment and access'), ('mentor', 'Mentor or buddy'), ('adjustments', 'Adjustments agreed and in place'), ('family_connection', 'Family-connection check'), ('cases_handed_over', 'Cases as a PSO handed over')], max_length=20),
        ),
        migrations.AddConstraint(
            model_name='officerpost',
            constraint=models.CheckConstraint(condition=models.Q(('begins_on', None), ('answer', 'accepted'), _connector='OR'), name='learners_officer_post_begins'),
        ),
        migrations.AddConstraint(
            model_name='starterstep',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('arrangement', 'cases_handed_over'), _negated=True), models.Q(('note', ''), ('state', 'done')), _connector='OR'), name='learners_starter_step_cases', violation_error_message='Of cases handed over only that it was done is kept.'),
        ),
        migrations.RunSQL(FROM_POSTS, migrations.RunSQL.noop),
    ]
