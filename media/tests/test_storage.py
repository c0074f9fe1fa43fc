"""A bucket instead of folders is a matter of the environment."""

import os
import subprocess
import sys

import pytest
from django.conf import settings

pytestmark = pytest.mark.unit

ASK = """
from django.core.files.storage import storages
from django.conf import settings
public, private = storages["default"], storages["uploads"]
print(public.bucket_name, public.location, private.location, private.default_acl, public.endpoint_url)
print(settings.CONTENT_SECURITY_POLICY["DIRECTIVES"]["img-src"][-1])
"""


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
