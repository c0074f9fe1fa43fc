"""What people say when they report something."""

from django import forms
from django.utils.translation import gettext_lazy as _

from moderation.models import Report
from moderation.services import NOTE_LENGTH, NoteTooLong
from twitterclone.lib.forms import Uncut


class ReportForm(Uncut, forms.Form):
    reason = forms.ChoiceField(
        label=_("What is wrong?"),
        choices=Report.Reason.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what is wrong.")},
    )
    note = forms.CharField(
        label=_("Anything we should know?"),
        required=False,
        max_length=NOTE_LENGTH,
        help_text=_("Only the moderators read this."),
        widget=forms.Textarea({"rows": 4, "dir": "auto"}),
        error_messages={"max_length": NoteTooLong.message},
    )
