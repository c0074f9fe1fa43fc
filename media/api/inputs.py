"""What a client says of a file it sends."""

import math
from typing import TypedDict

from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from twitterclone.lib.api import Fields, Invalid


class MediaInput(TypedDict, total=False):
    file: bytes
    description: str
    focus: str


class MediaDetails(TypedDict, total=False):
    description: str
    focus: str


def file_of(fields: Fields) -> UploadedFile:
    """The file; refuses a request without one."""
    file = fields.file("file")
    if file is None:
        raise Invalid("file", _("can't be blank"), "ERR_BLANK")
    return file


def focus_of(fields: Fields) -> tuple[float, float] | None:
    """`x,y`, each from -1 to 1; None when it was not sent."""
    text = fields.text("focus", most=60)
    if not text:
        return None
    try:
        x, y = map(float, text.split(","))
    except ValueError as error:
        raise Invalid("focus", _("must be two numbers with a comma between them")) from error
    if not (math.isfinite(x) and math.isfinite(y)):
        raise Invalid("focus", _("must be two numbers with a comma between them"))
    return x, y
