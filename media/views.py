"""Uploads from the composer (JSON, for its script), the picture settings, and the files themselves."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views import View

from accounts.queries import accounts_by_id
from accounts.requests import SignedInRequest
from media import services
from media.forms import PictureForm
from media.queries import MediaCard, media_card, media_for
from media.serving import file_response
from media.wording import failure_text
from twitterclone.lib.errors import DomainError
from twitterclone.lib.http import SignedInView


class UploadView(SignedInView):
    """What the composer's script talks to: JSON, refusals too."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return super().dispatch(request, *args, **kwargs)  # type: ignore[return-value]
        except DomainError as error:
            return JsonResponse({"error": str(error.message), "code": error.code}, status=error.status)


class MediaCreateView(UploadView):
    def post(self, request: SignedInRequest) -> HttpResponse:
        file = request.FILES.get("file")
        if file is None:
            raise services.EmptyFile
        alt = request.POST.get("alt_text", "")
        media = services.upload_media(owner=request.user, file=file, alt_text=alt)
        return JsonResponse(_shown(media_card(media)), status=201)


class MediaView(UploadView):
    def get(self, request: SignedInRequest, media_id: int) -> HttpResponse:
        return JsonResponse(_shown(media_card(media_for(request.user.pk, media_id))))

    def post(self, request: SignedInRequest, media_id: int) -> HttpResponse:
        media = media_for(request.user.pk, media_id)
        alt = request.POST.get("alt_text")
        return JsonResponse(
            _shown(media_card(services.describe_media(owner=request.user, media=media, alt_text=alt)))
        )

    def delete(self, request: SignedInRequest, media_id: int) -> HttpResponse:
        services.discard_media(owner=request.user, media=media_for(request.user.pk, media_id))
        return HttpResponse(status=204)


class FileView(View):
    def get(self, request: HttpRequest, name: str) -> HttpResponse:
        return file_response(request, name)


class PictureView(SignedInView):
    """Face and header of the profile."""

    def get(self, request: SignedInRequest) -> HttpResponse:
        return self._page(request, PictureForm())

    def post(self, request: SignedInRequest) -> HttpResponse:
        form = PictureForm(request.POST, request.FILES)
        if not form.is_valid():
            return self._page(request, form, status=422)
        try:
            services.change_picture(owner=request.user, **form.cleaned_data)
        except DomainError as error:
            form.add_error("file", str(error.message))
            return self._page(request, form, status=error.status)
        is_header = form.cleaned_data["kind"] == "header"
        messages.success(
            request, _("Your new header is there.") if is_header else _("Your new picture is there.")
        )
        return redirect("settings-picture")

    def delete(self, request: SignedInRequest) -> HttpResponse:
        kind = "header" if request.POST.get("kind") == "header" else "avatar"
        services.remove_picture(owner=request.user, kind=kind)
        messages.success(
            request, _("The header is removed.") if kind == "header" else _("The picture is removed.")
        )
        return redirect("settings-picture")

    def _page(self, request: SignedInRequest, form: PictureForm, status: int = 200) -> HttpResponse:
        person = accounts_by_id([request.user.pk]).get(request.user.pk)
        context: dict[str, Any] = {"page_title": _("Pictures"), "person": person}
        if form.is_bound:
            kind = "header" if form.data.get("kind") == "header" else "avatar"
            context[f"{kind}_errors"] = [error for errors in form.errors.values() for error in errors]
        return render(request, "media/settings_picture.html", context, status=status)


def _shown(card: MediaCard) -> dict[str, Any]:
    return {
        "id": str(card.id),
        "state": card.state,
        "kind": card.kind,
        "url": card.url,
        "preview_url": card.preview_url,
        "width": card.width,
        "height": card.height,
        "alt_text": card.alt,
        "error": failure_text(card.failure) if card.failure else "",
    }
