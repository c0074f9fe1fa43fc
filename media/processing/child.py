"""Decodes one hostile file and writes clean ones. Runs alone in a process that may die.

    python -I child.py image INPUT FOLDER [avatar|header]
                                             the sizes of a picture, told as JSON on standard output
    python -I child.py exec SECONDS PROGRAM …  a program under the same limits

Imports nothing of the site. What it refuses it names by `{"error": "…"}` and exit status 3; what kills it
(memory, time, a fault in a decoder) is seen by the parent.
"""

import json
import os
import resource
import sys
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

MEMORY = 1024 * 1024 * 1024
SECONDS = 10
PIXELS = 40_000_000
FRAMES = 1_000
FRAME_PIXELS = 400_000_000
FORMATS = ["JPEG", "PNG", "GIF", "WEBP", "AVIF"]
SIZES = {"full": 2048, "small": 680}
CROPS = {"avatar": (400, 400), "header": (1500, 500)}
LEAST = {"header": 300}  # pixels of width; what is narrower would be a blur
AVIF = {"quality": 60, "speed": 8, "max_threads": 1}
JPEG = {"quality": 82, "optimize": True, "progressive": True}


class Refused(Exception):
    """The file is one that we do not take."""


def limit(seconds: int, memory: int = MEMORY) -> None:
    """From here on: so much memory and time, no core file, few open files, no new output over a gigabyte."""
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NOFILE, (64, 64))
    resource.setrlimit(resource.RLIMIT_FSIZE, (memory, memory))


def opened(path: str) -> Any:
    """The picture, its header read and its size accepted, nothing decoded yet."""
    from PIL import Image  # -- after the limits

    Image.MAX_IMAGE_PIXELS = PIXELS
    warnings.simplefilter("error", Image.DecompressionBombWarning)
    try:
        picture = Image.open(path, formats=FORMATS)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise Refused("too_many_pixels") from error
    except Exception as error:  # a decoder may raise anything on a hostile header
        raise Refused("unreadable") from error
    if picture.width * picture.height > PIXELS:
        raise Refused("too_many_pixels")
    return picture


def frames_of(picture: Any) -> int:
    """How many frames, counted no further than we would take; 1 for a still."""
    if not getattr(picture, "is_animated", False):
        return 1
    count = 1
    try:
        while count <= FRAMES:
            picture.seek(count)
            count += 1
    except EOFError:
        pass
    if count > FRAMES or count * picture.width * picture.height > FRAME_PIXELS:
        raise Refused("too_many_frames")
    picture.seek(0)
    return count


def upright(picture: Any) -> Any:
    """The pixels alone: turned as the camera meant, in sRGB, without a trace of what came with them.

    Made small first: what follows then costs the same for a stamp and for forty megapixels.
    """
    from PIL import Image, ImageCms, ImageOps  # -- after the limits

    profile = picture.info.get("icc_profile")
    picture.draft("RGB", (SIZES["full"] * 2, SIZES["full"] * 2))
    picture.load()
    clear = picture.has_transparency_data
    orientation = picture.getexif().get(0x0112, 1)
    if profile and picture.mode not in ("RGB", "RGBA", "LA", "PA", "P"):
        plain = _in_srgb(picture, profile, ImageCms).convert("RGB")
    else:
        plain = picture.convert("RGBA" if clear else "RGB")
        if profile and not clear and picture.mode == "RGB":
            plain = _in_srgb(plain, profile, ImageCms)
    plain.thumbnail((SIZES["full"], SIZES["full"]), reducing_gap=3.0)
    plain.getexif()[0x0112] = orientation
    turned = ImageOps.exif_transpose(plain)
    bare = Image.new(turned.mode, turned.size)
    bare.paste(turned)
    return bare


def _in_srgb(picture: Any, profile: bytes, cms: Any) -> Any:
    import io  # -- after the limits

    try:
        source = cms.ImageCmsProfile(io.BytesIO(profile))
        return cms.profileToProfile(picture, source, cms.createProfile("sRGB"), outputMode="RGB")
    except cms.PyCMSError:
        return picture


def sizes_of(picture: Any, purpose: str) -> Iterator[tuple[str, Any]]:
    """What is to be written: each size of a picture in a tweet, or the one crop of a face or a header."""
    from PIL import ImageOps  # -- after the limits

    if purpose in CROPS:
        yield "full", ImageOps.fit(picture, CROPS[purpose])
        return
    for role, longest in SIZES.items():
        size = picture.copy()
        size.thumbnail((longest, longest), reducing_gap=3.0)
        yield role, size


def written(picture: Any, folder: Path, purpose: str) -> list[dict[str, object]]:
    """Writes each size as AVIF and as what everybody can show; names, types and pixels of what it wrote."""
    made: list[dict[str, object]] = []
    clear = picture.mode == "RGBA"
    for role, size in sizes_of(picture, purpose):
        facts = {"role": role, "width": size.width, "height": size.height}
        size.save(folder / f"{role}.avif", **AVIF)
        made.append({**facts, "name": f"{role}.avif", "type": "image/avif"})
        name, kind = (f"{role}.png", "image/png") if clear else (f"{role}.jpg", "image/jpeg")
        size.save(folder / name, **({"optimize": False} if clear else JPEG))
        made.append({**facts, "name": name, "type": kind})
    return made


def impression(picture: Any) -> dict[str, str]:
    """What stands there until the picture has come: its average colour and its blurhash."""
    from blurhash import encode  # -- after the limits
    from PIL import Image  # -- after the limits

    flat = Image.new("RGB", picture.size, (255, 255, 255))
    flat.paste(picture, mask=picture.getchannel("A") if picture.mode == "RGBA" else None)
    average: Any = flat.resize((1, 1), Image.Resampling.BOX).getpixel((0, 0))
    red, green, blue = average
    flat.thumbnail((32, 32))
    pixels = [[flat.getpixel((x, y)) for x in range(flat.width)] for y in range(flat.height)]
    return {"color": f"#{red:02x}{green:02x}{blue:02x}", "blurhash": encode(pixels, 4, 3)}


def image(path: str, folder: str, purpose: str = "") -> dict[str, object]:
    """Everything about one picture."""
    picture = opened(path)
    try:
        frames = frames_of(picture)
        clean = upright(picture)
    except Refused:
        raise
    except MemoryError:
        raise
    except Exception as error:
        raise Refused("unreadable") from error
    if clean.width < LEAST.get(purpose, 0):
        raise Refused("too_small")
    facts = {"width": clean.width, "height": clean.height, "frames": frames}
    return {**facts, **impression(clean), "variants": written(clean, Path(folder), purpose)}


def main(arguments: list[str]) -> int:
    if arguments[0] == "exec":
        limit(int(arguments[1]), 2 * MEMORY)
        os.execv(arguments[2], arguments[2:])
    limit(SECONDS)
    try:
        print(json.dumps(image(*arguments[1:4])))
    except Refused as refusal:
        print(json.dumps({"error": str(refusal)}))
        return 3
    except MemoryError:
        print(json.dumps({"error": "too_large"}))
        return 3
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
