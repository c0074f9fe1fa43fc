"""The programs that decode: each run is a process of its own with a roof over memory, time and output."""

import json
import re
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings

from media.rules import VIDEO_SECONDS

CHILD = Path(__file__).with_name("child.py")
IMAGE_WALL = 30  # seconds by the clock; the child's own limit is 10 of the processor
VIDEO_CPU, VIDEO_WALL = 240, 300
ENVIRONMENT = {"PATH": "/usr/bin:/bin", "MALLOC_ARENA_MAX": "1", "OMP_NUM_THREADS": "1", "LANG": "C.UTF-8"}
DEMUXERS = {"gif": "gif", "mp4": "mov", "webm": "matroska"}
LONGEST = 1280
# no other scheme than a file, no other format than the one we saw, one thread, nothing read from the terminal
_SAFE = ["-nostdin", "-hide_banner", "-protocol_whitelist", "file", "-threads", "1"]
_FIT = (
    f"scale='min({LONGEST},iw)':'min({LONGEST},ih)':force_original_aspect_ratio=decrease,"
    "pad=ceil(iw/2)*2:ceil(ih/2)*2,setsar=1"
)


class Undecodable(Exception):
    """The file is not taken; the reason is one word, kept in `Media.failure`."""


@cache
def ffmpeg() -> str:
    """Where ffmpeg is; "" when there is none or FFMPEG=off. FFMPEG names another than the first found."""
    wanted = settings.FFMPEG
    if wanted == "off":
        return ""
    if wanted:
        return shutil.which(wanted) or ""
    return shutil.which("ffmpeg") or _packaged()


def can_video() -> bool:
    """Whether moving pictures can be taken here."""
    return bool(ffmpeg())


def decode_image(raw: Path, folder: Path, purpose: str = "") -> dict[str, Any]:
    """Writes the sizes of a picture (or its crop as "avatar", "header") into the folder; the child's account.

    Raises Undecodable.
    """
    done = _run([sys.executable, "-I", str(CHILD), "image", str(raw), str(folder), purpose], IMAGE_WALL)
    try:
        told = json.loads(done.stdout)
    except ValueError:
        raise Undecodable("too_large") from None  # killed by a limit, or a decoder's fault
    if "error" in told:
        raise Undecodable(told["error"])
    return told


def decode_motion(raw: Path, form: str, folder: Path) -> dict[str, Any]:
    """Writes an MP4 and the sizes of its first picture; the account of both. Raises Undecodable."""
    source = ["-f", DEMUXERS[form], "-i", str(raw)]
    if _seconds(source) > VIDEO_SECONDS:
        raise Undecodable("too_long")
    movie, poster = folder / "movie.mp4", folder / "poster.png"
    sound = ["-an"] if form == "gif" else ["-map", "0:a:0?", "-c:a", "aac", "-b:a", "128k", "-ac", "2"]
    picture = ["-map", "0:v:0", "-vf", _FIT, "-c:v", "libx264", "-preset", "veryfast", "-crf", "26"]
    clean = ["-map_metadata", "-1", "-map_chapters", "-1", "-fflags", "+bitexact", "-flags:v", "+bitexact"]
    end = ["-pix_fmt", "yuv420p", "-movflags", "+faststart", "-threads", "1", "-t", str(VIDEO_SECONDS)]
    _ffmpeg([*source, *picture, *sound, *clean, *end, "-y", str(movie)])
    _ffmpeg(["-f", "mov", "-i", str(movie), "-frames:v", "1", "-y", str(poster)])
    if not movie.exists() or not poster.exists():
        raise Undecodable("unreadable")
    told = decode_image(poster, folder)
    poster.unlink()
    size = {"width": told["width"], "height": told["height"]}
    variants = [{**size, "role": "movie", "name": movie.name, "type": "video/mp4"}, *told["variants"]]
    return {**told, "variants": variants}


def _seconds(source: list[str]) -> float:
    """How long it says it is; 0 when it does not say (a recorder's WebM): it is then cut at the limit."""
    done = _limited([ffmpeg(), *_SAFE, *source], 10, IMAGE_WALL)
    found = re.search(rb"Duration: (\d+):(\d\d):(\d\d)", done.stderr)
    if found is None:
        return 0
    hours, minutes, seconds = map(int, found.groups())
    return hours * 3600 + minutes * 60 + seconds


def _ffmpeg(arguments: list[str]) -> None:
    if _limited([ffmpeg(), *_SAFE, "-v", "error", *arguments], VIDEO_CPU, VIDEO_WALL).returncode:
        raise Undecodable("unreadable")


def _limited(command: list[str], cpu: int, wall: int) -> subprocess.CompletedProcess[bytes]:
    return _run([sys.executable, "-I", str(CHILD), "exec", str(cpu), *command], wall)


def _run(command: list[str], wall: int) -> subprocess.CompletedProcess[bytes]:
    try:
        return subprocess.run(  # noqa: S603 -- our own child, no shell
            command, env=ENVIRONMENT, stdin=subprocess.DEVNULL, capture_output=True, timeout=wall, check=False
        )
    except subprocess.TimeoutExpired:
        raise Undecodable("too_large") from None


def _packaged() -> str:
    try:
        import imageio_ffmpeg  # noqa: PLC0415 -- there is no wheel for some machines
    except ImportError:
        return ""
    try:
        return str(imageio_ffmpeg.get_ffmpeg_exe())
    except RuntimeError:
        return ""
