"""About, rules, terms, privacy."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from moderation.queries import page_text


def page(request: HttpRequest, slug: str) -> HttpResponse:
    text = page_text(slug)
    return render(request, "pages/page.html", {"page": text, "page_title": text.title})
