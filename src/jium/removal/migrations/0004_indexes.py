"""What pages and the sweep ask for often is found by index."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ('cases', '0008_indexes'),
        ('notices', '0006_indexes'),
        ('removal', '0003_returns'),
        ('watch', '0007_indexes'),
    ]

    operations = [
        migrations.AddIndex(
            model_name='target',
            index=models.Index(fields=['next_action_at'], name='target_due'),
        ),
        migrations.AddIndex(
            model_name='target',
            index=models.Index(fields=['state'], name='target_state'),
        ),
        migrations.AddIndex(
            model_name='target',
            index=models.Index(fields=['unseen_since'], name='target_unseen'),
        ),
    ]
