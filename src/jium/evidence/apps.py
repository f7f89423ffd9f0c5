from django.apps import AppConfig


class EvidenceConfig(AppConfig):
    name = "jium.evidence"
    label = "evidence"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """To which case belongs what the addresses of this room name."""
        from jium.evidence.models import Capture
        from jium.trust.policy import belongs

        belongs("capture_id", Capture)
