from django.apps import AppConfig


class RemovalConfig(AppConfig):
    name = "jium.removal"
    label = "removal"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """To which case belongs what the addresses of this room name."""
        from jium.removal.models import Target
        from jium.trust.policy import belongs

        belongs("target_id", Target)
