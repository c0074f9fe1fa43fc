"""Media through the API: a file in, and asking after it until it is prepared."""

from typing import ClassVar

from django.utils.translation import gettext_lazy as _
from rest_framework.response import Response

from media.api.inputs import MediaDetails, MediaInput, file_of, focus_of
from media.models import Media
from media.queries import media_card, media_for
from media.services import await_ready, describe_media, discard_media, upload_media
from media.wire import MediaAttachment, media_attachment
from twitterclone.lib.api import ApiRequest, ApiView, described
from twitterclone.lib.errors import DomainError

PATIENCE = 20  # seconds for clients that do not ask again
STATUS = {Media.State.READY: 200, Media.State.PENDING: 206}


class MediaFailed(DomainError):
    code = "media_failed"
    message = _("This file could not be prepared. Choose another one.")


class MediaListView(ApiView):
    """Sends a file. Answers 202 and `url` null: ask for it until it is prepared."""

    scopes = {"POST": "write:media"}
    seconds: ClassVar[float] = 0

    @described(takes=MediaInput, gives=MediaAttachment)
    def post(self, request: ApiRequest) -> Response:
        media = upload_media(
            owner=request.user,
            file=file_of(self.fields),
            alt_text=self.fields.text("description"),
            focus=focus_of(self.fields) or (0, 0),
        )
        if self.seconds and await_ready([media.pk], self.seconds):
            media = media_for(request.user.pk, media.pk)
        _refuse_failed(media)
        status = 202 if media.state == Media.State.PENDING and not self.seconds else 200
        return Response(media_attachment(media_card(media)), status=status)


class WaitingMediaListView(MediaListView):
    """The same for older clients: waits until the file is prepared."""

    seconds = PATIENCE


class MediaView(ApiView):
    """One's own file, before and after a tweet has taken it."""

    scopes = {"GET": "write:media", "PATCH": "write:media", "DELETE": "write:media"}

    @described(gives=MediaAttachment)
    def get(self, request: ApiRequest, media_id: int) -> Response:
        """206 while it is being prepared, 200 when it is ready, 422 when it cannot be read."""
        media = media_for(request.user.pk, media_id)
        _refuse_failed(media)
        return Response(media_attachment(media_card(media)), status=STATUS[Media.State(media.state)])

    @described(takes=MediaDetails, gives=MediaAttachment)
    def patch(self, request: ApiRequest, media_id: int) -> Response:
        """Describes the picture, and says what stays visible when it is cropped."""
        media = describe_media(
            owner=request.user,
            media=media_for(request.user.pk, media_id),
            alt_text=self.fields.text("description") if self.fields.has("description") else None,
            focus=focus_of(self.fields),
        )
        return Response(media_attachment(media_card(media)))

    put = patch

    def delete(self, request: ApiRequest, media_id: int) -> Response:
        """Takes back what no tweet has taken."""
        discard_media(owner=request.user, media=media_for(request.user.pk, media_id))
        return Response({})


def _refuse_failed(media: Media) -> None:
    if media.state == Media.State.FAILED:
        raise MediaFailed
