"""What stands beside the column: kept drawn for each reader, for a minute.

Drawn by the ordinary template; forgotten with the people it shows, the reader's ties, and what rises.
"""

from django.template.loader import get_template
from django.utils.safestring import SafeString, mark_safe

from accounts.queries import Viewer
from social.queries import suggestions
from tweets.queries.trends import rising_terms
from tweets.timelines import cards, drawing
from tweets.timelines.drawing import OpenRequest
from tweets.timelines.reader import ask
from tweets.timelines.stencil import CSRF, PATH, Reading
from twitterclone.lib.replicas import on_primary
from twitterclone.lib.slots import place

TEMPLATE = "layouts/_aside.html"
PEOPLE = 3
VISITOR = 0


def drawn_aside(viewer: Viewer, reading: Reading) -> SafeString:
    """What rises, and whom to follow, as this viewer sees it; while that is kept without a query."""
    version, viewer_id = drawing.version(), viewer.id or VISITOR
    found = ask(lambda: cards.look_beside(version, reading.language, viewer_id))
    look, kept = found or (None, "")
    if not kept:
        kept, people = _draw(viewer, reading.language)
        if look:
            look.keep_beside(version, reading.language, viewer_id, kept, people)
            ask(lambda: cards.keep(look))
    whole = kept.replace(place(CSRF), reading.csrf_token).replace(place(PATH), reading.path)
    return mark_safe(whole)  # noqa: S308 -- drawn by a template, filled with HTML


@on_primary()
def _draw(viewer: Viewer, language: str) -> tuple[str, list[int]]:
    """The HTML with places for the page's token and address, and who is in it."""
    people = suggestions(viewer, PEOPLE) if viewer.is_authenticated else []
    context = {
        "viewer": viewer,
        "trends": rising_terms(language),
        "suggestions": people,
        "request": OpenRequest(),
        "csrf_token": place(CSRF),
    }
    return get_template(TEMPLATE).render(context), [row.person.id for row in people]
