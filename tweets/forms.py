"""What the composer sends. Shape only; limits and refusals are the service's."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tweets.models import Audience
from twitterclone.lib.pagination import BIGGEST_ID

LONGEST_REQUEST = 10_000  # characters; far above any tweet, so that the service can say how long it may be


class TweetForm(forms.Form):
    """`text`, who may read it, what it replies to, and a key that makes a second submit harmless."""

    text = forms.CharField(
        label=_("Text"),
        required=False,
        strip=False,
        max_length=LONGEST_REQUEST,
        widget=forms.Textarea(attrs={"rows": 1}),
        error_messages={"max_length": _("This is longer than 280 characters. Shorten it a little.")},
    )
    audience = forms.ChoiceField(
        label=_("Who can read it"), choices=Audience.choices, required=False, initial=Audience.PUBLIC
    )
    reply_to = forms.IntegerField(required=False, min_value=1, max_value=BIGGEST_ID, widget=forms.HiddenInput)
    quote_of = forms.IntegerField(required=False, min_value=1, max_value=BIGGEST_ID, widget=forms.HiddenInput)
    idempotency_key = forms.CharField(required=False, max_length=100, widget=forms.HiddenInput)

    def clean_audience(self) -> str:
        return self.cleaned_data["audience"] or Audience.PUBLIC

    def service_values(self) -> dict[str, Any]:
        """What post_tweet takes, but for the tweets named by id."""
        return {name: self.cleaned_data[name] for name in ("text", "audience", "idempotency_key")}
