"""What is asked when a case is opened and when files are registered."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _


class CaseForm(forms.Form):
    """A pseudonym and the consent; never a name."""

    pseudonym = forms.CharField(
        label=_("Pseudonym"),
        max_length=40,
        help_text=_("How we call the person in this system. Never her real name."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autofocus": True}),
    )
    once = forms.UUIDField(required=False, widget=forms.HiddenInput)
    consent = forms.BooleanField(
        label=_("The person or her agent has consented to deletion support"),
        error_messages={"required": _("Without the consent no case can be opened.")},
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
