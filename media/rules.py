"""What may be uploaded: the kinds, told by a file's first bytes and never by its name, and their limits."""

from typing import Final

MOST_PER_TWEET: Final = 4
IMAGE_BYTES: Final = 16 * 1024 * 1024
VIDEO_BYTES: Final = 40 * 1024 * 1024
VIDEO_SECONDS: Final = 140
IMAGE_PIXELS: Final = 40_000_000
GIF_FRAMES: Final = 1_000
ALT_LENGTH: Final = 1_500

HEAD: Final = 64  # bytes that are enough to tell
IMAGES: Final = frozenset({"jpeg", "png", "gif", "webp", "avif"})
VIDEOS: Final = frozenset({"mp4", "webm"})

_AVIF_BRANDS = frozenset({b"avif", b"avis"})
_HEIF_BRANDS = frozenset({b"heic", b"heix", b"heim", b"heis", b"hevc", b"mif1", b"msf1"})


def sniffed(head: bytes) -> str:
    """The format of a file that begins so: one of IMAGES or VIDEOS, "heic", or "" for everything else."""
    if head.startswith(b"\xff\xd8\xff"):
        return "jpeg"
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return "png"
    if head.startswith((b"GIF87a", b"GIF89a")):
        return "gif"
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "webp"
    if head.startswith(b"\x1a\x45\xdf\xa3"):
        return "webm"
    return _sniffed_box(head)


def _sniffed_box(head: bytes) -> str:
    """The ISO container tells what it holds by its brand."""
    if head[4:8] != b"ftyp":
        return ""
    brand = head[8:12]
    if brand in _AVIF_BRANDS or (brand == b"mif1" and b"avif" in head):
        return "avif"
    return "heic" if brand in _HEIF_BRANDS else "mp4"


def most_bytes(form: str) -> int:
    """How large a file of this format may be."""
    return VIDEO_BYTES if form in VIDEOS else IMAGE_BYTES
