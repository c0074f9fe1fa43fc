"""The composer's uploads, the files as they are served, the picture settings."""

import pytest
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from accounts.models import User
from media.models import Media
from media.processing import process
from media.queries import media_card
from media.services import upload_media
from media.tests import corpus

pytestmark = pytest.mark.django_db


def login(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def ready(owner: User, data: bytes | None = None) -> Media:
    media = upload_media(owner=owner, file=ContentFile(data or corpus.picture(), name="x"))
    process(media.pk)
    media.refresh_from_db()
    return media


def test_upload_is_told_of_in_json_until_it_is_ready(alice: User) -> None:
    client = login(alice)
    file = SimpleUploadedFile("../../etc/passwd", corpus.picture())
    told = client.post(reverse("media-create"), {"file": file, "alt_text": "Hello"})
    assert told.status_code == 201
    assert (told.json()["state"], told.json()["alt_text"]) == ("pending", "Hello")
    process(int(told.json()["id"]))
    url = reverse("media", args=[told.json()["id"]])
    assert client.get(url).json()["state"] == "ready"
    assert client.post(url, {"alt_text": "Better"}).json()["alt_text"] == "Better"
    assert client.delete(url).status_code == 204
    assert client.get(url).status_code == 404


def test_refusal_is_json_with_its_reason_when_a_file_is_none(alice: User) -> None:
    client = login(alice)
    for name, data in corpus.IMPOSTORS.items():
        answer = client.post(reverse("media-create"), {"file": SimpleUploadedFile(name, data)})
        assert answer.status_code == 422
        assert "picture" in answer.json()["error"]
    assert client.post(reverse("media-create")).status_code == 422
    assert client.post(reverse("media", args=[5]), {"alt_text": "x"}).json()["code"] == "not_found"


def test_upload_of_somebody_else_is_not_there(alice: User, bob: User) -> None:
    url = reverse("media", args=[ready(alice).pk])
    client = login(bob)
    assert {client.get(url).status_code, client.post(url).status_code, client.delete(url).status_code} == {
        404
    }
    assert Client().get(url).status_code == 302


def test_file_is_served_harmless_and_for_ever(client: Client, alice: User) -> None:
    card = media_card(ready(alice))
    for source in card.sources:
        answer = client.get(source.url)
        assert answer.status_code == 200
        assert answer.headers["Content-Type"] == source.type
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
        assert "immutable" in answer.headers["Cache-Control"]
        assert "Set-Cookie" not in answer.headers


@pytest.mark.parametrize(
    ("asked", "status", "told"),
    [
        ("bytes=0-9", 206, "bytes 0-9/"),
        ("bytes=-4", 206, "bytes {end4}-{last}/"),
        ("bytes=5-", 206, "bytes 5-{last}/"),
        ("bytes=99999999-", 416, "bytes */"),
        ("bytes=9-2", 416, "bytes */"),
        ("bytes=0-1,5-6", 200, None),
        ("lines=1-2", 200, None),
        ("bytes=-", 200, None),
        ("bytes=-0", 416, "bytes */"),
    ],
)
def test_pieces_are_served_when_a_player_asks(
    client: Client, alice: User, asked: str, status: int, told: str | None
) -> None:
    card = media_card(ready(alice, corpus.animation()))
    whole = client.get(card.url).content
    answer = client.get(card.url, headers={"Range": asked})
    assert answer.status_code == status
    if told is None:
        assert "Content-Range" not in answer.headers
    else:
        places = {"last": len(whole) - 1, "end4": len(whole) - 4}
        assert answer.headers["Content-Range"] == told.format(**places) + str(len(whole))
    if status == 206:
        start = int(answer.headers["Content-Range"].split()[1].split("-")[0])
        assert answer.content == whole[start : start + len(answer.content)]


@pytest.mark.parametrize(
    "name",
    ["00/0-x/full.jpg", "../settings.py", "00/0-x/full.svg", "%2e%2e/%2e%2e/x.jpg", "raw", "00//x.jpg"],
)
def test_no_other_file_is_served(client: Client, name: str) -> None:
    assert client.get(f"/media/files/{name}").status_code == 404


@pytest.mark.django_db(transaction=True)
def test_face_and_header_are_changed_without_javascript(alice: User) -> None:
    client = login(alice)
    url = reverse("settings-picture")
    for kind, words in (("avatar", "Your new picture is there"), ("header", "Your new header is there")):
        file = SimpleUploadedFile("me.png", corpus.picture("PNG"))
        assert words in client.post(url, {"kind": kind, "file": file}, follow=True).text
    alice.refresh_from_db()
    page = client.get(url).content.decode()
    assert alice.avatar in page
    assert alice.header in page
    profile = client.get("/alice/").content.decode()
    assert alice.avatar in profile
    assert alice.header in profile
    client.post(url, {"_method": "DELETE", "kind": "header"})
    alice.refresh_from_db()
    assert (alice.header, bool(alice.avatar)) == ("", True)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("data", [b"", b"no picture", corpus.bomb(9000, 9000)])
def test_bad_picture_is_refused_in_the_page(alice: User, data: bytes) -> None:
    client = login(alice)
    file = SimpleUploadedFile("me.png", data)
    answer = client.post(reverse("settings-picture"), {"kind": "avatar", "file": file})
    assert answer.status_code == 422
    assert 'role="alert"' in answer.content.decode()
    assert client.post(reverse("settings-picture"), {"kind": "avatar"}).status_code == 422
    assert client.post(reverse("settings-picture"), {"kind": "x"}).status_code == 422


@pytest.mark.django_db(transaction=True)
def test_small_header_is_refused_beside_its_field(alice: User) -> None:
    client = login(alice)
    file = SimpleUploadedFile("me.png", corpus.picture("PNG", size=(299, 400)))
    page = client.post(reverse("settings-picture"), {"kind": "header", "file": file}).text
    assert page.index('for="file-header"') < page.index("it needs to be 300 pixels wide or more.</p>")
    assert 'id="error-avatar"' not in page
    alice.refresh_from_db()
    assert alice.header == ""
