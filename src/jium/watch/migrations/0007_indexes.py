"""What pages and the sweep ask for often is found by index."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ('watch', '0006_made_by'),
    ]

    operations = [
        migrations.AddIndex(
            model_name='archive',
            index=models.Index(fields=['next_action_at'], name='archive_due'),
        ),
        migrations.AddIndex(
            model_name='sighting',
            index=models.Index(fields=['next_action_at'], name='sighting_due'),
        ),
        migrations.AddIndex(
            model_name='sighting',
            index=models.Index(fields=['first_seen_at'], name='sighting_first_seen'),
        ),
        migrations.AddIndex(
            model_name='sighting',
            index=models.Index(fields=['last_seen_at'], name='sighting_last_seen'),
        ),
        migrations.AddIndex(
            model_name='site',
            index=models.Index(fields=['next_action_at'], name='site_due'),
        ),
    ]
