"""What pages and the sweep ask for often is found by index."""

from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ('cases', '0007_counter'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddIndex(
            model_name='reference',
            index=models.Index(fields=['next_action_at'], name='reference_due'),
        ),
        migrations.AddIndex(
            model_name='reference',
            index=models.Index(fields=['state'], name='reference_state'),
        ),
    ]
