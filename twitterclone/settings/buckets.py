"""Files in an S3 bucket instead of folders."""

from typing import Any

BACKEND = "storages.backends.s3.S3Storage"
FOR_EVER = {"CacheControl": "public, max-age=31536000, immutable"}


def stores(bucket: str, **access: str | None) -> dict[str, dict[str, Any]]:
    """The three stores in one bucket: what everybody may fetch, what waits unread, what one may."""
    common = {"bucket_name": bucket, "file_overwrite": False, "querystring_auth": False, **access}
    options: dict[str, dict[str, Any]] = {
        "default": {"location": "files", "object_parameters": FOR_EVER},
        "uploads": {"location": "uploads", "default_acl": "private"},
        "exports": {"location": "exports", "default_acl": "private"},
    }
    return {name: {"BACKEND": BACKEND, "OPTIONS": {**common, **own}} for name, own in options.items()}
