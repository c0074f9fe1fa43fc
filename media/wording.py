"""Why an upload failed, in words for its owner."""

from typing import Final

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

FAILURES: Final = {
    "too_many_pixels": _("The picture has more than 40 megapixels. Make it smaller and try again."),
    "too_many_frames": _("The GIF has too many frames. Use a shorter one, or a video."),
    "too_large": _("The picture is too large for us to open. Make it smaller and try again."),
    "too_small": _("The picture is too small for a header: it needs to be 300 pixels wide or more."),
    "too_long": _("The video is longer than 2 minutes and 20 seconds. Cut it and try again."),
    "no_video": _("This site cannot take videos or moving GIFs. Use a still picture."),
    "gone": _("The upload was lost on our side. Please add it again."),
}


def failure_text(reason: str) -> str:
    """The sentence for `Media.failure`."""
    return str(FAILURES.get(reason) or gettext("The file is damaged: we cannot open it."))
