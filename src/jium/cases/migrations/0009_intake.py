"""What is asked at intake, papers and consents. The one tick of before becomes the consents that it stood for."""

import django.db.models.deletion
import uuid
from django.conf import settings
from django.db import migrations, models


AGREED = ("support", "personal", "providers", "abroad")


def keep_what_was_agreed(apps, schema_editor):
    """Whoever opened the case ticked that she, or her agent, agreed to deletion support: searching, letters, everywhere."""
    consent, case = apps.get_model("cases", "Consent"), apps.get_model("cases", "Case")
    rows = case.objects.values_list("pk", "deletion_consent_at", "opened_by_id").iterator()
    made = (
        consent(case_id=pk, kind=kind, version="2026-11", means="noted", given_at=at, recorded_by_id=by)
        for pk, at, by in rows
        for kind in AGREED
    )
    consent.objects.bulk_create(made, batch_size=1000)
    case.objects.update(papers_elsewhere=True, stands=True)


class Migration(migrations.Migration):
    dependencies = [
        ('cases', '0008_indexes'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='case',
            name='age',
            field=models.CharField(choices=[('under_14', 'under 14'), ('14_18', '14 to 18'), ('19_29', '19 to 29'), ('30_39', '30 to 39'), ('40_49', '40 to 49'), ('50', '50 and over'), ('unknown', 'not known')], default='unknown', max_length=8),
        ),
        migrations.AddField(
            model_name='case',
            name='channel',
            field=models.CharField(choices=[('phone', 'telephone (1366)'), ('board', 'private board'), ('visit', 'visit'), ('police', 'transferred by the police'), ('school', 'transferred by a school'), ('partner', 'transferred by a partner'), ('found', 'found by ourselves'), ('unknown', 'not known')], default='unknown', max_length=8),
        ),
        migrations.AddField(
            model_name='case',
            name='circulation',
            field=models.CharField(choices=[('none', 'not circulated'), ('threatened', 'threatened with'), ('confirmed', 'circulated, seen'), ('unknown', 'not known')], default='unknown', max_length=10),
        ),
        migrations.AddField(
            model_name='case',
            name='damage',
            field=models.JSONField(default=list),
        ),
        migrations.AddField(
            model_name='case',
            name='minor',
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name='case',
            name='papers_elsewhere',
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name='case',
            name='perpetrator',
            field=models.CharField(choices=[('intimate', 'present or former partner'), ('family', 'family'), ('social', 'school, work, friends'), ('passing', 'passing acquaintance, chat'), ('stranger', 'stranger'), ('unknown', 'not known who')], default='unknown', max_length=8),
        ),
        migrations.AddField(
            model_name='case',
            name='requester',
            field=models.CharField(choices=[('victim', 'the victim herself'), ('spouse', 'spouse, also without marriage papers'), ('lineal', 'parent, grandparent, child or grandchild'), ('sibling', 'sister or brother'), ('agent', 'agent'), ('investigator', 'prosecutor or investigator'), ('nobody', 'nobody: proactive')], default='victim', max_length=12),
        ),
        migrations.AddField(
            model_name='case',
            name='sealed_details',
            field=models.BinaryField(blank=True, default=b''),
        ),
        migrations.AddField(
            model_name='case',
            name='sex',
            field=models.CharField(choices=[('female', 'female'), ('male', 'male'), ('unknown', 'other or not known')], default='unknown', max_length=8),
        ),
        migrations.AddField(
            model_name='case',
            name='stands',
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name='case',
            name='told_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='case',
            name='under_14',
            field=models.BooleanField(default=False),
        ),
        migrations.CreateModel(
            name='Document',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('paper', models.CharField(choices=[('identity', 'identity card of the requester'), ('relation', 'proof of the family relation'), ('mandate', 'power of attorney, signed by hand'), ('victim_identity', "copy of the victim's identity card"), ('guardian', 'consent of the legal representative'), ('official', 'official letter of the investigators')], max_length=16)),
                ('vault_object', models.CharField(blank=True, max_length=64)),
                ('sha256', models.CharField(max_length=64)),
                ('size', models.PositiveBigIntegerField()),
                ('media_type', models.CharField(max_length=40)),
                ('brought_at', models.DateTimeField()),
                ('removed_at', models.DateTimeField(blank=True, null=True)),
                ('brought_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='documents', to='cases.case')),
                ('removed_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ('brought_at',),
            },
        ),
        migrations.CreateModel(
            name='Consent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('support', 'deletion support: searching, evidence, demanding removal'), ('personal', 'keeping her personal data for it'), ('biometric', 'searching by her face (sensitive data)'), ('providers', 'handing addresses and grounds to providers in Korea'), ('abroad', 'handing them to providers and partners abroad'), ('commission', 'handing to the Broadcasting Media Communications Review Commission'), ('police', 'handing evidence to the police'), ('hashes', 'sharing fingerprints with StopNCII, Arachnid and the like'), ('copyright', 'demanding by copyright, which may tell her name'), ('contact', 'being contacted on the way and at the hours she chose'), ('reports', 'regular reports to her')], max_length=12)),
                ('version', models.CharField(max_length=12)),
                ('means', models.CharField(choices=[('paper', 'signed on paper'), ('electronic', 'signed electronically'), ('phone', 'by telephone, recorded in the counselling note'), ('agent', 'by her agent'), ('noted', 'noted when the case was opened')], max_length=12)),
                ('given_at', models.DateTimeField()),
                ('withdrawn_at', models.DateTimeField(blank=True, null=True)),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='consents', to='cases.case')),
                ('recorded_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('withdrawn_recorded_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ('given_at', 'pk'),
                'constraints': [models.UniqueConstraint(condition=models.Q(('withdrawn_at', None)), fields=('case', 'kind'), name='consent_stands_once')],
            },
        ),
        migrations.RunPython(keep_what_was_agreed, migrations.RunPython.noop),
        migrations.RemoveField(
            model_name='case',
            name='deletion_consent_at',
        ),
    ]
