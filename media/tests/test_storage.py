"""A bucket instead of folders is a matter of the environment."""

import io
import os
import subprocess
import sys
from collections.abc import Iterator

import pytest
from django.conf import settings
from django.core.files.base import ContentFile
from PIL import Image

from accounts.models import User
from media import housekeeping
from media.models import Media
from media.processing import process
from media.services import discard_media, upload_media
from media.tests import corpus
from media.tests.bucket import Bucket, running_bucket
from twitterclone.settings import buckets

ASK = """
from django.core.files.storage import storages
from django.conf import settings
public, private = storages["default"], storages["uploads"]
print(public.bucket_name, public.location, private.location, private.default_acl, public.endpoint_url)
print(settings.CONTENT_SECURITY_POLICY["DIRECTIVES"]["img-src"][-1])
"""


@pytest.mark.unit
def test_files_go_to_a_bucket_when_the_environment_names_one() -> None:
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "twitterclone.settings.dev",
        "SECRET_KEY": "x" * 50,
        "MEDIA_BUCKET": "pictures",
        "MEDIA_S3_ENDPOINT": "https://s3.example.com",
        "MEDIA_S3_REGION": "eu-1",
        "MEDIA_S3_KEY": "key",
        "MEDIA_S3_SECRET": "secret",
        "MEDIA_URL": "https://pictures.example.com/files/",
    }
    command = [sys.executable, "-c", f"import django; django.setup()\n{ASK}"]
    told = subprocess.run(
        command, env=environment, cwd=settings.BASE_DIR, capture_output=True, text=True, check=True
    ).stdout
    assert told.splitlines() == [
        "pictures files uploads private https://s3.example.com",
        "https://pictures.example.com",
    ]


@pytest.fixture
def bucket(settings) -> Iterator[Bucket]:
    """All files of the test go to a bucket, by the library and over the wire that a real site uses."""
    with running_bucket() as server:
        access = {"endpoint_url": f"http://127.0.0.1:{server.server_port}", "region_name": "here"}
        stores = buckets.stores("pictures", **access, access_key="key", secret_key="secret")
        settings.STORAGES = {**settings.STORAGES, **stores}
        yield server


@pytest.mark.django_db
def test_picture_is_decoded_from_and_into_a_bucket(alice: User, bucket: Bucket) -> None:
    media = upload_media(owner=alice, file=ContentFile(corpus.picture(), name="x"))
    [(raw, (data, told))] = bucket.things.items()
    assert (raw, data, told["x-amz-acl"]) == (f"uploads/{media.file}", corpus.picture(), "private")

    assert process(media.pk)

    media.refresh_from_db()
    assert media.state == "ready"
    assert bucket.things.keys() == {f"files/{variant['name']}" for variant in media.sizes["variants"]}
    for variant in media.sizes["variants"]:
        data, told = bucket.things[f"files/{variant['name']}"]
        assert told == {"content-type": variant["type"], "cache-control": buckets.FOR_EVER["CacheControl"]}
        with Image.open(io.BytesIO(data)) as image:
            assert image.size == (variant["width"], variant["height"])


@pytest.mark.django_db(transaction=True)
def test_nothing_is_left_in_a_bucket_when_uploads_go(alice: User, bucket: Bucket) -> None:
    done, waiting, broken = (
        upload_media(owner=alice, file=ContentFile(data, name="x"))
        for data in (corpus.picture(), corpus.picture(), corpus.picture()[:2000])
    )
    process(done.pk)
    process(broken.pk)
    for media in (done, waiting):
        discard_media(owner=alice, media=media)
    assert bucket.things == {}
    assert housekeeping.sweep() == {"uploads": 0, "raw files": 0}
    assert list(Media.objects.values_list("pk", flat=True)) == [broken.pk]
