"""What people do with pictures: upload, describe, give to a tweet or message, wear as face or header."""

from media.services.pictures import change_picture, remove_picture
from media.services.uploads import (
    AltTooLong,
    EmptyFile,
    MediaGone,
    MediaNotReady,
    MediaTaken,
    NoVideo,
    QuotaFull,
    TooBig,
    TooManyMedia,
    UnknownKind,
    await_ready,
    claim_media,
    describe_media,
    discard_media,
    release_media,
    remove_media,
    upload_media,
)

__all__ = [
    "AltTooLong",
    "EmptyFile",
    "MediaGone",
    "MediaNotReady",
    "MediaTaken",
    "NoVideo",
    "QuotaFull",
    "TooBig",
    "TooManyMedia",
    "UnknownKind",
    "await_ready",
    "change_picture",
    "claim_media",
    "describe_media",
    "discard_media",
    "release_media",
    "remove_media",
    "remove_picture",
    "upload_media",
]
