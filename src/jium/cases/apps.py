from django.apps import AppConfig


class CasesConfig(AppConfig):
    name = "jium.cases"
    label = "cases"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """To which case belongs what the addresses of this room name."""
        from jium.cases.models import Case, Document, Reference
        from jium.trust.policy import belongs

        belongs("case_id", lambda key: Case.objects.filter(pk=key).values_list("pk", flat=True).first())
        belongs("reference_id", lambda key: Reference.objects.filter(pk=key).values_list("case_id", flat=True).first())
        belongs("document_id", lambda key: Document.objects.filter(pk=key).values_list("case_id", flat=True).first())
