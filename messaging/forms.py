"""What a message is sent with. Shape only; limits and refusals are the service's."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from media.services import await_ready, upload_media
from messaging.models import Message
from messaging.rules import MOST_PICTURES
from messaging.services import send_message
from twitterclone.lib.pagination import BIGGEST_ID

WAIT = 20.0  # seconds a form without JavaScript waits for its pictures
MOST_NAMED = 10


class PicturesField(forms.Field):
    """Ids of uploads, of which the form sends several under one name."""

    widget = forms.MultipleHiddenInput

    def clean(self, value: Any) -> list[int]:
        texts = [text for text in value or [] if text][:MOST_NAMED]
        if not all(text.isascii() and text.isdigit() and int(text[:20]) <= BIGGEST_ID for text in texts):
            raise forms.ValidationError(_("One of the pictures is gone. Add it again."))
        return [int(text) for text in texts]


class MessageForm(forms.Form):
    """The text, its pictures, and the key that makes a second submit harmless."""

    text = forms.CharField(required=False, strip=False)
    client_id = forms.UUIDField(required=False)
    media = PicturesField(required=False)  # type: ignore[assignment]

    def send(self, sender: User, recipient_id: int, files: list[Any], alt_text: str) -> Message:
        """Sends what the form holds. `files` come with the form itself where there is no JavaScript."""
        media_ids = self.cleaned_data["media"]
        for file in files[: MOST_PICTURES + 1]:
            media_ids.append(upload_media(owner=sender, file=file, alt_text=alt_text).pk)
        if files:
            await_ready(media_ids, WAIT)
        return send_message(
            sender=sender,
            recipient_id=recipient_id,
            text=self.cleaned_data["text"],
            media_ids=media_ids,
            client_id=self.cleaned_data["client_id"],
        )
