"""What every entity's admin has in common: no count over a table, no order without an index, exact search.

A list reads one row more than it shows; that is how it knows of a next page. The newest rows come first,
by the indexed created_at, so that of a partitioned table only the newest months are read.
"""

from datetime import timedelta
from typing import Any, ClassVar

from django.contrib import admin
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.views.main import ChangeList
from django.contrib.auth import get_user_model
from django.core.paginator import EmptyPage, InvalidPage, Page, PageNotAnInteger, Paginator
from django.db.models import Model, Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from twitterclone.lib.fields import BIGGEST_ID

MOST_PAGES = 200  # who wants older rows narrows the list instead of leafing
ANY_TIME = "any"


class StepPaginator(Paginator):
    """Pages that know whether there is a next one, and not how many there are."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._seen_pages, self._seen_rows = 1, 0

    def page(self, number: Any) -> Page:
        number = self.validate_number(number)
        start = (number - 1) * self.per_page
        rows = list(self.object_list[start : start + self.per_page + 1])
        if not rows and number > 1:
            raise EmptyPage(_("That page contains no results"))
        self._seen_pages = number + (len(rows) > self.per_page and number < MOST_PAGES)
        self._seen_rows = len(rows[: self.per_page])
        return Page(rows[: self.per_page], number, self)

    def validate_number(self, number: Any) -> int:
        try:
            number = int(number)
        except (TypeError, ValueError):
            raise PageNotAnInteger(_("That page number is not an integer")) from None
        if not 1 <= number <= MOST_PAGES:
            raise EmptyPage(_("That page contains no results"))
        return number

    @property
    def count(self) -> int:
        """Rows of the page last read."""
        return self._seen_rows

    @property
    def num_pages(self) -> int:
        """The page last read, and one more if there is one."""
        return self._seen_pages


class StepChangeList(ChangeList):
    """A list that asks for one page and nothing else, and that offers no action where there is no row."""

    model_admin: "EntityAdmin"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not self.is_popup:  # there one does select
            self.title = str(capfirst(self.opts.verbose_name_plural))

    @property
    def empty_words(self) -> str:
        """What an empty list says: that all of it is empty, or that nothing of it was asked for."""
        is_asked = bool(self.query or self.get_filters_params())
        return str(_("Nothing matches this search or filter.") if is_asked else self.model_admin.nothing)

    def get_results(self, request: HttpRequest) -> None:
        self.paginator = self.model_admin.get_paginator(request, self.queryset, self.list_per_page)
        try:
            page = self.paginator.page(self.page_num)
        except InvalidPage:
            raise IncorrectLookupParameters from None
        self.result_list = page.object_list
        self.result_count = self.paginator.count
        self.full_result_count = None
        self.show_full_result_count = False
        self.show_admin_actions = bool(self.result_list)
        self.can_show_all = False
        self.multi_page = page.has_other_pages()


class WindowFilter(admin.SimpleListFilter):
    """A window of created_at, which partitions are pruned by; `default` days unless something is searched."""

    title = _("time")
    parameter_name = "since"
    default = ANY_TIME

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [
            ("1", _("Past day")),
            ("7", _("Past 7 days")),
            ("30", _("Past 30 days")),
            ("365", _("Past year")),
            (ANY_TIME, _("Any time")),
        ]

    def value(self) -> str:
        return super().value() or self.default

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        is_asked_for = bool(super().value())
        if self.value() == ANY_TIME or (request.GET.get("q") and not is_asked_for):
            return queryset
        days = int(self.value()) if self.value().isdecimal() else 1
        return queryset.filter(created_at__gte=timezone.now() - timedelta(days=min(days, 36500)))

    def choices(self, changelist: ChangeList) -> Any:
        for value, title in self.lookup_choices:
            yield {
                "selected": self.value() == str(value),
                "query_string": changelist.get_query_string({self.parameter_name: value}),
                "display": title,
            }


class EntityAdmin(admin.ModelAdmin):
    """An entity: newest first, found by its id, by people's names and by tweets' ids.

    `people` and `tweets` name the foreign keys that a search looks into; each has an index.
    """

    people: tuple[str, ...] = ()
    tweets: tuple[str, ...] = ()
    nothing: Any = _("Nothing to show here.")  # what the list says when it is empty

    ordering: ClassVar[Any] = ("-created_at", "-id")
    sortable_by = ()
    list_filter: ClassVar[Any] = (WindowFilter,)
    list_per_page = 50
    paginator = StepPaginator
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    search_fields = ("pk",)
    search_help_text = _("An id or a @username.")
    readonly_fields: ClassVar[Any] = ("id", "created_at")

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        """With the tweets named, fetched by their ids: a join with all months would be made in full."""
        return super().get_queryset(request).prefetch_related(*self.tweets)

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return StepChangeList

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet, search_term: str
    ) -> tuple[QuerySet, bool]:
        """Only look-ups that an index answers; nothing is searched by scanning."""
        term = search_term.strip()
        return (self.found(queryset, term) if term else queryset), False

    def found(self, queryset: QuerySet, term: str) -> QuerySet:
        wanted = Q(pk__in=[])
        identifier = id_in(term)
        if identifier is not None:
            wanted |= Q(pk=identifier)
            for field in (*self.tweets, *self.people):
                wanted |= Q(**{f"{field}_id": identifier})
        elif self.people and (person := person_named(term)):
            for field in self.people:
                wanted |= Q(**{f"{field}_id": person})
        return queryset.filter(wanted)


class RecordAdmin(EntityAdmin):
    """A trace of what people did: looked at and taken back, never written by hand."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def take_back(self, obj: Any) -> None:
        """Undoes the deed with all its consequences."""
        obj.delete()

    def delete_model(self, request: HttpRequest, obj: Model) -> None:
        self.take_back(obj)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet) -> None:
        for obj in queryset:
            self.take_back(obj)


class KeptAdmin(RecordAdmin):
    """A trace that stays."""

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


def id_in(term: str) -> int | None:
    """The id that somebody typed, if it is one."""
    if not (term.isascii() and term.isdecimal() and len(term) < 20):
        return None
    return int(term) if int(term) <= BIGGEST_ID else None


def person_named(term: str) -> int | None:
    """The id of the user with this name, with or without @, in any case."""
    name = term.removeprefix("@").lower()
    return get_user_model().objects.filter(username=name).values_list("pk", flat=True).first()
