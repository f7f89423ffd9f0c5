"""What is asked at intake, of papers and consents, and when files are registered."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from jium.cases.consents import Kind, Means
from jium.cases.details import LONGEST, Contact, Details, contact_problem
from jium.cases.intake import (
    Age,
    Asked,
    Channel,
    Circulation,
    Damage,
    Paper,
    Perpetrator,
    Requester,
    Sex,
    contradicts,
    refusal,
)
from jium.cases.opening import Opening

_CONTACT_PROBLEMS = {
    "lacking": _("Enter it, or choose that she may not be reached."),
    "not_a_number": _("This is no telephone number. Is it a mail address? Then choose mail."),
    "not_an_address": _("This is no mail address. Is it a telephone number? Then choose telephone."),
}


def _sealed(label: Any, help_text: Any, short: bool = False) -> forms.CharField:
    """A field whose content is encrypted under the case's key."""
    widget = forms.TextInput if short else forms.Textarea
    attributes: dict[str, Any] = {"autocomplete": "off"} | ({} if short else {"rows": 2})
    return forms.CharField(
        label=label, help_text=help_text, required=False, max_length=LONGEST, widget=widget(attrs=attributes)
    )


class CaseForm(forms.Form):
    """What is told at intake. ``seen`` says which state of it was being changed."""

    pseudonym = forms.CharField(
        label=_("Pseudonym"),
        max_length=40,
        help_text=_("How we call the person in this system. Never her real name."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autofocus": True}),
    )
    requester = forms.ChoiceField(
        label=_("Who asks for help"),
        choices=Requester.choices,
        help_text=_("Which documents are needed follows from this."),
    )
    channel = forms.ChoiceField(label=_("How she came"), choices=Channel.choices, initial=Channel.PHONE)
    sex = forms.ChoiceField(label=_("Gender"), choices=Sex.choices, initial=Sex.UNKNOWN)
    age = forms.ChoiceField(label=_("Age"), choices=Age.choices, initial=Age.UNKNOWN)
    minor = forms.BooleanField(label=_("Under 19, or held to be so"), required=False)
    under_14 = forms.BooleanField(label=_("Under 14, or held to be so"), required=False)
    damage = forms.MultipleChoiceField(
        label=_("What was done"), choices=Damage.choices, widget=forms.CheckboxSelectMultiple
    )
    perpetrator = forms.ChoiceField(label=_("By whom"), choices=Perpetrator.choices, initial=Perpetrator.UNKNOWN)
    circulation = forms.ChoiceField(
        label=_("How far it has gone"), choices=Circulation.choices, initial=Circulation.UNKNOWN
    )
    keywords = _sealed(_("Words and titles that uploaders use"), _("Separated by commas."))
    exposed = _sealed(
        _("What of her was published with it"),
        _("Name, age, address, work, school, looks, accounts: as it stands."),
    )
    contact_by = forms.ChoiceField(label=_("How she may be reached"), choices=Contact.choices, initial=Contact.NONE)
    contact = _sealed(_("Number or address"), _("Only where she is safe when it rings or arrives."), short=True)
    hours = _sealed(_("When"), _("Such as: weekdays 13 to 17, never on weekends."), short=True)
    police_number = _sealed(_("Number of the police's case"), "", short=True)
    requester_name = _sealed(_("Name of whoever asks"), _("Only where it is not she herself."), short=True)
    once = forms.UUIDField(required=False, widget=forms.HiddenInput)
    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any]:
        told = super().clean() or {}
        age, minor, under_14 = Age(told.get("age", Age.UNKNOWN)), bool(told.get("minor")), bool(told.get("under_14"))
        if contradicts(age, minor, under_14):
            self.add_error("age", _("The age and the ticks below it do not fit together."))
        elif "requester" in told and refusal(Asked(Requester(told["requester"]), minor, under_14)):
            self.add_error(
                "requester",
                _("Without a request the law lets us act only for children and youths, or for investigators."),
            )
        if wrong := contact_problem(Contact(told.get("contact_by", Contact.NONE)), told.get("contact", "")):
            self.add_error("contact", _CONTACT_PROBLEMS[wrong])
        return told

    def opening(self) -> Opening:
        """What was told, of a form that is valid."""
        told = self.cleaned_data
        return Opening(
            pseudonym=told["pseudonym"],
            channel=Channel(told["channel"]),
            requester=Requester(told["requester"]),
            sex=Sex(told["sex"]),
            age=Age(told["age"]),
            minor=told["minor"],
            under_14=told["under_14"],
            damage=tuple(map(Damage, told["damage"])),
            perpetrator=Perpetrator(told["perpetrator"]),
            circulation=Circulation(told["circulation"]),
            details=Details.of(told),
        )


class PaperForm(forms.Form):
    """One document that the requester brought."""

    paper = forms.ChoiceField(label=_("Document"), choices=Paper.choices)
    file = forms.FileField(label=_("Scan or photograph"), help_text=_("PDF, JPEG, PNG, WebP or HEIC, 20 MB at most."))


class ConsentForm(forms.Form):
    """What she agrees to, and how she said it."""

    kinds = forms.MultipleChoiceField(
        label=_("She agrees to"), choices=Kind.choices, widget=forms.CheckboxSelectMultiple
    )
    means = forms.ChoiceField(
        label=_("How she said it"), choices=[one for one in Means.choices if one[0] != Means.NOTED]
    )


class _Files(forms.ClearableFileInput):
    allow_multiple_selected = True


class _FilesField(forms.FileField):
    """Several files; an empty one is accepted here, because its row says what is wrong with it."""

    widget = _Files

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        files = [super(_FilesField, self).clean(file, initial) for file in (data or [])]
        return files or [super().clean(None, initial)]


class RegisterForm(forms.Form):
    """The files of one act of registering."""

    # A form's fields are taken out of its class, so this does not hide the form's own ``files``.
    files = _FilesField(label=_("Pictures or videos"), allow_empty_file=True)  # type: ignore[assignment]
