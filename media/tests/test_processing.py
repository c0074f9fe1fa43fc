"""Uploads decoded for real, in the capped child, good ones and hostile ones."""

import io
import json
import resource
import subprocess
import sys
import time
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from PIL import Image

from accounts.models import User
from media.models import Media
from media.processing import process, programs
from media.processing.stores import uploads
from media.services import upload_media
from media.tests import corpus

pytestmark = pytest.mark.django_db

SECONDS, MEGABYTES = 10.5, 1024


def decoded(owner: User, data: bytes, **fields: str) -> Media:
    """The row after a worker had it."""
    media = upload_media(owner=owner, file=ContentFile(data, name="upload"), **fields)
    assert process(media.pk)
    media.refresh_from_db()
    return media


def content(name: str) -> bytes:
    with default_storage.open(name) as source:
        return source.read()


def files_of(media: Media) -> dict[str, bytes]:
    return {v["name"]: content(v["name"]) for v in media.sizes["variants"]}


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP", "AVIF", "GIF"])
def test_picture_is_made_anew_in_two_sizes_when_uploaded(alice: User, form: str) -> None:
    media = decoded(alice, corpus.picture(form, (3000, 1500)))

    assert (media.state, media.kind, media.width, media.height) == ("ready", "image", 2048, 1024)
    shapes = {(v["role"], v["type"], v["width"], v["height"]) for v in media.sizes["variants"]}
    assert shapes == {
        ("full", "image/avif", 2048, 1024),
        ("full", "image/jpeg", 2048, 1024),
        ("small", "image/avif", 680, 340),
        ("small", "image/jpeg", 680, 340),
    }
    for variant in media.sizes["variants"]:
        with Image.open(io.BytesIO(content(variant["name"]))) as image:
            image.load()
            assert image.size == (variant["width"], variant["height"])
    assert media.blurhash
    assert media.sizes["color"].startswith("#")
    assert media.byte_size == sum(map(len, files_of(media).values()))


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP", "AVIF"])
def test_nothing_is_told_of_where_it_was_taken_when_decoded(alice: User, form: str) -> None:
    original = corpus.with_metadata(form)
    assert corpus.SECRET in original

    media = decoded(alice, original)

    assert media.state == "ready"
    assert (media.width, media.height) == (480, 640), "turned upright, as the camera meant"
    for data in files_of(media).values():
        assert b"GPS" not in data
        assert b"xmp" not in data.lower()
        with Image.open(io.BytesIO(data)) as image:
            assert not image.getexif()
            assert "comment" not in image.info


def test_transparent_picture_stays_transparent_when_decoded(alice: User) -> None:
    target = io.BytesIO()
    Image.new("RGBA", (300, 200), (255, 0, 0, 80)).save(target, "PNG")
    media = decoded(alice, target.getvalue())
    assert {v["type"] for v in media.sizes["variants"]} == {"image/avif", "image/png"}
    with Image.open(io.BytesIO(content(media.file))) as image:
        assert image.getpixel((10, 10))[3] == 80


@pytest.mark.parametrize("mode", ["L", "LA", "P", "1", "CMYK"])
def test_every_colour_mode_is_read_when_decoded(alice: User, mode: str) -> None:
    form = "JPEG" if mode == "CMYK" else "PNG"
    assert decoded(alice, corpus.picture(form, mode=mode)).state == "ready"


def test_face_is_cropped_about_its_middle_when_it_is_one(alice: User) -> None:
    media = decoded(alice, corpus.picture(size=(900, 300)), purpose="avatar")
    assert (media.sizes["variants"][0]["width"], media.sizes["variants"][0]["height"]) == (400, 400)


def test_gif_that_moves_becomes_a_video_when_there_is_ffmpeg(alice: User) -> None:
    media = decoded(alice, corpus.animation())
    assert (media.state, media.kind) == ("ready", "gif")
    assert media.file.endswith("movie.mp4")
    assert {v["role"] for v in media.sizes["variants"]} == {"movie", "full", "small"}
    assert content(media.file)[4:8] == b"ftyp"


@pytest.mark.parametrize(("end", "codec"), [("mp4", "libx264"), ("webm", "libvpx")])
def test_short_video_is_made_anew_when_uploaded(alice: User, tmp_path: Path, end: str, codec: str) -> None:
    clip = tmp_path / f"clip.{end}"
    pattern = ["-f", "lavfi", "-i", "testsrc=duration=1:size=321x241:rate=10"]
    command = [programs.ffmpeg(), "-v", "error", *pattern, "-metadata", "title=GPS", "-c:v", codec, str(clip)]
    subprocess.run(command, check=True)

    media = decoded(alice, clip.read_bytes())

    assert (media.state, media.kind, media.width, media.height) == ("ready", "video", 322, 242)
    assert b"GPS" not in content(media.file)


def test_video_is_refused_when_it_is_too_long(alice: User, tmp_path: Path) -> None:
    clip = tmp_path / "long.mp4"
    pattern = ["-f", "lavfi", "-i", "color=black:duration=150:size=32x32:rate=1"]
    subprocess.run([programs.ffmpeg(), "-v", "error", *pattern, str(clip)], check=True)
    media = decoded(alice, clip.read_bytes())
    assert (media.state, media.failure) == ("failed", "too_long")


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        pytest.param(corpus.bomb(), "too_many_pixels", id="50,000 x 50,000 PNG"),
        pytest.param(corpus.bomb(12_000, 12_000), "too_many_pixels", id="12,000 x 12,000 PNG"),
        pytest.param(corpus.many_frames(10_000), "too_many_frames", id="10,000-frame GIF"),
        pytest.param(corpus.picture("JPEG")[:2000], "unreadable", id="truncated JPEG"),
        pytest.param(corpus.picture("PNG")[:300], "unreadable", id="truncated PNG"),
        pytest.param(corpus.picture("WEBP")[:300], "unreadable", id="truncated WebP"),
        pytest.param(corpus.picture("AVIF")[:300], "unreadable", id="truncated AVIF"),
        pytest.param(b"\xff\xd8\xff" + bytes(3000), "unreadable", id="JPEG in name only"),
        pytest.param(b"\x89PNG\r\n\x1a\n" + bytes(3000), "unreadable", id="PNG in name only"),
        pytest.param(b"\x00\x00\x00\x18ftypisom" + bytes(3000), "unreadable", id="MP4 in name only"),
        pytest.param(b"\x1a\x45\xdf\xa3" + bytes(3000), "unreadable", id="WebM in name only"),
    ],
)
def test_hostile_file_fails_within_its_limits_when_decoded(alice: User, data: bytes, reason: str) -> None:
    started = time.monotonic()
    media = decoded(alice, data)

    assert (media.state, media.failure, media.file) == ("failed", reason, "")
    assert time.monotonic() - started < SECONDS
    assert resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss < MEGABYTES * 1024
    assert uploads().listdir("")[1] == []


def test_polyglot_loses_what_else_it_was_when_decoded(alice: User) -> None:
    for name, data in corpus.polyglots().items():
        media = decoded(alice, data)
        assert media.state == "ready", name
        for made in files_of(media).values():
            assert b"script" not in made
            assert b"PK\x03\x04" not in made


def test_child_answers_or_dies_alone_when_bytes_are_changed(tmp_path: Path) -> None:
    """Straight at the decoder, many times: never a wrong answer, never beyond its limits."""
    raw, answers = tmp_path / "raw", {"made": 0, "refused": 0, "died": 0}
    for number, data in enumerate(corpus.mutations(80)):
        raw.write_bytes(data)
        folder = tmp_path / str(number)
        folder.mkdir()
        started = time.monotonic()
        try:
            told = programs.decode_image(raw, folder)
        except programs.Undecodable as error:
            answers["died" if str(error) == "too_large" else "refused"] += 1
        else:
            answers["made"] += 1
            assert {path.name for path in folder.iterdir()} == {v["name"] for v in told["variants"]}
        assert time.monotonic() - started < SECONDS
    assert resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss < MEGABYTES * 1024
    assert answers["made"] > 0
    assert answers["refused"] > 0
    assert answers["died"] == 0


def test_child_ends_at_its_limits_when_it_wants_more(tmp_path: Path) -> None:
    command = [sys.executable, "-I", str(programs.CHILD), "exec", "1", sys.executable, "-c"]
    too_slow = subprocess.run([*command, "while True: pass"], capture_output=True, check=False, timeout=20)
    assert too_slow.returncode < 0
    too_large = subprocess.run([*command, "bytearray(3 << 30)"], capture_output=True, check=False, timeout=20)
    assert b"MemoryError" in too_large.stderr


def test_upload_is_given_up_when_its_worker_died_three_times(alice: User, monkeypatch) -> None:
    media = upload_media(owner=alice, file=ContentFile(corpus.picture(), name="x"))
    Media.objects.filter(pk=media.pk).update(attempts=3)
    assert not process(media.pk)
    media.refresh_from_db()
    assert (media.state, media.failure) == ("failed", "too_large")


def test_files_of_a_worker_that_died_are_removed_when_the_next_one_takes_over(alice: User) -> None:
    media = upload_media(owner=alice, file=ContentFile(corpus.picture(), name="x"))
    left = default_storage.save("07/7-left/full.jpg", ContentFile(b"half of it"))
    Media.objects.filter(pk=media.pk).update(attempts=1, sizes={"place": "07/7-left"})
    assert process(media.pk)
    media.refresh_from_db()
    assert media.state == "ready"
    assert not default_storage.exists(left)
    assert not default_storage.exists("07/7-left"), "no empty folder either"
    assert files_of(media)


def test_upload_is_decoded_once_when_two_workers_take_it(alice: User) -> None:
    media = upload_media(owner=alice, file=ContentFile(corpus.picture(), name="x"))
    assert process(media.pk)
    assert not process(media.pk)


def test_frozen_account_of_the_child_is_json(tmp_path: Path) -> None:
    raw = tmp_path / "raw"
    raw.write_bytes(corpus.picture())
    command = [sys.executable, "-I", str(programs.CHILD), "image", str(raw), str(tmp_path), ""]
    told = json.loads(subprocess.run(command, capture_output=True, check=True).stdout)
    assert set(told) == {"width", "height", "frames", "color", "blurhash", "variants"}
