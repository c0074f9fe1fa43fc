"""Pages an admin writes: little markup, and nothing that could run."""

import pytest

from moderation.models import Page
from moderation.queries import as_html, page_text
from twitterclone.lib.errors import NotVisible


@pytest.mark.unit
@pytest.mark.parametrize(
    ("body", "html"),
    [
        ("", ""),
        ("one\ntwo\r\n\r\nthree", "<p>one two</p>\n<p>three</p>"),
        ("# Head\ntext", "<h2>Head</h2>\n<p>text</p>"),
        ("- a\n- b\nafter", "<ul><li>a</li><li>b</li></ul>\n<p>after</p>"),
        ("before\n- a", "<p>before</p>\n<ul><li>a</li></ul>"),
        ("#no head -no list", "<p>#no head -no list</p>"),
        ("<script>alert(1)</script>", "<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>"),
        ("# <b>", "<h2>&lt;b&gt;</h2>"),
        (
            "see https://example.com/?a=1&b=2 <i>",
            (
                '<p>see <a href="https://example.com/?a=1&amp;b=2" rel="nofollow">'
                "https://example.com/?a=1&amp;b=2</a> &lt;i&gt;</p>"
            ),
        ),
        ("javascript:alert(1)", "<p>javascript:alert(1)</p>"),
        ("\n\n\n", ""),
    ],
)
def test_text_becomes_paragraphs_headings_and_lists(body: str, html: str) -> None:
    assert as_html(body) == html


@pytest.mark.django_db
def test_page_is_what_the_admin_wrote() -> None:
    Page.objects.update_or_create(slug="rules", defaults={"title": "House rules", "body": "Be kind."})

    text = page_text("rules")

    assert (text.title, text.html) == ("House rules", "<p>Be kind.</p>")


@pytest.mark.django_db
def test_page_nobody_wrote_is_not_there() -> None:
    with pytest.raises(NotVisible):
        page_text("imprint")
