"""What is asked about a provider."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from jium.egress.url import canonical_host, is_public_suffix
from jium.notices import regimes, services
from jium.notices.models import Provider
from jium.notices.services import Contact

LANGUAGES = (("ko", _("Korean")), ("en", _("English")))


def _laws() -> list[tuple[str, str]]:
    return [(name, title) for name, title, _languages in services.regime_choices()]


class ProviderForm(forms.Form):
    """Who answers for which hosts, where letters go, under which law."""

    name = forms.CharField(label=_("Name"), max_length=253)
    hosts = forms.CharField(
        label=_("Hosts"),
        help_text=_("One a line, such as example.com. Hosts below it belong to it too."),
        widget=forms.Textarea(attrs={"rows": 3, "spellcheck": "false"}),
    )
    email = forms.EmailField(
        label=_("Contact address"),
        required=False,
        help_text=_("Where the provider receives removal requests. Without it nothing can be sent."),
    )
    regime = forms.ChoiceField(label=_("Law cited"), choices=_laws)
    language = forms.ChoiceField(label=_("Language of letters"), choices=LANGUAGES)
    jurisdiction = forms.RegexField(
        label=_("Country"),
        regex=r"^[A-Za-z]{2}$",
        required=False,
        max_length=2,
        help_text=_("Two letters, such as KR or US."),
        error_messages={"invalid": _("Two letters, such as KR or US.")},
    )

    def __init__(self, data: Mapping[str, Any] | None = None, provider: Provider | None = None) -> None:
        initial = None
        if provider:
            regime, language = services.law_for(provider)
            initial = {
                "name": provider.name,
                "hosts": "\n".join(provider.hosts),
                "email": provider.email,
                "regime": regime,
                "language": language,
                "jurisdiction": provider.jurisdiction,
            }
        super().__init__(data, label_suffix="", initial=initial)
        self._provider = provider

    def clean_name(self) -> str:
        name: str = self.cleaned_data["name"].strip()
        others = Provider.objects.filter(name=name)
        if self._provider:
            others = others.exclude(pk=self._provider.pk)
        if others.exists():
            raise forms.ValidationError(_("There is a provider of this name already."))
        return name

    def clean_hosts(self) -> list[str]:
        hosts = [canonical_host(host) or "" for host in self.cleaned_data["hosts"].split()]
        if not all("." in host for host in hosts):
            raise forms.ValidationError(_("Only host names, such as example.com: no address of a page."))
        shared = next((host for host in hosts if is_public_suffix(host)), "")
        if shared:
            told = _("%(host)s is shared by many: under it anyone can have a name. Enter the provider's own host.")
            raise forms.ValidationError(told % {"host": shared})
        return hosts

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        regime, language = cleaned.get("regime"), cleaned.get("language")
        if regime and language and language not in regimes.regime(regime).languages:
            self.add_error("language", _("There is no letter in this language under this law."))
        return cleaned

    def contact(self) -> Contact:
        """What was entered."""
        said = self.cleaned_data
        return Contact(
            name=said["name"],
            hosts=tuple(said["hosts"]),
            email=said["email"],
            regime=said["regime"],
            language=said["language"],
            jurisdiction=said["jurisdiction"],
        )
