"""What pages and the sweep ask for often is found by index."""

from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ('cases', '0008_indexes'),
        ('evidence', '0005_round'),
        ('review', '0006_indexes'),
        ('watch', '0007_indexes'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddIndex(
            model_name='capture',
            index=models.Index(fields=['next_action_at'], name='capture_due'),
        ),
        migrations.AddIndex(
            model_name='capture',
            index=models.Index(fields=['state'], name='capture_state'),
        ),
    ]
