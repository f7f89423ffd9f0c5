"""What is asked of a person who joins, and of the administrator who invites her."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth.validators import UnicodeUsernameValidator
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from jium.trust.roles import PURPOSES, ROLES


def roles_field() -> forms.MultipleChoiceField:
    """The roles, each with what it is there for."""
    return forms.MultipleChoiceField(
        label=_("Roles"),
        choices=[(role, format_lazy("{role}: {why}", role=said, why=PURPOSES[role])) for role, said in ROLES.items()],
        widget=forms.CheckboxSelectMultiple,
    )


def minors_field() -> forms.BooleanField:
    """Whether she is named for cases of children."""
    return forms.BooleanField(label=_("May be given cases of children and youths"), required=False)


class RolesForm(forms.Form):
    """Other roles."""

    roles = roles_field()
    for_minors = minors_field()


class InviteForm(forms.Form):
    """A name to log in with, a name to show, and roles."""

    display_name = forms.CharField(label=_("Name"), max_length=80)
    username = forms.CharField(
        label=_("Name to log in with"),
        max_length=150,
        validators=[UnicodeUsernameValidator()],
        help_text=_("Letters, digits and @ . + - _ only."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}),
    )
    roles = roles_field()
    for_minors = minors_field()


class NameForm(forms.Form):
    """One's own name."""

    display_name = forms.CharField(
        label=_("Your name"),
        max_length=80,
        help_text=_("Colleagues see it, and letters that the law wants signed by a person bear it."),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )


class PasswordForm(forms.Form):
    """A new password, twice."""

    password = forms.CharField(
        label=_("Password"),
        strip=False,
        help_text=_("At least 10 characters. Several words are easy to remember."),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password", "autofocus": True}),
    )
    again = forms.CharField(
        label=_("Password once more"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def __init__(self, *args: Any, named: bool = True, **kwargs: Any) -> None:
        """``named``: the account has a name already; else it is asked for too."""
        super().__init__(*args, **kwargs)
        if not named:
            name = NameForm().fields["display_name"]
            self.fields = {"display_name": name, **self.fields}

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("password") and cleaned.get("again") and cleaned["password"] != cleaned["again"]:
            self.add_error("again", _("The two passwords are not the same."))
        return cleaned
