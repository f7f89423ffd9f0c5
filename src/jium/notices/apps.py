from django.apps import AppConfig


class NoticesConfig(AppConfig):
    name = "jium.notices"
    label = "notices"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """To which case belongs what the addresses of this room name."""
        from jium.notices.models import Notice
        from jium.trust.policy import belongs

        belongs("notice_id", Notice)
