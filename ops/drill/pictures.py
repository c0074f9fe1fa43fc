"""Uploads pictures for somebody, so many. Run with .venv's Python and the site's environment."""

import io
import sys

import django

django.setup()

from django.core.files.uploadedfile import SimpleUploadedFile  # noqa: E402 -- the apps must be loaded first
from PIL import Image  # noqa: E402

from accounts.models import User  # noqa: E402
from media.services import upload_media  # noqa: E402


def main(count: int) -> None:
    owner = User.objects.order_by("pk").first()
    for number in range(count):
        content = io.BytesIO()
        Image.effect_noise((320, 200), 20 + number).convert("RGB").save(content, "PNG")
        upload_media(owner=owner, file=SimpleUploadedFile(f"{number}.png", content.getvalue(), "image/png"))


if __name__ == "__main__":
    main(int(sys.argv[1]))
    sys.exit(0)
