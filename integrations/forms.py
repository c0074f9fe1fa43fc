"""What a person says of a program of their own."""

from django import forms
from django.utils.translation import gettext_lazy as _

from twitterclone.lib.api.scopes import FINE, SCOPES
from twitterclone.lib.forms import Uncut

BROAD = [scope for scope in SCOPES if scope.partition(":")[0] not in FINE or ":" not in scope]


class TokenForm(Uncut, forms.Form):
    """Name and broad scopes of a personal access token."""

    name = forms.CharField(
        label=_("Name"),
        max_length=60,
        help_text=_("What it is for: you find it by this name in the list."),
        widget=forms.TextInput({"autocomplete": "off", "dir": "auto"}),
    )
    scopes = forms.MultipleChoiceField(
        label=_("What it may do"),
        choices=[(scope, SCOPES[scope]) for scope in BROAD],
        widget=forms.CheckboxSelectMultiple,
        initial=["read"],
        error_messages={"required": _("Choose what it may do.")},
    )
