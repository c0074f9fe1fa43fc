"""Sending files through the API: waiting for them, describing them, and everything sent wrongly."""

from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from accounts.models import User
from media import processing
from media.models import Media
from twitterclone.lib.limits import LIMITS, Window
from twitterclone.tests.api import Program

pytestmark = pytest.mark.django_db

V2, V1 = "/api/v2/media", "/api/v1/media"
Api = Callable[..., Program]


def picture(name: str = "pier.png") -> SimpleUploadedFile:
    stored = BytesIO()
    Image.new("RGB", (64, 48), "teal").save(stored, "PNG")
    return SimpleUploadedFile(name, stored.getvalue(), "image/png")


def sent(program: Program, **fields: Any) -> dict[str, Any]:
    answer = program.call("post", V2, form={"file": picture()} | fields)
    assert answer.status_code == 202, answer.content
    return answer.json()


def test_file_is_waited_for_until_it_is_ready(alice: User, api: Api) -> None:
    program = api(alice)
    told = sent(program, description="A pier", focus="0.5,-0.5")
    assert (told["url"], told["description"], told["meta"]["focus"]) == (
        None,
        "A pier",
        {"x": 0.5, "y": -0.5},
    )
    where = f"{V1}/{told['id']}"
    waiting = program.call("get", where)
    assert (waiting.status_code, waiting.json()["url"]) == (206, None)

    processing.process(int(told["id"]))

    ready = program.call("get", where)
    assert ready.status_code == 200
    assert ready.json()["url"].startswith("http")
    assert ready.json()["meta"]["original"]["width"] == 64
    assert ready.json()["blurhash"]


def test_file_that_cannot_be_read_is_refused_when_asked_for(alice: User, api: Api) -> None:
    program = api(alice)
    media_id = sent(program)["id"]
    Media.objects.update(state="failed")
    answer = program.call("get", f"{V1}/{media_id}")
    assert (answer.status_code, list(answer.json())) == (422, ["error"])


def test_older_call_answers_when_the_file_is_ready(
    alice: User, api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("media.api.views.PATIENCE", 0.2)
    monkeypatch.setattr("media.api.views.WaitingMediaListView.seconds", 0.2)
    answer = api(alice).call("post", V1, form={"file": picture()})
    assert answer.status_code == 200  # nobody decodes here, so it gave up
    assert Media.objects.get().state == "pending"


def test_description_and_focus_change_separately(alice: User, api: Api) -> None:
    program = api(alice)
    where = f"{V1}/{sent(program, description='one')['id']}"
    told = program.call("put", where, {"focus": "1,1"}).json()
    assert (told["description"], told["meta"]["focus"]) == ("one", {"x": 1.0, "y": 1.0})
    told = program.call("patch", where, {"description": "two"}).json()
    assert (told["description"], told["meta"]["focus"]) == ("two", {"x": 1.0, "y": 1.0})
    assert program.call("put", where, {"description": None}).json()["description"] is None


def test_discarded_file_is_gone(alice: User, api: Api) -> None:
    program = api(alice)
    where = f"{V1}/{sent(program)['id']}"
    answer = program.call("delete", where)
    assert (answer.status_code, answer.json()) == (200, {})
    assert program.call("get", where).status_code == 404


def test_file_is_its_owners_alone(alice: User, bob: User, api: Api) -> None:
    where = f"{V1}/{sent(api(alice))['id']}"
    for method in ("get", "put", "delete"):
        answer = api(bob).call(method, where)
        assert (answer.status_code, answer.json()) == (404, {"error": "Record not found"})
    assert Media.objects.count() == 1


@pytest.mark.parametrize(
    ("name", "content"),
    [("a.png", b""), ("a.jpg", b"only text"), ("a.svg", b"<svg onload='x'/>"), ("a.gif", b"GIF8")],
)
def test_what_is_no_picture_is_refused(alice: User, api: Api, name: str, content: bytes) -> None:
    answer = api(alice).call("post", V2, form={"file": SimpleUploadedFile(name, content)})
    assert answer.status_code == 422
    assert answer.json()["error"]
    assert not Media.objects.exists()


@pytest.mark.parametrize(
    "fields",
    [
        {"file": "text"},
        {"file": ""},
        {"focus": "1"},
        {"focus": "a,b"},
        {"focus": "nan,0"},
        {"focus": "inf,0"},
        {"focus": "1,2,3"},
        {"description": "x" * 1501},
        {"description": "a\0b"},
    ],
)
def test_strange_fields_are_refused(alice: User, api: Api, fields: dict[str, str]) -> None:
    form = {"file": picture()} | fields
    answer = api(alice).call("post", V2, form=form)
    assert answer.status_code == 422, answer.content
    assert answer.json()["error"]


@pytest.mark.parametrize("body", [{"file": {"a": 1}}, {"file": ["x"]}, {}, {"file": 5}])
def test_json_in_place_of_a_file_is_refused(alice: User, api: Api, body: dict) -> None:
    assert api(alice).call("post", V2, body).status_code == 422


def test_scope_is_asked_for(alice: User, api: Api) -> None:
    assert api().call("post", V2, form={"file": picture()}).status_code == 401
    assert (
        api(alice, scopes="read write:statuses").call("post", V2, form={"file": picture()}).status_code == 403
    )
    assert api(alice, scopes="write:media").call("post", V2, form={"file": picture()}).status_code == 202


def test_too_many_files_are_refused_with_when_to_go_on(
    alice: User, api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(LIMITS, "media", (Window(1, 1800),))
    program = api(alice)
    sent(program)
    answer = program.call("post", V2, form={"file": picture()})
    assert (answer.status_code, list(answer.json())) == (429, ["error"])
    assert 0 < int(answer.headers["Retry-After"]) <= 1800
    assert answer.headers["X-RateLimit-Limit"] == "300"
