"""{% standing %}: what is the same on many pages, drawn once in each process, with slots for what is not."""

from collections.abc import Iterable, Sequence
from contextvars import ContextVar
from typing import Any

from django import template
from django.template.base import FilterExpression, NodeList, Parser, Token
from django.template.context import Context
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from twitterclone.lib.slots import parts_of, place

register = template.Library()

MOST = 1000  # drawings kept of one piece; more only if it differs by more than pages and languages
Drawn = list[str | NodeList]
# while something is drawn to be kept: the slots met in it
_slots: ContextVar[list[NodeList] | None] = ContextVar("slots", default=None)


class StandingNode(template.Node):
    """Remembers what it drew, by language and by the values named; a template loaded anew draws anew."""

    def __init__(self, nodelist: NodeList, names: Sequence[str], values: Sequence[FilterExpression]) -> None:
        self.nodelist, self.names, self.values = nodelist, names, values
        self.drawn: dict[tuple[Any, ...], Drawn] = {}

    def render(self, context: Context) -> SafeString:
        if _slots.get() is not None:
            return self.nodelist.render(context)  # a part of what is drawn around it
        key = (get_language(), *[value.resolve(context, ignore_failures=True) for value in self.values])
        drawn = self.drawn.get(key)
        if drawn is None:
            if len(self.drawn) >= MOST:
                self.drawn.clear()
            drawn = self.drawn[key] = self._draw(context, key[1:])
        parts = [part if isinstance(part, str) else part.render(context) for part in drawn]
        return mark_safe("".join(parts))  # noqa: S308 -- drawn by templates, all of it

    def _draw(self, context: Context, values: Iterable[Any]) -> Drawn:
        # without the page's other values: what needs one would show it to the next reader
        bare = context.new(_nested(zip(self.names, values, strict=True)))
        bare.template = context.template
        found: list[NodeList] = []
        before = _slots.set(found)
        try:
            parts = parts_of(self.nodelist.render(bare))
        finally:
            _slots.reset(before)
        return [found[int(part)] if is_slot else part for part, is_slot in _marked(parts) if part]


class SlotNode(template.Node):
    """Left open in what is drawn to be kept, drawn each time; elsewhere it is just what it holds."""

    def __init__(self, nodelist: NodeList) -> None:
        self.nodelist = nodelist

    def render(self, context: Context) -> SafeString:
        found = _slots.get()
        if found is None:
            return self.nodelist.render(context)
        found.append(self.nodelist)
        return place(str(len(found) - 1))


@register.tag
def standing(parser: Parser, token: Token) -> StandingNode:
    """Draws what it holds once per language, and once per values of what stands after `by`.

    It sees no other variable: `{% standing by section viewer.is_staff %}`. What differs more stands in
    `{% slot %}` inside, also in templates it includes, and sees what the page sees, and none of what is
    set inside.
    """
    names = token.split_contents()[1:]
    if names and names.pop(0) != "by":
        raise template.TemplateSyntaxError("after 'standing' comes 'by' and names, or nothing")
    nodelist = parser.parse(("endstanding",))
    parser.delete_first_token()
    return StandingNode(nodelist, names, [parser.compile_filter(name) for name in names])


@register.tag
def slot(parser: Parser, _token: Token) -> SlotNode:
    """Keeps open, in what stands, what each page fills in."""
    nodelist = parser.parse(("endslot",))
    parser.delete_first_token()
    return SlotNode(nodelist)


def _nested(values: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    """By names as templates write them: `viewer.is_staff` is found in `viewer`."""
    nested: dict[str, Any] = {}
    for name, value in values:
        *path, last = name.split(".")
        inner = nested
        for part in path:
            inner = inner.setdefault(part, {})
        inner[last] = value
    return nested


def _marked(parts: list[str]) -> Iterable[tuple[str, bool]]:
    """Each part, and whether it names a slot: every second one does."""
    return ((part, bool(n % 2)) for n, part in enumerate(parts))
