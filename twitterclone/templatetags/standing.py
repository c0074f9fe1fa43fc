"""{% standing %}: what is the same on every page of a language, drawn once in each process."""

from django import template
from django.template.base import NodeList, Parser, Token
from django.template.context import Context
from django.utils.safestring import SafeString
from django.utils.translation import get_language

register = template.Library()


class StandingNode(template.Node):
    """Remembers what it drew, by language; a template that is loaded anew draws anew."""

    def __init__(self, nodelist: NodeList) -> None:
        self.nodelist = nodelist
        self.drawn: dict[str | None, SafeString] = {}

    def render(self, context: Context) -> SafeString:
        language = get_language()
        if language not in self.drawn:
            # without the page's values: what needs one would show it to the next reader
            bare = context.new({})
            bare.template = context.template
            self.drawn[language] = self.nodelist.render(bare)
        return self.drawn[language]


@register.tag
def standing(parser: Parser, _token: Token) -> StandingNode:
    """Draws what it holds once per language. It sees no variable."""
    nodelist = parser.parse(("endstanding",))
    parser.delete_first_token()
    return StandingNode(nodelist)
