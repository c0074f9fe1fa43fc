"""The two staircases, the budgets, and the habits that a reader relies on."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings

pytestmark = pytest.mark.unit

ROOT = Path(settings.BASE_DIR)
APPS = (
    "accounts", "media", "social", "tweets", "messaging", "moderation", "notifications", "integrations",
)  # fmt: skip
MAY_IMPORT = {
    "accounts": set(),
    "media": {"accounts"},
    "social": {"accounts", "media"},
    "tweets": {"accounts", "media", "social"},
    "moderation": {"accounts", "media", "social", "tweets", "messaging"},
    "messaging": {"accounts", "media", "social"},
    "notifications": {"accounts", "media", "social", "tweets", "moderation", "messaging"},
    "integrations": {"accounts", "media", "social", "tweets", "moderation", "messaging", "notifications"},
}
GIVEN_AWAY = {"models", "signals", "rules", "queries", "services", "sessions", "counters", "requests", "wire"}
LEVELS = {
    "models": 0, "signals": 0, "usernames": 0, "devices": 0, "passwords": 0, "hashers": 0,
    "rules": 1, "wording": 1, "moving": 1, "places": 1,
    "counters": 2, "requests": 2, "queries": 2, "facts": 2, "audience": 2,
    "wire": 3, "processing": 3, "serving": 3, "timelines": 3, "ranking": 3, "trends": 3,
    "notifiers": 3, "delivery": 3,
    "telling": 3, "sessions": 3, "edges": 3, "partitions": 3, "housekeeping": 3, "mail": 3,
    "strays": 3,
    "archives": 3, "tasks": 4, "services": 5, "care": 5, "bulk": 5, "archive": 5,
    "forms": 6, "serializers": 6, "consumers": 6, "receivers": 6, "templatetags": 6, "exports": 6,
    "context_processors": 6, "adapter": 6, "backends": 6, "middleware": 6, "oauth": 2,
    "views": 7, "api": 7, "admin": 7, "management": 7, "urls": 8, "apps": 8,
}  # fmt: skip
MODULE_LINES, FUNCTION_LINES, TEMPLATE_LINES, CSS_LINES, JS_LINES = 300, 40, 60, 200, 120
DATA_FILES = {"tlds.py", "tlds.js", "text-hosts.js"}
WRITES = {
    "save",
    "delete",
    "create",
    "update",
    "bulk_create",
    "bulk_update",
    "get_or_create",
    "update_or_create",
}


def modules(*folders: str) -> Iterator[Path]:
    for folder in folders:
        for path in sorted((ROOT / folder).rglob("*.py")):
            parts = path.relative_to(ROOT).parts
            if "migrations" not in parts and "tests" not in parts and path.name not in DATA_FILES:
                yield path


def imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)


def place(path: Path) -> tuple[str, str]:
    """The app and the module (or package) inside it."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    return parts[0], parts[1] if len(parts) > 1 else ""


def test_apps_import_only_lower_apps() -> None:
    wrong = [
        f"{path.relative_to(ROOT)} imports {name}"
        for path in modules(*APPS)
        for name in imports(path)
        if (app := name.split(".")[0]) in APPS
        and app != place(path)[0]
        and app not in MAY_IMPORT[place(path)[0]]
    ]
    assert wrong == []


def test_apps_take_only_what_a_lower_app_gives_away() -> None:
    wrong = [
        f"{path.relative_to(ROOT)} imports {name}"
        for path in modules(*APPS)
        for name in imports(path)
        if (parts := name.split("."))[0] in APPS
        and parts[0] != place(path)[0]
        and len(parts) > 1
        and parts[1] not in GIVEN_AWAY
    ]
    assert wrong == []


def test_lib_imports_no_app_and_apps_import_only_lib() -> None:
    wrong = [
        f"{path.relative_to(ROOT)} imports {name}"
        for path in modules("twitterclone/lib")
        for name in imports(path)
        if name.split(".")[0] in APPS
        or (name.startswith("twitterclone.") and not name.startswith("twitterclone.lib"))
    ]
    wrong += [
        f"{path.relative_to(ROOT)} imports {name}"
        for path in modules(*APPS)
        for name in imports(path)
        if name.startswith("twitterclone.")
        and not name.startswith(("twitterclone.lib", "twitterclone.templatetags"))
    ]
    assert wrong == []


def test_modules_of_an_app_import_downwards() -> None:
    wrong = []
    for path in modules(*APPS):
        app, module = place(path)
        if module in ("", "__init__", "apps"):
            continue
        assert module in LEVELS, f"{path}: {module} has no level"
        for name in imports(path):
            parts = name.split(".")
            if parts[0] == app and len(parts) > 1 and LEVELS.get(parts[1], 0) > LEVELS[module]:
                wrong.append(f"{path.relative_to(ROOT)} imports {name}")
    assert wrong == []


def test_queries_and_views_do_not_write() -> None:
    wrong = []
    for path in modules(*APPS):
        if place(path)[1] not in ("queries", "views", "rules"):
            continue
        wrong += [
            f"{path.relative_to(ROOT)}:{node.lineno} {ast.unparse(node.func)}"
            for node in ast.walk(ast.parse(path.read_text()))
            if isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and node.func.attr in WRITES
            and "objects" in ast.unparse(node.func.value)
        ]
    assert wrong == []


def test_imports_stand_at_the_top() -> None:
    wrong = []
    for path in modules(*APPS, "twitterclone"):
        lines = path.read_text().splitlines()
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                wrong += [
                    f"{path.relative_to(ROOT)}:{inner.lineno}"
                    for inner in ast.walk(node)
                    if isinstance(inner, ast.Import | ast.ImportFrom) and "-- " not in lines[inner.lineno - 1]
                ]
    assert wrong == []


def test_tasks_are_never_sent_inside_a_transaction() -> None:
    wrong = [
        f"{path.relative_to(ROOT)}"
        for path in modules(*APPS)
        if re.search(r"\.(delay|apply_async)\(", path.read_text()) and place(path)[1] != "tasks"
    ]
    assert wrong == []


def test_files_keep_their_budgets() -> None:
    wrong = []
    for path in modules(*APPS, "twitterclone"):
        source = path.read_text()
        if len(source.splitlines()) > MODULE_LINES and "settings" not in path.parts:
            wrong.append(f"{path.relative_to(ROOT)}: {len(source.splitlines())} lines")
        wrong += [
            f"{path.relative_to(ROOT)}:{node.lineno} {node.name}: {length} lines"
            for node in ast.walk(ast.parse(source))
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
            and (length := (node.end_lineno or 0) - node.lineno + 1) > FUNCTION_LINES
        ]
    for folder, pattern, budget in (
        ("templates", "*.html", TEMPLATE_LINES),
        ("static/css", "*.css", CSS_LINES),
        ("static/js", "*.js", JS_LINES),
    ):
        wrong += [
            f"{path.relative_to(ROOT)}: {length} lines"
            for path in sorted((ROOT / folder).rglob(pattern))
            if path.name not in DATA_FILES
            and "tests" not in path.parts
            and (length := len(path.read_text().splitlines())) > budget
        ]
    assert wrong == []


def test_services_and_queries_say_what_they_promise() -> None:
    wrong = [
        f"{path.relative_to(ROOT)}: {node.name}"
        for path in modules(*APPS)
        if place(path)[1] in ("services", "queries", "rules")
        for node in ast.parse(path.read_text()).body
        if isinstance(node, ast.FunctionDef)
        and not node.name.startswith("_")
        and not ast.get_docstring(node)
        and place(path)[1] != "rules"
    ]
    assert wrong == []


def test_templates_hold_no_inline_script_style_or_handler() -> None:
    inline = re.compile(
        r"<style|\sstyle=|\son[a-z]+=|javascript:|<script(?![^>]*(src=|nonce=))", re.IGNORECASE
    )
    mails = ROOT / "templates" / "account" / "email"  # drawn by attributes: mail programs read no stylesheet
    wrong = [
        f"{path.relative_to(ROOT)}: {found.group()}"
        for path in sorted((ROOT / "templates").rglob("*.html"))
        for found in inline.finditer(path.read_text())
        if path.parent != mails or found.group() != " style="
    ]
    assert wrong == []
