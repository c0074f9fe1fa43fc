"""What the composer sends. Shape only; limits and refusals are the service's."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tweets.models import Audience, ReplyPolicy
from tweets.queries.cards import TweetCard
from tweets.services.polls import PollInput
from twitterclone.lib.pagination import BIGGEST_ID

LONGEST_REQUEST = 10_000  # characters; far above any tweet, so that the service can say how long it may be
LONGEST_PREFILL = 1000  # characters that an address brings along into the composer
PICTURES_REFUSED = (
    "alt_too_long empty_file media_gone media_not_ready media_taken no_video quota_full too_big"
    " too_many_media unknown_kind"
)
# by the code of a refusal the field that it is about; the others are about the text
REFUSED_FIELDS = {
    "poll_options": "poll_option",
    "poll_time": "poll_expires_in",
    "media_and_poll": "poll_option",
    "warning_too_long": "content_warning",
    **dict.fromkeys(PICTURES_REFUSED.split(), "media_id"),
}
MINUTE, HOUR, DAY = 60, 60 * 60, 24 * 60 * 60
POLL_TIMES = [
    (5 * MINUTE, _("5 minutes")),
    (30 * MINUTE, _("30 minutes")),
    (HOUR, _("1 hour")),
    (6 * HOUR, _("6 hours")),
    (DAY, _("1 day")),
    (3 * DAY, _("3 days")),
    (7 * DAY, _("7 days")),
]


def names_for_answer(viewer_id: int | None, tweet: TweetCard | None) -> str:
    """How the answer to a tweet between a few begins: the others are named, else they could not read it."""
    if tweet is None or tweet.author is None or tweet.audience != Audience.MENTIONED:
        return ""
    people = dict([(tweet.author.id, tweet.author.handle), *tweet.mentioned])
    return "".join(f"@{handle} " for person_id, handle in people.items() if person_id != viewer_id)


class IdsField(forms.Field):
    """Ids of which the form sends several under one name."""

    widget = forms.MultipleHiddenInput

    def clean(self, value: Any) -> list[int]:
        texts = [text for text in value or [] if text][:10]
        if not all(text.isascii() and text.isdigit() and int(text[:20]) <= BIGGEST_ID for text in texts):
            raise forms.ValidationError(_("One of the pictures is gone. Add it again."))
        return [int(text) for text in texts]


class TextsField(forms.Field):
    """Lines of which the form sends several under one name; blank ones at the end are nobody's."""

    widget = forms.MultipleHiddenInput

    def clean(self, value: Any) -> list[str]:
        texts = [text[:1000] for text in (value or [])[:10]]
        while texts and not texts[-1].strip():
            texts.pop()
        return texts


class TweetForm(forms.Form):
    """The text, who may read and answer it, what it carries; a key makes a second submit harmless."""

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
    reply_policy = forms.ChoiceField(
        label=_("Who can reply"), choices=ReplyPolicy.choices, required=False, initial=ReplyPolicy.EVERYONE
    )
    content_warning = forms.CharField(label=_("Content warning"), required=False, max_length=1000)
    is_sensitive = forms.BooleanField(label=_("The pictures are sensitive"), required=False)
    media_id = IdsField(required=False)
    poll_option = TextsField(required=False)
    poll_expires_in = forms.TypedChoiceField(
        label=_("The poll runs for"), choices=POLL_TIMES, coerce=int, required=False, initial=DAY
    )
    poll_multiple = forms.BooleanField(label=_("Several answers are allowed"), required=False)
    reply_to = forms.IntegerField(required=False, min_value=1, max_value=BIGGEST_ID, widget=forms.HiddenInput)
    quote_of = forms.IntegerField(required=False, min_value=1, max_value=BIGGEST_ID, widget=forms.HiddenInput)
    idempotency_key = forms.CharField(required=False, max_length=100, widget=forms.HiddenInput)

    @classmethod
    def answering(cls, tweet: TweetCard | None) -> "TweetForm":
        """An empty form; an answer reaches no more people than what it answers, unless that is chosen."""
        return cls(initial={"audience": tweet.audience} if tweet else {})

    def clean_audience(self) -> str:
        return self.cleaned_data["audience"] or Audience.PUBLIC

    def clean_reply_policy(self) -> str:
        return self.cleaned_data["reply_policy"] or ReplyPolicy.EVERYONE

    def service_values(self) -> dict[str, Any]:
        """What post_tweet takes, but for the tweets named by id."""
        same = ("text", "audience", "reply_policy", "content_warning", "is_sensitive", "idempotency_key")
        values = {name: self.cleaned_data[name] for name in same}
        return {**values, "media_ids": self.cleaned_data["media_id"], "poll": self._poll()}

    def poll_options(self) -> list[str]:
        """Four lines for the editor, as they were typed."""
        typed = self.data.getlist("poll_option") if hasattr(self.data, "getlist") else []
        return [*typed, "", "", "", ""][:4]

    def has_extras(self) -> bool:
        """Whether more than text was chosen, so that the composer opens what it folds away."""
        names = ("content_warning", "is_sensitive", "poll_multiple")
        return (
            any(self.data.get(name) for name in names)
            or any(self.poll_options())
            or "media_id" in self.errors
        )

    def wrong(self) -> list[tuple[str, str]]:
        """What was refused, each with the part of the composer where it is put right."""
        parts = {name: "poll" for name in self.fields if name.startswith("poll")}
        parts |= {"content_warning": "warning", "is_sensitive": "warning", "media_id": "files"}
        return [(parts.get(name, "text"), str(line)) for name, lines in self.errors.items() for line in lines]

    def _poll(self) -> PollInput | None:
        options = self.cleaned_data["poll_option"]
        if not options and not self.cleaned_data["poll_multiple"]:  # who ticks that means to ask
            return None
        return PollInput(
            options=tuple(options),
            expires_in=self.cleaned_data["poll_expires_in"] or DAY,
            multiple=self.cleaned_data["poll_multiple"],
        )
