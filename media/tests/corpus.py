"""Files that people and attackers send, made anew for each run so that none lies in the repository."""

import io
import random
import struct
import zlib
from collections.abc import Iterator

from PIL import Image, PngImagePlugin

SECRET = b"GPS 48.1374 N 11.5755 E"


def picture(
    form: str = "JPEG", size: tuple[int, int] = (640, 480), mode: str = "RGB", **options: object
) -> bytes:
    """A picture with some structure, in a format Pillow writes."""
    image = Image.radial_gradient("L").resize(size).convert(mode)
    target = io.BytesIO()
    image.save(target, form, **options)
    return target.getvalue()


def with_metadata(form: str) -> bytes:
    """A picture that tells where it was taken, in every place this format has for it."""
    exif = Image.Exif()
    exif[0x010E] = SECRET.decode()
    exif[0x0112] = 6  # turned by a quarter
    if form == "PNG":
        info = PngImagePlugin.PngInfo()
        info.add_text("Comment", SECRET.decode())
        return picture(form, pnginfo=info, exif=exif)
    if form == "JPEG":
        return picture(form, exif=exif, comment=SECRET, xmp=b"<x:xmpmeta>" + SECRET + b"</x:xmpmeta>")
    return picture(form, exif=exif, xmp=b"<x:xmpmeta>" + SECRET + b"</x:xmpmeta>")


def animation(frames: int = 10, size: tuple[int, int] = (64, 48)) -> bytes:
    """A GIF that moves."""
    images = [Image.new("RGB", size, (number * 20 % 256, 80, 120)) for number in range(frames)]
    target = io.BytesIO()
    images[0].save(target, "GIF", save_all=True, append_images=images[1:], duration=50, loop=0)
    return target.getvalue()


def many_frames(count: int) -> bytes:
    """A GIF of so many frames of one pixel, a few bytes each, written by hand."""
    head = b"GIF89a" + struct.pack("<HHBBB", 1, 1, 0x80, 0, 0) + b"\x00\x00\x00\xff\xff\xff"
    frame = b"\x2c" + struct.pack("<HHHHB", 0, 0, 1, 1, 0) + b"\x02\x02\x44\x01\x00"
    return head + frame * count + b"\x3b"


def bomb(width: int = 50_000, height: int = 50_000) -> bytes:
    """A PNG of black and white that unpacks to so many pixels."""
    row = b"\x00" + bytes(-(-width // 8))
    packer = zlib.compressobj(9)
    data = b"".join(packer.compress(row) for _ in range(height)) + packer.flush()
    header = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", header) + _chunk(b"IDAT", data) + _chunk(b"IEND", b"")


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


SCRIPT = b"<script>alert(document.domain)</script>"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg">' + SCRIPT + b"</svg>"
# what is no picture at all, by the name it is sent under
IMPOSTORS = {
    "text.jpg": b"This is only a text.",
    "page.png": b"<!doctype html>" + SCRIPT,
    "script.svg": SVG,
    "svg-as.png": SVG,
    "archive.gif": b"PK\x03\x04" + bytes(40),
    "program.webp": b"\x7fELF" + bytes(100),
    "postscript.jpg": b"%!PS-Adobe-3.0 EPSF-3.0\n" + bytes(60),
    "photo.heic": b"\x00\x00\x00\x18ftypheic" + bytes(60),
}


def polyglots() -> dict[str, bytes]:
    """Pictures that are something else as well."""
    gif, jpeg, png = picture("GIF", (20, 20)), picture("JPEG"), picture("PNG")
    return {
        "gif and page": gif + SCRIPT,
        "jpeg and archive": jpeg + b"PK\x03\x04" + bytes(100),
        "png and page": png + b"<html>" + SCRIPT,
        "jpeg and page": jpeg[:20] + jpeg[20:] + b"<html>" + SCRIPT,
    }


def mutations(count: int, seed: int = 1) -> Iterator[bytes]:
    """Good pictures with a few bytes changed, cut off, doubled or filled up."""
    dice = random.Random(seed)
    forms = ("JPEG", "PNG", "GIF", "WEBP", "AVIF")
    good = [picture(form, (120, 90)) for form in forms] + [animation(5)]
    for _ in range(count):
        data = bytearray(dice.choice(good))
        for _ in range(dice.randint(1, 12)):
            data[dice.randrange(16, len(data))] = dice.randrange(256)
        if dice.random() < 0.3:
            del data[dice.randrange(20, len(data)) :]
        if dice.random() < 0.2:
            data += bytes(dice.randrange(256) for _ in range(dice.randrange(200)))
        yield bytes(data)
