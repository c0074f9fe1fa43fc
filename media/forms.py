"""The form of the picture settings."""

from django import forms
from django.utils.translation import gettext_lazy as _


class PictureForm(forms.Form):
    """One picture, as face or as header."""

    kind = forms.ChoiceField(choices=[("avatar", _("Picture")), ("header", _("Header"))])
    file = forms.FileField(allow_empty_file=True, error_messages={"required": _("Choose a picture first.")})
