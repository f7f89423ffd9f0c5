from django.apps import AppConfig


class CasesConfig(AppConfig):
    name = "jium.cases"
    label = "cases"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """To which case belongs what the addresses of this room name."""
        from jium.cases.models import Case, CostClaim, Document, GivenService, Reference, Referral
        from jium.trust.policy import belongs

        belongs("case_id", Case, "pk")
        belongs("claim_id", CostClaim)
        belongs("given_id", GivenService)
        belongs("referral_id", Referral)
        belongs("reference_id", Reference)
        belongs("document_id", Document)
