from django.apps import AppConfig


class ReviewConfig(AppConfig):
    name = "jium.review"
    label = "review"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """To which case belongs what the addresses of this room name."""
        from jium.review.models import Group, Match
        from jium.trust.policy import belongs

        belongs("group_id", Group)
        belongs("match_id", Match, "group__case_id")
