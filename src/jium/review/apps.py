from django.apps import AppConfig


class ReviewConfig(AppConfig):
    name = "jium.review"
    label = "review"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """To which case belongs what the addresses of this room name."""
        from jium.review.models import Group, Match
        from jium.trust.policy import belongs

        belongs("group_id", lambda key: Group.objects.filter(pk=key).values_list("case_id", flat=True).first())
        belongs("match_id", lambda key: Match.objects.filter(pk=key).values_list("group__case_id", flat=True).first())
