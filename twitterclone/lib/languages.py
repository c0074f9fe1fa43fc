"""Names of languages: as the reader calls them, and as their own speakers do."""

from django.utils.translation import get_language_info


def language_name(code: str) -> str:
    """As the reader calls it; a code that nobody knows stays as it is."""
    return str(_info(code).get("name_translated", code))


def own_name(code: str) -> str:
    """As its speakers call it; a code that nobody knows stays as it is."""
    return str(_info(code).get("name_local", code))


def _info(code: str) -> dict[str, object]:
    try:
        return dict(get_language_info(code.lower())) if code else {}
    except KeyError:
        return {}
