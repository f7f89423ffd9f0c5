"""What is asked about a site to watch."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from jium.egress.address import leads_inside
from jium.egress.url import canonical, host
from jium.watch.models import Site


class SiteForm(forms.Form):
    """Where a site begins and how often it is visited."""

    name = forms.CharField(
        label=_("Name"),
        max_length=80,
        help_text=_("How we call it. It appears in lists: keep it plain."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autofocus": True}),
    )
    start_url = forms.URLField(
        label=_("Start address"),
        max_length=500,
        assume_scheme="https",
        help_text=_("Only pages of this host are visited."),
        widget=forms.URLInput(attrs={"autocomplete": "off", "placeholder": "https://"}),
    )
    every_minutes = forms.IntegerField(
        label=_("Visit every (minutes)"), min_value=1, max_value=60 * 24 * 28, initial=360
    )
    obey_robots = forms.BooleanField(
        label=_("Obey robots.txt when looking around"),
        required=False,
        initial=True,
        help_text=_("Pages whose removal was demanded are checked in any case."),
    )

    def __init__(self, data: Mapping[str, Any] | None = None, site: Site | None = None) -> None:
        """``site``: the one that is changed, where it is no new one."""
        initial = {name: getattr(site, name) for name in self.base_fields} if site else None
        super().__init__(data, label_suffix="", initial=initial)
        self._site = site

    def clean_start_url(self) -> str:
        """In its canonical form, so that no site is watched twice under two spellings of its name."""
        address = canonical(self.cleaned_data["start_url"])
        if address is None:
            raise forms.ValidationError(_("Only http and https addresses can be visited."))
        if leads_inside(host(address)):
            raise forms.ValidationError(_("This address leads inside the institution's network; it is not visited."))
        others = Site.objects.filter(start_url=address)
        if self._site:
            others = others.exclude(pk=self._site.pk)
        if others.exists():
            raise forms.ValidationError(_("This site is under watch already."))
        return address
